"""Shims over moto's DynamoDB: one writer at a time, cheap transactions, stream news."""

from __future__ import annotations

import copy
import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.local.moto_shims import items, queries
from infra.local.moto_shims.patching import replace

LOCK = threading.RLock()
"""moto's tables are plain dictionaries: without a lock two conditional writes may both succeed."""
_local = threading.local()


def install(outside: Any) -> None:
    """Patch tables, streams and the request handler."""
    from moto.dynamodb import responses
    from moto.dynamodb.models import DynamoDBBackend, table

    call_action = responses.DynamoHandler.call_action

    @functools.wraps(call_action)
    def one_at_a_time(self: Any) -> Any:
        with _news_after(outside), LOCK:  # nobody waits for the lock while news is sent
            return call_action(self)

    replace(responses.DynamoHandler, "call_action", one_at_a_time)
    _install_transactions(DynamoDBBackend)
    queries.install(DynamoDBBackend, table)
    items.install(responses)
    _install_streams(table, outside)


# --- streams --------------------------------------------------------------------------------


@contextmanager
def _news_after(outside: Any) -> Iterator[None]:
    """Tell about changed tables once the request is over, so that no reader sees a rollback."""
    _local.changed, _local.inserted = set(), set()
    try:
        yield
    finally:
        changed, _local.changed, _local.inserted = _local.changed, None, set()
        for name in changed:
            outside.notify("stream", name)


def _install_streams(table: Any, outside: Any) -> None:
    add, create = table.StreamShard.add, table.StreamRecord.__init__

    @functools.wraps(add)
    def add_and_tell(self: Any, old: Any, new: Any) -> None:
        if old is not None and new is not None and old.to_json() == new.to_json():
            return  # as on AWS, a write that changes nothing makes no stream record
        if old is None:
            _forget_half_an_insert(self, new)
        add(self, old, new)
        changed = getattr(_local, "changed", None)
        if changed is None:
            outside.notify("stream", self.table.name)
        else:
            changed.add(self.table.name)

    @functools.wraps(create)
    def create_in_region(self: Any, table: Any, *rest: Any, **named: Any) -> None:
        create(self, table, *rest, **named)
        self.record["awsRegion"] = table.region_name  # moto says us-east-1 whatever the region

    replace(table.StreamShard, "add", add_and_tell)
    replace(table.StreamRecord, "__init__", create_in_region)


def _forget_half_an_insert(shard: Any, item: Any) -> None:
    """moto records an update that creates an item twice; AWS records one INSERT."""
    inserted = getattr(_local, "inserted", None)
    if inserted is None:
        return
    key = (shard.table.name, repr(item.hash_key), repr(item.range_key))
    if key in inserted:
        shard.items.pop()
    inserted.add(key)


# --- transactions ---------------------------------------------------------------------------


class _Undo:
    """Remembers the items and stream lengths that a transaction is about to touch."""

    def __init__(self, backend: Any, operations: list[dict[str, Any]]) -> None:
        self._items: list[tuple[Any, Any, Any, Any]] = []
        self._streams: dict[int, tuple[Any, int]] = {}
        for operation in operations:
            for kind, body in operation.items():
                self._remember(backend, kind, body)

    def _remember(self, backend: Any, kind: str, body: dict[str, Any]) -> None:
        table = backend.tables.get(str(body.get("TableName", "")).split("/")[-1])
        key = body.get("Item" if kind == "Put" else "Key")
        if table is None or not key or table.hash_key_attr not in key:
            return
        hash_value, range_value = backend.get_keys_value(table, key)
        found = table.items.get(hash_value)
        if table.range_key_attr:
            found = None if found is None else found.get(range_value)
        self._items.append((table, hash_value, range_value, copy.deepcopy(found)))
        if table.stream_shard is not None:
            shard = table.stream_shard
            self._streams.setdefault(id(shard), (shard, len(shard.items)))

    def roll_back(self) -> None:
        """Put every touched item back and forget the stream records of the attempt."""
        for table, hash_value, range_value, before in reversed(self._items):
            if table.range_key_attr:
                group = table.items[hash_value]
                group.pop(range_value, None)
                if before is not None:
                    group[range_value] = before
                elif not group:
                    del table.items[hash_value]
            elif before is None:
                table.items.pop(hash_value, None)
            else:
                table.items[hash_value] = before
            queries.changed(table, hash_value, range_value)
        for shard, length in self._streams.values():
            del shard.items[length:]


class _NoCopies(dict[str, Any]):
    """Stands in for the tables while moto looks for something to copy: there is nothing."""

    def __contains__(self, name: object) -> bool:
        return False


def _install_transactions(backend_class: Any) -> None:
    """moto deep-copies every touched table per item: 0.6 s for six operations at 3,000 rows."""
    transact = backend_class.transact_write_items

    @functools.wraps(transact)
    def transact_with_undo(self: Any, transact_items: list[dict[str, Any]]) -> None:
        with LOCK:
            undo = _Undo(self, transact_items)
            tables = self.tables
            self.tables = _NoCopies(tables)
            try:
                transact(self, transact_items)
            except Exception:
                self.tables = tables
                undo.roll_back()
                raise
            finally:
                self.tables = tables

    replace(backend_class, "transact_write_items", transact_with_undo)
