"""Steps of the business day itself: open its closing, report a partition, close it, or fail.

One function for four short steps: they share their rights, and a stack has room for so many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from puhui.observability import instrument, logger, metrics
from puhui.tenancy import bank_id
from servicing.end_of_day_payloads import DayAsked, FailureAsked, LegAsked, OpeningAsked, StepAsked
from servicing.end_of_day_wiring import end_of_day

MAX_LOGGED: Final = 10


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode which step, then that step's own payload; a repetition of any changes nothing."""
    step = StepAsked.model_validate({"step": event.get("step")}).step
    return STEPS[step]({name: value for name, value in event.items() if name != "step"})


def _open_closing(event: Mapping[str, Any]) -> dict[str, Any]:
    """日终开始: the day, and the partitions to walk through."""
    asked, wired = OpeningAsked.model_validate(event), end_of_day()
    opened = wired.open_closing(
        bank_id(asked.bank_id), asked.business_date, asked.run_id, wired.last_day()
    )
    logger.info(
        "closing opened",
        bank_id=asked.bank_id,
        business_date=opened.day.isoformat(),
        attempt=opened.attempt,
        state="closed" if opened.already_closed else "closing",
    )
    return {
        "business_date": opened.day.isoformat(),
        "already_closed": opened.already_closed,
        "partitions": [] if opened.already_closed else list(range(wired.partitions)),
    }


def _report_partition(event: Mapping[str, Any]) -> dict[str, Any]:
    """分区日报: keep the figures of a partition."""
    report = end_of_day().report_partition(LegAsked.model_validate(event).leg())
    return {"partition": report.partition, "loans": report.tally.loans}


def _close_the_day(event: Mapping[str, Any]) -> dict[str, Any]:
    """日切: a repetition is counted again by the metric; the report is kept once."""
    asked = DayAsked.model_validate(event)
    ended = end_of_day().close_business_day(bank_id(asked.bank_id), asked.business_date)
    metrics.count("DayClosed", bank_id=asked.bank_id)
    logger.info(
        "day closed",
        bank_id=asked.bank_id,
        business_date=ended.day.isoformat(),
        count=ended.tally.loans,
        attempt=ended.attempts,
    )
    return {"business_date": ended.day.isoformat(), "loans": ended.tally.loans}


def _record_failure(event: Mapping[str, Any]) -> dict[str, Any]:
    """日终失败登记: where the attempt stopped, for operators."""
    asked = FailureAsked.model_validate(event)
    end_of_day().fail_end_of_day(
        bank_id(asked.bank_id), asked.business_date, asked.run_id, asked.told()
    )
    metrics.count("EndOfDayFailed", bank_id=asked.bank_id)
    for one in asked.failures[:MAX_LOGGED]:
        logger.warning(
            "end of day stopped",
            bank_id=asked.bank_id,
            business_date=asked.business_date.isoformat(),
            station=one.station,
            error_class=one.error,
        )
    return {"count": len(asked.failures)}


STEPS: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "open_closing": _open_closing,
    "report_partition": _report_partition,
    "close_the_day": _close_the_day,
    "record_failure": _record_failure,
}
