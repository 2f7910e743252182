"""Audit chains in DynamoDB: a link, its record's mark and the new head in one transaction."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from extdata.adapters.rows import bank_pk
from extdata.adapters.rows_audit import (
    HEAD_SK,
    LINK_PREFIX,
    AuditLinkRow,
    ChainedRecordRow,
    ChainHeadRow,
    chain_pk,
    link_sk,
    record_sk,
)
from extdata.adapters.rows_queries import AuditRecordRow
from extdata.domain.audit import GENESIS, ChainId, Link, append
from puhui.dynamodb import dynamo_errors, transaction
from puhui.errors import NotFound, StaleVersion
from puhui.tenancy import BankId

MAX_ATTEMPTS: Final = 8
"""Others append to the same chain at the same time; one of them gets in each time."""
LONGEST_PAUSE_SECONDS: Final = 0.2


class DynamoAuditChains:
    """`extdata.audit_ports.AuditChains`; needs GetItem, PutItem and Query on the table."""

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        """Keep how to wait between two attempts."""
        self._pause = pause

    def append(self, chain: ChainId, record_id: str, record: Mapping[str, Any]) -> bool:
        """Append once per record id; answer whether it was new."""
        for _ in range(MAX_ATTEMPTS):
            if self._is_in(chain, record_id):
                return False
            try:
                self._write(chain, record_id, record)
            except StaleVersion:
                self._pause(random.uniform(0, LONGEST_PAUSE_SECONDS))  # noqa: S311  (jitter)
            else:
                return True
        raise StaleVersion("the chain is being appended to by too many at once")

    def links(self, chain: ChainId) -> Iterator[Link]:
        """The links in order."""
        with dynamo_errors():
            rows = AuditLinkRow.query(
                chain_pk(chain), AuditLinkRow.sk.startswith(LINK_PREFIX), consistent_read=True
            )
            for row in rows:
                yield Link(
                    chain=chain,
                    sequence=int(row.sequence),
                    record_id=row.record_id,
                    record=row.record,
                    previous=row.previous,
                    hash=row.hash,
                )

    def head(self, chain: ChainId) -> tuple[int, str] | None:
        """Sequence and hash of the last link."""
        row = _head(chain)
        return None if row is None else (int(row.sequence), row.hash)

    def expected_records(self, bank_id: BankId, day: str) -> Iterator[str]:
        """Ids of every record that was written for a day."""
        with dynamo_errors():
            for row in AuditRecordRow.query(bank_pk(bank_id, "AUDIT", day), consistent_read=True):
                yield row.sk

    @staticmethod
    def _is_in(chain: ChainId, record_id: str) -> bool:
        try:
            with dynamo_errors():
                ChainedRecordRow.get(chain_pk(chain), record_sk(record_id), consistent_read=True)
        except NotFound:
            return False
        return True

    @staticmethod
    def _write(chain: ChainId, record_id: str, record: Mapping[str, Any]) -> None:
        head = _head(chain)
        link = append(chain, _last(chain, head), record_id, record)
        pk = chain_pk(chain)
        following = head or ChainHeadRow(pk, HEAD_SK)
        following.sequence, following.hash = link.sequence, link.hash
        with transaction() as write:
            write.save(ChainedRecordRow(pk, record_sk(record_id)))
            write.save(
                AuditLinkRow(
                    pk,
                    link_sk(link.sequence),
                    sequence=link.sequence,
                    record_id=record_id,
                    record=dict(record),
                    previous=link.previous,
                    hash=link.hash,
                )
            )
            write.save(following)


def _head(chain: ChainId) -> ChainHeadRow | None:
    try:
        with dynamo_errors():
            return ChainHeadRow.get(chain_pk(chain), HEAD_SK, consistent_read=True)
    except NotFound:
        return None


def _last(chain: ChainId, head: ChainHeadRow | None) -> Link | None:
    """The last link as far as the next one needs it: its place and its hash."""
    if head is None:
        return None
    return Link(
        chain=chain,
        sequence=int(head.sequence),
        record_id="",
        record={},
        previous=GENESIS,
        hash=head.hash,
    )
