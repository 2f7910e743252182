"""Which default interest a contract of a day may agree, by effective-dated rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from signing.domain.errors import TermsInconsistent


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyRule:
    """Surcharges on the contract's rate when the borrower breaks it."""

    valid_from: date
    valid_to: date | None
    overdue_surcharge: Decimal
    misuse_surcharge: Decimal
    source: str
    confidence: str


PENALTY_RULES: Final = (
    PenaltyRule(
        valid_from=date(2004, 1, 1),
        valid_to=None,
        overdue_surcharge=Decimal("0.50"),
        misuse_surcharge=Decimal("1.00"),
        source="银发〔2003〕251号：逾期加收30%至50%，挪用加收50%至100%；取上限",
        confidence="confirmed",
    ),
)


def penalty_rule(on: date) -> PenaltyRule:
    """The rule in force on a day; a day without a rule cannot be contracted."""
    for rule in PENALTY_RULES:
        if rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to):
            return rule
    raise TermsInconsistent("no penalty rule is in force", field="disbursement_date")
