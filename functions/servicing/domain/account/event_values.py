"""Happenings as plain values and back, as they are hashed and stored: `{"kind": …, field: …}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from servicing.domain.account.events import (
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
from servicing.domain.plain_values import known, of_plain, plain

CLASSES: Final[Mapping[EventKind, type[Happening]]] = {
    one.kind: one
    for one in (
        Repayment,
        Prepayment,
        Payoff,
        RateReset,
        Misuse,
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
    return {"kind": what.kind.value, **plain(what)}


def of_values(values: Mapping[str, Any]) -> Happening:
    """The happening that `values_of` wrote."""
    given = dict(values)
    return of_plain(CLASSES[known(EventKind, given.pop("kind"))], given)
