"""What became of warnings (预警时效报告): answered in time, late, still running, by colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from servicing.domain.warning.colour import Colour
from servicing.domain.warning.warning import LoanWarning, WarningState

SECONDS_PER_MINUTE: Final = 60
REPORTED: Final = (Colour.RED, Colour.ORANGE, Colour.YELLOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """The warnings of one colour; minutes are of time that counts, pauses taken out.

    `raised = in_time + breached + running`; a warning that is overdue and has no answer yet is
    breached, not running. Minutes are None where nothing was answered.
    """

    colour: Colour
    raised: int
    in_time: int
    breached: int
    running: int
    false_alarms: int
    paused: int
    """Warnings whose clock stood at some time."""
    median_minutes: int | None
    p95_minutes: int | None


def report(warnings: Iterable[LoanWarning], now: datetime) -> tuple[ReportLine, ...]:
    """A line for each colour, the gravest first; colours are those that warnings have now."""
    every = list(warnings)
    return tuple(
        _line(colour, [one for one in every if one.colour is colour], now) for colour in REPORTED
    )


def _line(colour: Colour, warnings: Sequence[LoanWarning], now: datetime) -> ReportLine:
    answered = [one for one in warnings if one.clock.answered_at is not None]
    late = [one for one in warnings if _is_late(one, now)]
    minutes = sorted(-(-one.clock.used_seconds(now) // SECONDS_PER_MINUTE) for one in answered)
    in_time = sum(not _is_late(one, now) for one in answered)
    return ReportLine(
        colour=colour,
        raised=len(warnings),
        in_time=in_time,
        breached=len(late),
        running=len(warnings) - in_time - len(late),
        false_alarms=sum(one.state is WarningState.FALSE_ALARM for one in warnings),
        paused=sum(bool(one.clock.pauses) for one in warnings),
        median_minutes=_quantile(minutes, 50),
        p95_minutes=_quantile(minutes, 95),
    )


def _is_late(warning: LoanWarning, now: datetime) -> bool:
    """Late by the time used, whether or not the sweeper has come by."""
    return warning.clock.is_late or warning.clock.remaining_seconds(now) <= 0


def _quantile(ordered: Sequence[int], percent: int) -> int | None:
    """The nearest rank: the smallest value that so many per cent do not exceed."""
    if not ordered:
        return None
    return ordered[-(-len(ordered) * percent // 100) - 1]
