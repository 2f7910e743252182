"""What the simulated core bank needs to take money in and to tell the platform of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from puhui.contracts.servicing_rail import RailNotice
from sandbox.domain.incoming import Incoming
from sandbox.domain.statement import JournalLine


class IncomingPayments(Protocol):
    """Money that came in, or was asked for."""

    def get(self, serial_no: str) -> Incoming:
        """Return it, or raise PaymentNotArrived."""

    def add(self, incoming: Incoming) -> Incoming:
        """Keep it; return the one that stands under its number, this or an earlier."""

    def take_back(self, incoming: Incoming) -> None:
        """Keep that it went back; raises StaleVersion."""


class Journal(Protocol):
    """What stands at the end of a day."""

    def of_day(self, bank_id: str, on: date) -> Sequence[JournalLine]:
        """Everything that moved, both ways."""


class LendingPlatform(Protocol):
    """Servicing's rail routes; an answer that does not come is 0."""

    def tell(self, notice: RailNotice) -> int:
        """Send a notice; answer the HTTP status."""

    def deliver(self, content: bytes) -> int:
        """Send a daily file; answer the HTTP status."""
