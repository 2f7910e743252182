"""Checks what S3 says was uploaded to quarantine; S3 tells a queue, the queue tells us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from intake.wiring import wiring
from puhui.errors import BadRequest
from puhui.observability import instrument, logger, metrics
from puhui.sqs import each_record, json_body
from puhui.tenancy import BankId, bank_id


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Check the documents of each message; a message that fails comes again."""
    return each_record(event, _check)


def _check(record: dict[str, Any]) -> None:
    for bank, document_id in _uploads(json_body(record)):
        document = wiring().check_document(bank, document_id)
        logger.info(
            "document checked",
            bank_id=bank,
            document_id=document_id,
            product=document.product,
            status=document.status.value,
            rule=document.rejection,
            size_bytes=document.size_bytes,
        )
        metrics.count(f"Document{document.status.value.capitalize()}", bank_id=bank)


def _uploads(message: Mapping[str, Any]) -> Iterator[tuple[BankId, str]]:
    """The bank and the document of each created object; S3's test message names none."""
    for record in message.get("Records", []):
        if not str(record.get("eventName", "")).startswith("ObjectCreated"):
            continue
        bank, _, document_id = unquote_plus(record["s3"]["object"]["key"]).partition("/")
        if not document_id:
            raise BadRequest("the key is not bank/document", rule="quarantine.key")
        yield bank_id(bank), document_id
