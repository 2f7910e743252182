"""The numbers of early warning (预警参数): each with its source and confidence, in the library."""

from __future__ import annotations

from dataclasses import dataclass

from servicing.domain.warning.colour import Colour

PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """To which role a warning goes when so much of its time is used (升级)."""

    at_ppm: int
    """Share of the allowed time, parts per million."""
    to_role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningRules:
    """How warnings are added up, timed, repeated and closed, and how often a loan is watched."""

    allowed_seconds: int
    """From raising a warning to its disposal."""
    max_pause_seconds: int
    """All pauses of one warning together."""
    escalations: tuple[Escalation, ...]
    """By the time used; the last one is the breach, at all of it."""
    quiet_days: int
    """After disposal the same signal in the same or a lighter colour raises nothing."""
    observe_within_days: int
    """A value older than this is used, and is told as not observable."""
    orange_from_domains: int
    red_from_domains: int
    checked_colours: frozenset[Colour]
    """Colours whose closing needs a second person."""
    trigger_check_days: int
    """From a red warning to its check on the spot."""
    watch_days: dict[Colour, int]
    """Days from one watch of a loan to the next, by its class."""
    fund_colours: dict[str, Colour]
    """By the level that model M23 answers (`attention`, `misuse`), and for `entrusted_bypassed`."""
