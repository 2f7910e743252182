"""Takes the daily files that S3 says were delivered; S3 tells a queue, the queue tells us."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote_plus

from puhui.errors import Conflict, StaleVersion, Unprocessable
from puhui.observability import instrument, logger, metrics
from puhui.sqs import each_record, json_body
from servicing.domain.rail.files import FileState, RailFile
from servicing.rail_metrics import tell_of
from servicing.rail_wiring import rail

LEAST_MILLISECONDS: Final = 20_000
"""With less left a run stops at a line's end and comes again."""


@instrument
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Every file on its own; one that ran out of time comes again and goes on where it was."""

    def out_of_time() -> bool:
        return int(context.get_remaining_time_in_millis()) < LEAST_MILLISECONDS

    return each_record(event, lambda record: _take(record, out_of_time))


def _take(record: dict[str, Any], out_of_time: Callable[[], bool]) -> None:
    for key in _delivered(json_body(record)):
        try:
            file = rail().take_file(key, out_of_time)
        except StaleVersion:
            raise
        except (Unprocessable, Conflict) as refused:
            # It would be refused each time: it is told of, and the day's file stays missing.
            logger.error("daily file refused", error=refused, sha256=key.rpartition("/")[2])
            metrics.count("RailFileRefused", rule=refused.rule or refused.code)
            continue
        _told(file)
        if file.state is FileState.READ:
            tell_of(rail().reconcile(file.bank_id, file.business_date))


def _told(file: RailFile) -> None:
    logger.info(
        "daily file read",
        bank_id=file.bank_id,
        business_date=file.business_date.isoformat(),
        version=file.file_version,
        state=file.state.value,
        rows=file.lines,
        failed=len(file.problems),
    )
    metrics.count("RailFileLines", file.lines, bank_id=file.bank_id)
    if file.problems:
        metrics.count("RailFileProblems", len(file.problems), bank_id=file.bank_id, kind="line")


def _delivered(message: Mapping[str, Any]) -> Iterator[str]:
    """The keys of created objects; S3's test message names none."""
    for record in message.get("Records", []):
        if str(record.get("eventName", "")).startswith("ObjectCreated"):
            yield unquote_plus(record["s3"]["object"]["key"])
