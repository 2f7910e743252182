"""What the rail needs from the world."""

from __future__ import annotations

from typing import Protocol

from sandbox.domain.rail import Fault, Payment


class Payments(Protocol):
    """Every payment order that arrived."""

    def get(self, serial_no: str) -> Payment:
        """Return the payment, or raise PaymentNotArrived."""

    def add(self, payment: Payment) -> Payment:
        """Keep a payment; return the one that stands under its number, this or an earlier."""


class Faults(Protocol):
    """Planned faults."""

    def plan(self, fault: Fault) -> None:
        """Keep a planned fault."""

    def take(self, serial_no: str, account_sha256: str | None) -> Fault | None:
        """Use up one time of the oldest fault planned for this order, if there is one."""

    def clear(self) -> int:
        """Forget every planned fault; answer how many there were."""


class Pause(Protocol):
    """Lets time pass."""

    def __call__(self, milliseconds: int) -> None:
        """Wait."""
