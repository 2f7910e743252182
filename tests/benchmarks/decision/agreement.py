"""Whether a peer answers what we answer, value by value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from risk.domain.indicators.values import IndicatorValue, State
from tests.benchmarks.decision.figures import Values
from tests.benchmarks.decision.questions import Common

RELATIVE: Final = 1e-6


def differences(
    common: Common, ours: Mapping[str, IndicatorValue], found: Values
) -> dict[str, str]:
    """The common indicators that a peer answers otherwise, with both answers."""
    return {
        one.name: f"ours {ours[one.name].number}, peer {found.get(one.name)}"
        for one in common.questions
        if not _equal(ours[one.name], found.get(one.name))
    }


def _equal(ours: IndicatorValue, peer: float | None) -> bool:
    """Equal to 1e-6 after our rounding; no value where ours is undefined."""
    if peer is None or ours.number is None:
        return peer is None and ours.state is State.UNDEFINED
    half = 0.5 * 10.0**-ours.decimals
    return abs(peer - ours.number) <= half * (1 + RELATIVE) + RELATIVE * abs(ours.number)
