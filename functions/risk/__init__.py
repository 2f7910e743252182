"""Digital risk control (数字风控): indicators, models, policies, limits, prices, decisions.

Owns the indicator library, the models' cards and artefacts as they are served, the policies and
every decision with its whole evaluation tree. Emits `DecisionMade`. Consumes nothing: the factory
asks through the published function `decide`, and facts are read from S3 by reference.
"""
