"""Connectors in DynamoDB: versions, and which of them is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pynamodb.transactions import TransactWrite

from extdata.adapters.rows import (
    VERSION_PREFIX,
    ConnectorRow,
    PublishedRow,
    bank_pk,
    connector_sk,
)
from extdata.adapters.rows_queries import ExtdataOutboxRow
from extdata.adapters.short_memory import ShortMemory
from extdata.domain.connector import Connector
from extdata.domain.errors import ConnectorNotFound
from puhui.bodies import Body
from puhui.dynamodb import dynamo_errors, transaction
from puhui.errors import NotFound, StaleVersion
from puhui.events import Envelope
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId

_BODY = Body(Connector)


class DynamoConnectors:
    """`extdata.ports.Connectors`; all versions of a bank are one partition."""

    def __init__(self, memory: ShortMemory[Connector] | None = None) -> None:
        self._memory = ShortMemory[Connector]() if memory is None else memory

    def get(self, bank_id: BankId, connector_id: str, version: int) -> Connector:
        """One strongly consistent read."""
        with dynamo_errors(missing=ConnectorNotFound):
            row = ConnectorRow.get(
                bank_pk(bank_id, "CONNECTORS"),
                connector_sk(connector_id, version),
                consistent_read=True,
            )
        return _connector_of(row)

    def published(self, bank_id: BankId, connector_id: str) -> Connector:
        """The published version as of at most CONFIGURATION_SECONDS ago."""
        return self._memory.get(
            (bank_id, connector_id), lambda: self._load_published(bank_id, connector_id)
        )

    def latest_version(self, bank_id: BankId, connector_id: str) -> int:
        """One consistent query for the last sort key."""
        with dynamo_errors():
            newest = ConnectorRow.query(
                bank_pk(bank_id, "CONNECTORS"),
                ConnectorRow.sk.startswith(f"{connector_id}#{VERSION_PREFIX}"),
                consistent_read=True,
                scan_index_forward=False,
                limit=1,
            )
            rows = list(newest)
        return _connector_of(rows[0]).version if rows else 0

    def save(self, connector: Connector, events: Sequence[Envelope] = ()) -> None:
        """Replace the version of the row that was read; publishing moves the pointer with it."""
        key = (connector.bank_id, connector.connector_id)
        pointer = _pointer(*key)
        before = None if pointer is None else int(pointer.connector_version)
        with self._memory.changing(key), transaction() as write:
            write.save(_row_of(connector))
            if connector.stage == "published":
                self._publish(write, connector, pointer)
            elif connector.stage == "retired" and before == connector.version:
                _point(write, pointer, connector, to=0)
            for row in outbox_rows(ExtdataOutboxRow, events):
                write.save(row)

    def all(self, bank_id: BankId) -> Sequence[Connector]:
        """One consistent query, page by page."""
        with dynamo_errors():
            rows = list(ConnectorRow.query(bank_pk(bank_id, "CONNECTORS"), consistent_read=True))
        return [_connector_of(row) for row in rows]

    def _load_published(self, bank_id: BankId, connector_id: str) -> Connector:
        pointer = _pointer(bank_id, connector_id)
        if pointer is None or not pointer.connector_version:
            raise ConnectorNotFound(f"no version of {connector_id} is published")
        return self.get(bank_id, connector_id, int(pointer.connector_version))

    def _publish(
        self, write: TransactWrite, connector: Connector, pointer: PublishedRow | None
    ) -> None:
        """Retire the version published before; two who publish at once meet on the pointer."""
        before = 0 if pointer is None else int(pointer.connector_version)
        if before == connector.version:
            return
        if before > connector.version:
            raise StaleVersion("a newer version of the connector is published")
        if before:
            old = self.get(connector.bank_id, connector.connector_id, before)
            write.save(_row_of(old.retire()))
        _point(write, pointer, connector, to=connector.version)


def _point(
    write: TransactWrite, pointer: PublishedRow | None, connector: Connector, *, to: int
) -> None:
    row = PublishedRow(
        bank_pk(connector.bank_id, "PUBLISHED"), connector.connector_id, connector_version=to
    )
    write.save(row.at_version(pointer.version if pointer is not None else 0))


def _pointer(bank_id: BankId, connector_id: str) -> PublishedRow | None:
    try:
        with dynamo_errors(missing=NotFound):
            return PublishedRow.get(
                bank_pk(bank_id, "PUBLISHED"), connector_id, consistent_read=True
            )
    except NotFound:
        return None


def _row_of(connector: Connector) -> ConnectorRow:
    return ConnectorRow(
        bank_pk(connector.bank_id, "CONNECTORS"),
        connector_sk(connector.connector_id, connector.version),
        stage=connector.stage,
        body=_BODY.write(connector),
    ).at_version(connector.row_version)


def _connector_of(row: ConnectorRow) -> Connector:
    return replace(_BODY.read(row.body), row_version=row.version)
