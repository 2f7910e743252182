"""The rows of the audit chains: links, which records are in, where each chain ends; and banks.

Keys: partition `BANK#{bank}#CHAIN#{day}#{shard}`; sort keys `LINK#{sequence}`, `RECORD#{id}` and
`HEAD`. Beside them `BANKS` (sk bank): which banks have records.
Links and records are created once; the head is replaced at its version, with every link.
"""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from extdata.adapters.rows_queries import AuditRecordRow
from extdata.domain.audit import ChainId
from puhui.dynamodb import BaseRow, JsonAttribute

HEAD_SK: Final = "HEAD"
LINK_PREFIX: Final = "LINK#"
BANKS_PK: Final = "BANKS"


class AuditLinkRow(BaseRow):
    """One link of a chain; never changed."""

    sequence = NumberAttribute()
    record_id = UnicodeAttribute()
    record = JsonAttribute()
    previous = UnicodeAttribute()
    hash = UnicodeAttribute()


class ChainedRecordRow(BaseRow):
    """A record that is in its chain, so that a second delivery adds nothing."""


class ChainHeadRow(BaseRow):
    """Where a chain ends."""

    sequence = NumberAttribute()
    hash = UnicodeAttribute()


class BankNameRow(BaseRow):
    """That a bank has audit records."""


AUDIT_ROWS: Final[tuple[type[BaseRow], ...]] = (
    AuditLinkRow,
    ChainedRecordRow,
    ChainHeadRow,
    AuditRecordRow,
    BankNameRow,
)


def chain_pk(chain: ChainId) -> str:
    """The partition of a chain."""
    return f"BANK#{chain.bank_id}#CHAIN#{chain.day}#{chain.shard}"


def link_sk(sequence: int) -> str:
    """The sort key of a link; links sort as numbers."""
    return f"{LINK_PREFIX}{sequence:010d}"


def record_sk(record_id: str) -> str:
    """The sort key that says that a record is in."""
    return f"RECORD#{record_id}"
