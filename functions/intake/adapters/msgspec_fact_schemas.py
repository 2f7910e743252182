"""Validates fact documents with msgspec's schemas, which a test holds to the published ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from puhui.contracts.facts import INVOICE_SCHEMA
from puhui.invoice_structs import INVOICES


class MsgspecFactSchemas:
    """Validates fact documents against their published schemas."""

    def refusal(self, product: str, body: bytes) -> str | None:
        """Say why the bytes do not follow the schema; None when they do.

        The reason never quotes the document: a message of msgspec may carry its content.
        """
        try:
            follows = _CHECKS[product](body)
        except msgspec.ValidationError:
            return "schema"
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return "json"
        return None if follows else "schema"


def _follows_invoice_schema(body: bytes) -> bool:
    """The rows are as many as declared, inside a period that does not run backwards."""
    document = INVOICES.decode(body)
    return document.all_rows_are_there and document.period_runs_forwards


_CHECKS: Final[dict[str, Callable[[bytes], bool]]] = {INVOICE_SCHEMA: _follows_invoice_schema}
