"""信贷工厂 credit factory: the loan application on its way from intake to a live loan.

Owns: applications in work, offers, limit occupation, the disbursement saga.
Emits: ApplicationProgressed, ApplicationClosed.
Consumes: ApplicationSubmitted and ApplicationWithdrawn of intake.
Calls: operations `describe_product`, risk `decide`, servicing `quote` and the ledger functions,
signing `verify_contract`; the bank's core system over HTTP.
"""
