"""A product's settlement parameters become the rules that its loans are serviced by."""

from __future__ import annotations

from typing import Any

import pytest

from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from servicing.domain.account.rules import (
    CN_DEFAULT_RULES,
    AllocateBy,
    GraceInterest,
    PenaltyBase,
    PrepayInterest,
)
from servicing.domain.settlement import rules_of


def test_the_default_parameters_are_the_default_rules() -> None:
    assert rules_of(CN_DEFAULT) == CN_DEFAULT_RULES


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"penalty_mode": "NONE"}, "penalty_base", PenaltyBase.NONE),
        ({"penalty_uplift_pct": 30}, "penalty_uplift_pct", 30),
        ({"misuse_uplift_pct": 60}, "misuse_uplift_pct", 60),
        ({"penalty_type": "FIXED", "penalty_rate_bps": 600}, "penalty_rate_bps", 600),
        ({"compound_interest": False}, "compound_interest", False),
        ({"grace_days": 3}, "grace_days", 3),
        ({"grace_interest": "NORMAL"}, "grace_interest", GraceInterest.NORMAL),
        ({"grace_interest": "PENALTY"}, "grace_interest", GraceInterest.PENALTY),
        ({"year_days": "365"}, "year_days", 365),
        ({"year_days": "ACTUAL"}, "year_days", 365),
        ({"allocation": "BY_COMPONENT"}, "allocate_by", AllocateBy.COMPONENT),
        ({"prepay_interest": "ON_PREPAID"}, "prepay_interest", PrepayInterest.ON_PREPAID),
        ({"prepay_interest": "FULL_PERIOD"}, "prepay_interest", PrepayInterest.FULL_PERIOD),
        ({"prepay_fee_months": 3}, "prepay_fee_months", 3),
        ({"non_accrual_after_days": 60}, "non_accrual_after_days", 60),
    ],
)
def test_each_parameter_decides_its_rule(changes: dict[str, Any], field: str, value: Any) -> None:
    rules = rules_of(SettlementParameters(**changes))

    assert getattr(rules, field) == value
    assert getattr(CN_DEFAULT_RULES, field) != value


def test_a_fixed_penalty_rate_takes_the_place_of_the_uplift() -> None:
    settlement = SettlementParameters(penalty_type="FIXED", penalty_rate_bps=600)

    assert rules_of(settlement).late_rate(435) == 60_000
