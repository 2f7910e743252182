"""Every label of a borrower, in the order in which they are reported."""

from __future__ import annotations

from datetime import date

from risk.domain.labels.evidence import LabelEvidence
from risk.domain.labels.firm_size import firm_size
from risk.domain.labels.first_loan import first_loan_anywhere, first_loan_here, no_file, thin_file
from risk.domain.labels.inclusive import agriculture_related, inclusive, inclusive_agriculture
from risk.domain.labels.label import Label
from risk.domain.labels.rules import LabelRules


def labels_of(evidence: LabelEvidence, rules: LabelRules, on: date) -> tuple[Label, ...]:
    """Derive each from the same evidence; none waits for another's value."""
    return (
        firm_size(evidence, on),
        inclusive("inclusive_nfra_1000", evidence, rules, on),
        inclusive("inclusive_pboc", evidence, rules, on),
        agriculture_related(evidence, rules, on),
        inclusive_agriculture(evidence, rules, on),
        first_loan_anywhere(evidence, rules, on),
        first_loan_here(evidence, rules, on),
        thin_file(evidence, rules, on),
        no_file(evidence, rules, on),
    )
