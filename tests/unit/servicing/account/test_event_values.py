"""Every happening is stored and read back as it was."""

from __future__ import annotations

import json

import pytest

from puhui.money import Money
from servicing.domain.account.event_values import CLASSES, of_values, values_of
from servicing.domain.account.events import (
    Component,
    EventKind,
    Extension,
    Happening,
    Misuse,
    Payoff,
    Prepayment,
    Provision,
    RateReset,
    Recovery,
    Refund,
    Renewal,
    Repayment,
    Restructure,
    Reversal,
    Waiver,
    WriteOff,
)

HAPPENINGS: tuple[Happening, ...] = (
    Repayment(amount=Money(5), rail_reference="cb-1"),
    Repayment(amount=Money(5)),
    Prepayment(amount=Money(5), strategy="ABSORB_NEXT"),
    Payoff(amount=Money(5)),
    RateReset(annual_rate_bps=400, basis="LPR"),
    Misuse(amount=Money(5), reason="x"),
    Misuse(amount=Money(0), reason="x", warning_id="wrn-1"),
    Extension(months=3, reason="x"),
    Extension(months=3, annual_rate_bps=400, reason="x"),
    Restructure(
        term_months=3, method="FLAT", annual_rate_bps=1, capitalise_interest=False, reason="x"
    ),
    Renewal(term_months=3, method="FLAT", annual_rate_bps=1, decision_id="dec-1"),
    Waiver(component=Component.PENALTY, amount=Money(5), reason="x"),
    WriteOff(reason="x"),
    Recovery(amount=Money(5)),
    Refund(amount=Money(5)),
    Provision(amount=Money(0), tier="normal", stage=1),
    Reversal(reverses="r-1", reason="x"),
)


@pytest.mark.parametrize("what", HAPPENINGS, ids=lambda what: str(what.kind))
def test_what_is_stored_is_read_back(what: Happening) -> None:
    stored = json.loads(json.dumps(values_of(what)))

    assert of_values(stored) == what


def test_every_kind_can_be_stored() -> None:
    assert set(CLASSES) == set(EventKind) == {what.kind for what in HAPPENINGS}
