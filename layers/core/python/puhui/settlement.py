"""Which settlement parameters go together, and what the law bounds; each error names its field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.contracts.settlement import SettlementParameters
from puhui.errors import Unprocessable

FIELD: Final = "settlement"


class SettlementNotValid(Unprocessable):
    """These settlement parameters contradict each other, the law, or what can be serviced."""


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


NOT_SERVICED: Final = (
    ("segment_interest", False),
    ("prepay_interest", "NONE"),
    ("holiday_shift", "NEXT"),
    ("holiday_shift", "PREVIOUS"),
    ("first_instalment", "ACTUAL_DAYS"),
)
"""Values of the dictionary that no loan is serviced by: a product with one is refused, so that
nobody is promised what nothing carries out."""


def penalty_bounds(on: date) -> PenaltyBounds:
    """The bounds in force on a day; a day without bounds cannot have a penalty."""
    for bounds in PENALTY_BOUNDS:
        if bounds.valid_from <= on and (bounds.valid_to is None or on <= bounds.valid_to):
            return bounds
    raise _refused("penalty_mode", "settlement.penalty_rule", "no penalty rule is in force")


def check_settlement(settlement: SettlementParameters, on: date) -> None:
    """Parameters that belong together are given together, and penalties keep to the law."""
    _check_pairs(settlement)
    for field, value in NOT_SERVICED:
        if getattr(settlement, field) == value:
            raise _refused(field, "settlement.serviced", f"{value} is not serviced yet")
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
    if settlement.grace_interest != "NONE" and settlement.grace_days == 0:
        raise _refused("grace_interest", "settlement.grace", "there are no grace days")


def _refused(field: str, rule: str, message: str) -> SettlementNotValid:
    return SettlementNotValid(f"{field}: {message}", field=f"{FIELD}.{field}", rule=rule)
