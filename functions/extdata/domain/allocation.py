"""Gives every 分 of a bill's lines back to the calls that caused it (成本分摊)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from extdata.domain.bill import EventCost
from puhui.money import Money


def allocate(amount_fen: int, shares: int) -> tuple[int, ...]:
    """Split equally; what is left over goes to the earlier calls, one 分 each.

    >>> allocate(100, 3)
    (34, 33, 33)
    """
    return tuple(part.minor for part in Money(amount_fen).allocate([1] * shares))


def payers(costs: Sequence[EventCost]) -> list[int]:
    """Who carries a fee or top-up: the billable calls, else all calls, by their index.

    A top-up raises the price of what was used, so it is shared by use; calls that cost nothing by
    themselves carry it only when there are no others.
    """
    billable = [index for index, cost in enumerate(costs) if cost.line is not None]
    return billable or list(range(len(costs)))


def charge(
    costs: Sequence[EventCost], amounts: Sequence[tuple[int, Sequence[int]]]
) -> list[EventCost]:
    """Add each amount to the calls that carry it; amounts and costs then have the same sum."""
    added: dict[int, int] = {}
    for amount_fen, carried_by in amounts:
        for index, part in zip(carried_by, allocate(amount_fen, len(carried_by)), strict=True):
            added[index] = added.get(index, 0) + part
    return _with_added(costs, added)


def _with_added(costs: Sequence[EventCost], added: Mapping[int, int]) -> list[EventCost]:
    return [
        replace(cost, cost_fen=cost.cost_fen + added[index]) if index in added else cost
        for index, cost in enumerate(costs)
    ]
