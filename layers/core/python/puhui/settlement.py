"""Which settlement parameters go together, and what the law bounds; each error names its field."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.contracts.settlement import SettlementParameters
from puhui.errors import Unprocessable

FIELD: Final = "settlement"
BY_SHARE: Final = "FIXED_PRINCIPAL_PERCENT"
BALLOON_METHODS: Final = ("EQUAL_INSTALLMENT", "EQUAL_PRINCIPAL")
PERIOD_MONTHS: Final = {"MONTH": 1, "QUARTER": 3, "HALF_YEAR": 6, "YEAR": 12}
GRACE_METHODS: Final = (*BALLOON_METHODS, BY_SHARE, "FLAT")


class SettlementNotValid(Unprocessable):
    """These settlement parameters contradict each other, the law, or the loan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyBounds:
    """How much more than its contract rate a loan may cost that is overdue or misused."""

    valid_from: date
    valid_to: date | None
    overdue_pct: tuple[int, int]
    misuse_pct: tuple[int, int]
    source: str
    confidence: str


PENALTY_BOUNDS: Final = (
    PenaltyBounds(
        valid_from=date(2004, 1, 1),
        valid_to=None,
        overdue_pct=(30, 50),
        misuse_pct=(50, 100),
        source="银发〔2003〕251号：逾期加收30%至50%，挪用加收50%至100%",
        confidence="confirmed",
    ),
)


def penalty_bounds(on: date) -> PenaltyBounds:
    """The bounds in force on a day; a day without bounds cannot have a penalty."""
    for bounds in PENALTY_BOUNDS:
        if bounds.valid_from <= on and (bounds.valid_to is None or on <= bounds.valid_to):
            return bounds
    raise _refused("penalty_mode", "settlement.penalty_rule", "no penalty rule is in force")


def check_settlement(settlement: SettlementParameters, on: date) -> None:
    """Parameters that belong together are given together, and penalties keep to the law."""
    _check_pairs(settlement)
    bounds = penalty_bounds(on)
    low, high = bounds.misuse_pct
    if not low <= settlement.misuse_uplift_pct <= high:
        raise _refused(
            "misuse_uplift_pct", "settlement.misuse_bounds", f"{low} to {high} ({bounds.source})"
        )
    low, high = bounds.overdue_pct
    charged = settlement.penalty_mode != "NONE" and settlement.penalty_type == "FLOATING"
    if charged and not low <= settlement.penalty_uplift_pct <= high:
        raise _refused(
            "penalty_uplift_pct", "settlement.overdue_bounds", f"{low} to {high} ({bounds.source})"
        )


def check_loan(settlement: SettlementParameters, method: str, term_months: int) -> None:
    """The parameters can repay a loan of this method and term."""
    if method == BY_SHARE and settlement.principal_share_bps is None:
        raise _refused("principal_share_bps", "settlement.required", f"is needed by {method}")
    every = PERIOD_MONTHS[settlement.instalment_period]
    months = settlement.amortisation_months
    if (
        months is not None
        and method in BALLOON_METHODS
        and (months < term_months or months % every)
    ):
        raise _refused(
            "amortisation_months",
            "settlement.amortisation",
            f"is {term_months} or more, in whole instalments of {every}",
        )
    if method in GRACE_METHODS and settlement.principal_grace * every >= term_months:
        raise _refused("principal_grace", "settlement.grace", "ends before the last instalment")


def check_product(
    settlement: SettlementParameters, methods: Collection[str], terms: Collection[int]
) -> None:
    """Every loan of the product can be repaid, and no parameter is there for nothing."""
    for method in methods:
        for term_months in terms:
            check_loan(settlement, method, term_months)
    for field, given, used_by in (
        ("principal_share_bps", settlement.principal_share_bps is not None, (BY_SHARE,)),
        ("amortisation_months", settlement.amortisation_months is not None, BALLOON_METHODS),
        ("first_instalment", settlement.first_instalment == "ACTUAL_DAYS", ("EQUAL_INSTALLMENT",)),
        ("principal_grace", settlement.principal_grace > 0, GRACE_METHODS),
    ):
        if given and not set(used_by) & set(methods):
            raise _refused(field, "settlement.not_used", f"is for {', '.join(used_by)}")


def _check_pairs(settlement: SettlementParameters) -> None:
    for field, needed, given in (
        (
            "penalty_rate_bps",
            settlement.penalty_type == "FIXED",
            settlement.penalty_rate_bps is not None,
        ),
        (
            "due_day_of_month",
            settlement.due_day == "FIXED",
            settlement.due_day_of_month is not None,
        ),
        (
            "repricing_day",
            settlement.repricing == "FIXED_DATE",
            settlement.repricing_day is not None,
        ),
    ):
        if needed and not given:
            raise _refused(field, "settlement.required", "is needed")
        if given and not needed:
            raise _refused(field, "settlement.not_used", "would not be used")
    quarterly = settlement.instalment_period != "MONTH" and settlement.due_day == "FIXED"
    if quarterly and settlement.interest_calc == "PERIOD":
        raise _refused(
            "interest_calc",
            "settlement.instalment_period",
            "is DAILY: the first period is irregular",
        )
    if settlement.grace_interest != "NONE" and settlement.grace_days == 0:
        raise _refused("grace_interest", "settlement.grace", "there are no grace days")


def _refused(field: str, rule: str, message: str) -> SettlementNotValid:
    return SettlementNotValid(f"{field}: {message}", field=f"{FIELD}.{field}", rule=rule)
