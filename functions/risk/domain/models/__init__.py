"""The models that are no statistics: rules, formulas and graphs, one module each, all pure.

Every module has frozen `Inputs`, `Parameters` and `Answer` and one function `answer`. Their
starting values, golden vectors and cards lie in `layers/models/artefacts/<id>/`.
"""
