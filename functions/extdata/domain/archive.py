"""The raw archive (原始报文存档): what a provider sent, kept so that a replay needs no call."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """One response: hash of the bytes on the wire, and of the bytes after opening."""

    wire_sha256: str
    opened_sha256: str
    status: int
    content_type: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything that a replay pins besides the bytes: connector version, clock, question."""

    query_id: str
    bank_id: str
    attempt: int
    provider_id: str
    connector_id: str
    connector_version: int
    product: str
    request_no: str
    request_sha256: str
    route_table_version: int
    because: str
    asked_at: datetime
    asked_on: date
    pages: tuple[ArchivedPage, ...]
    document_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedForms:
    """What is made of a canonical document and can be made anew from it at any time."""

    columns: bytes
    """The columnar form (`puhui.columns`)."""
    sample: Mapping[str, Any]
    """What the quality job needs: null shares and bucketed values per field, no data."""


def sha256(data: bytes) -> str:
    """The address of bytes: lower-case hex SHA-256."""
    return hashlib.sha256(data).hexdigest()
