"""Regulatory labels (监管标识) of a borrower: each with the clause that decided it.

    labels = labels_of(evidence, rules, on=request.as_of)

A label whose evidence is not known is undetermined, never false and never true.
"""
