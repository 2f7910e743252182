"""Happenings as plain values and back, as they are hashed and stored: `{"kind": …, field: …}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from puhui.money import Money
from servicing.domain.account.events import (
    Component,
    EventKind,
    Extension,
    Happening,
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

CLASSES: Final[Mapping[EventKind, type[Happening]]] = {
    one.kind: one
    for one in (
        Repayment,
        Prepayment,
        Payoff,
        RateReset,
        Extension,
        Restructure,
        Renewal,
        Waiver,
        WriteOff,
        Recovery,
        Refund,
        Provision,
        Reversal,
    )
}


def values_of(what: Happening) -> dict[str, Any]:
    """The happening as JSON can hold it; amounts in 分."""
    values = {field.name: getattr(what, field.name) for field in fields(what)}
    return {
        "kind": what.kind.value,
        **{
            name: value.minor if isinstance(value, Money) else value
            for name, value in values.items()
            if value is not None
        },
    }


def of_values(values: Mapping[str, Any]) -> Happening:
    """The happening that `values_of` wrote."""
    given = dict(values)
    cls = CLASSES[EventKind(given.pop("kind"))]
    if "amount" in given:
        given["amount"] = Money(given["amount"])
    if "component" in given:
        given["component"] = Component(given["component"])
    return cls(**given)
