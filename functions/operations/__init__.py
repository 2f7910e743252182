"""Operations 综合运营管理: the bank's organisation, its loan products and the tasks of its people.

Owns: bank profile, branches, staff, authority matrix, product versions, the task pool, its trail.
Emits: ProductPublished, TaskDecided.
Consumes: command OpenTask (queue), event ApplicationClosed (factory).
Publishes: function `describe_product`.
"""
