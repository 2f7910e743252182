"""Writes several rows as one; each condition that may fail has its own named error.

Retries on DynamoDB's own transaction conflicts happen here, because a retry of the whole task
costs a state transition: two requests met on the same row in the same instant.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from puhui.dynamodb import BaseRow, connection, translate_write_errors
from puhui.errors import PuhuiError, StaleVersion

MAX_ATTEMPTS: Final = 4
PAUSE_SECONDS: Final = 0.04
"""Grows with each attempt and is drawn at random, so that two racers part."""
CONDITION_FAILED: Final = "ConditionalCheckFailed"


@dataclass(frozen=True, kw_only=True)
class Put:
    """A row that must not be there yet; `refused` is raised when it is."""

    row: BaseRow
    refused: type[PuhuiError] = StaleVersion

    def add_to(self, write: TransactWrite) -> None:
        """Put the row; it carries no version, so it may only be created."""
        write.save(self.row)


@dataclass(frozen=True, kw_only=True)
class Update:
    """A change of a row by actions under a condition of its own, whatever its version."""

    row: BaseRow
    actions: list[Action]
    condition: Condition | None = None
    refused: type[PuhuiError] = StaleVersion

    def add_to(self, write: TransactWrite) -> None:
        """Apply the actions; PynamoDB appends to the list that it is given."""
        write.update(
            self.row, list(self.actions), condition=self.condition, add_version_condition=False
        )


@dataclass(frozen=True)
class Committer:
    """Commits writes together or not at all."""

    pause: Callable[[float], None] = time.sleep
    _random: random.Random = field(default_factory=random.Random)

    def __call__(self, writes: Sequence[Put | Update]) -> None:
        """Commit; the first failed condition in the order of the writes is raised by its name."""
        for attempt in range(1, MAX_ATTEMPTS + 1):
            refusal = self._attempt(writes)
            if refusal is None:
                return
            if refusal is not StaleVersion or attempt == MAX_ATTEMPTS:
                raise refusal()
            self.pause(self._random.uniform(0, PAUSE_SECONDS * 2**attempt))

    @staticmethod
    def _attempt(writes: Sequence[Put | Update]) -> type[PuhuiError] | None:
        try:
            with (
                translate_write_errors(passing=TransactWriteError),
                TransactWrite(connection=connection()) as write,
            ):
                for one in writes:
                    one.add_to(write)
        except TransactWriteError as error:
            return _refusal(writes, error.cancellation_reasons)
        return None


def _refusal(writes: Sequence[Put | Update], reasons: Sequence[Any]) -> type[PuhuiError]:
    """The name of the first failed condition; PynamoDB sends puts before updates."""
    sent = sorted(writes, key=lambda write: isinstance(write, Update))
    failed = {
        id(one)
        for one, reason in zip(sent, reasons, strict=False)
        if reason is not None and reason.code == CONDITION_FAILED
    }
    return next((one.refused for one in writes if id(one) in failed), StaleVersion)
