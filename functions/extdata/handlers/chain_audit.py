"""The table's stream: each new audit record gets its place in a chain, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extdata.audit_wiring import audit_chains, banks
from extdata.domain.audit import ChainId
from puhui.errors import BadRequest, PuhuiError
from puhui.observability import instrument, logger, metrics
from puhui.strict_json import loads


@dataclass(frozen=True, slots=True)
class StreamedRecord:
    """An audit record as the stream delivers it."""

    chain: ChainId
    record_id: str
    record: Mapping[str, Any]


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Append what can be appended; the stream comes again from the first record that failed.

    A record that nobody can read does not keep the others of its batch waiting, and its metric
    wakes somebody at once. An outage stops the batch: the others would fail
    as well.
    """
    appended = unreadable = 0
    failed: list[str] = []
    for record in event.get("Records", []):
        sequence = str(record["dynamodb"]["SequenceNumber"])
        try:
            appended += _chain(read_record(record))
        except PuhuiError as error:
            logger.error("audit record not chained", error=error, sequence_number=sequence)
            failed.append(sequence)
            unreadable += isinstance(error, BadRequest)
            if error.retryable:
                break
    if appended:
        metrics.count("AuditRecordChained", appended)
    if unreadable:
        metrics.count("AuditRecordUnreadable", unreadable)
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}


def read_record(record: Mapping[str, Any]) -> StreamedRecord:
    """Read one record of the stream, or raise a PuhuiError that names the rule it breaks."""
    try:
        image = record["dynamodb"]["NewImage"]
        record_id, bank_id, day, text = (
            str(image[name]["S"]) for name in ("sk", "bank_id", "day", "record")
        )
    except (KeyError, TypeError):
        raise BadRequest("not an audit record", rule="audit.record") from None
    found = loads(text)
    if not isinstance(found, dict):
        raise BadRequest("not an audit record", field="record", rule="audit.record")
    return StreamedRecord(ChainId.of(bank_id, day, record_id), record_id, found)


def _chain(one: StreamedRecord) -> bool:
    """Append one record to the chain of its bank and day; answer whether it was new."""
    banks().note(one.chain.bank_id)
    return audit_chains().append(one.chain, one.record_id, one.record)
