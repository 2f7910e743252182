"""Faults at the edge of DynamoDB: the n-th call is lost, answered late, repeated, or the last.

    calls = TableCalls()
    with calls.watched():                        # inside aws(), after the table is bound
        calls.plan({3: ANSWER_LOST})             # the third call commits, its answer never comes
        …
    calls.count                                  # how many calls there were

The client that all rows share is wrapped, one call at a time: moto's tables know no isolation.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from puhui.dynamodb import connection

Call = Callable[[], Any]
Fault = Callable[[Call], Any]


class Killed(BaseException):
    """The function was killed here: nothing after this line runs."""


def killed_before(_: Call) -> Any:
    """The function dies before the call leaves."""
    raise Killed


def killed_after(call: Call) -> Any:
    """The call takes effect; the function dies before it hears of it."""
    call()
    raise Killed


def request_lost(_: Call) -> Any:
    """The connection breaks before the request arrives."""
    raise ConnectionClosedError(endpoint_url="https://dynamodb")


def answer_lost(call: Call) -> Any:
    """The call takes effect; every answer is lost."""
    call()
    raise ReadTimeoutError(endpoint_url="https://dynamodb")


def repeated_by_the_sdk(call: Call) -> Any:
    """The first answer is lost and the SDK sends again: it sees its own effect as a conflict."""
    call()
    return call()


def throttled(_: Call) -> Any:
    """The table refuses for a moment."""
    error = {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "slow down"}}
    raise ClientError(error, "TransactWriteItems")  # type: ignore[arg-type]


def conflicting(_: Call) -> Any:
    """Two transactions met on one row; moto never says so, DynamoDB does."""
    raise ClientError(
        {
            "Error": {
                "Code": "TransactionCanceledException",
                "Message": "Transaction cancelled, please refer cancellation reasons",
            },
            "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}],
        },
        "TransactWriteItems",
    )


FAULTS: tuple[Fault, ...] = (
    killed_before,
    killed_after,
    request_lost,
    answer_lost,
    repeated_by_the_sdk,
    throttled,
)


class TableCalls:
    """Counts the calls of the shared DynamoDB client and breaks those that are planned to."""

    def __init__(self) -> None:
        self.count = 0
        self.operations: list[str] = []
        self._planned: dict[int, Fault] = {}
        self._lock = threading.RLock()

    def plan(self, faults: dict[int, Fault]) -> None:
        """Break calls by their number, from 0; counting starts again."""
        self.count = 0
        self.operations = []
        self._planned = dict(faults)

    @contextmanager
    def watched(self) -> Iterator[TableCalls]:
        """Stand between the rows and the table."""
        client: Any = connection().client
        original = client._make_api_call

        def guarded(operation: str, arguments: dict[str, Any]) -> Any:
            with self._lock:
                number, self.count = self.count, self.count + 1
                self.operations.append(operation)
                fault = self._planned.pop(number, None)

                def call() -> Any:
                    return original(operation, arguments)

                return call() if fault is None else fault(call)

        client._make_api_call = guarded
        try:
            yield self
        finally:
            # Taken away, not put back: the method of the class must not stay shadowed.
            del client._make_api_call
