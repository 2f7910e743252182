"""Write the day's file of the simulated core bank and deliver it to the platform."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sandbox.domain.statement import Mistake, statement
from sandbox.incoming_ports import Journal, LendingPlatform


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredStatement:
    """What was written, and the platform's answers to each delivery."""

    content: bytes
    answers: tuple[int, ...]

    @property
    def sha256(self) -> str:
        """The hash of the whole file."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class DeliverStatement:
    """Deliver a day's file, right or wrong, as often as planned."""

    journal: Journal
    platform: LendingPlatform

    def __call__(
        self,
        bank_id: str,
        on: date,
        *,
        file_version: int,
        mistakes: Sequence[Mistake],
        deliveries: int,
    ) -> DeliveredStatement:
        content = statement(bank_id, on, file_version, self.journal.of_day(bank_id, on), mistakes)
        answers = [self.platform.deliver(content) for _ in range(deliveries)]
        return DeliveredStatement(content=content, answers=tuple(answers))
