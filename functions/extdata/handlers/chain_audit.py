"""The table's stream: each new audit record gets its place in a chain, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extdata.audit_wiring import audit_chains, banks
from extdata.domain.audit import ChainId
from puhui.errors import PuhuiError
from puhui.observability import instrument, logger, metrics
from puhui.strict_json import loads


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Append the batch in order; the stream comes again from the first record that failed."""
    appended = 0
    for record in event.get("Records", []):
        try:
            appended += chain_record(record)
        except PuhuiError as error:
            sequence = str(record["dynamodb"]["SequenceNumber"])
            logger.error("audit record not chained", error=error, sequence_number=sequence)
            return {"batchItemFailures": [{"itemIdentifier": sequence}]}
    if appended:
        metrics.count("AuditRecordChained", appended)
    return {"batchItemFailures": []}


def chain_record(record: Mapping[str, Any]) -> bool:
    """Append one record to the chain of its bank and day; answer whether it was new."""
    image = record["dynamodb"]["NewImage"]
    record_id, bank_id, day = (str(image[name]["S"]) for name in ("sk", "bank_id", "day"))
    banks().note(bank_id)
    chain = ChainId.of(bank_id, day, record_id)
    return audit_chains().append(chain, record_id, loads(str(image["record"]["S"])))
