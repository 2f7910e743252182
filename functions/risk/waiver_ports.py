"""What exceptions and snoozes need from outside, and what a decision asks of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from puhui.tenancy import BankId
from risk.domain.exceptions import Waiver


class Waivers(Protocol):
    """What the decision asks: which rules do not count? (`usecases.find_waivers`)"""

    def __call__(
        self, bank_id: BankId, application_id: str, customer_id: str, as_of: date
    ) -> Mapping[str, str]:
        """The ids of waivers by the code of the rule that each waives."""
        ...


class WaiverRegister(Protocol):
    """The waivers of a bank."""

    def get(self, bank_id: BankId, waiver_id: str) -> Waiver:
        """One waiver as last written, or `WaiverNotFound`."""
        ...

    def add(self, waiver: Waiver) -> Waiver:
        """Keep a new proposal; the same proposal again answers what stands."""
        ...

    def save(self, waiver: Waiver) -> Waiver:
        """Keep a changed waiver, or `StaleVersion`."""
        ...

    def about(self, bank_id: BankId, application_id: str, customer_id: str) -> Sequence[Waiver]:
        """Those of the application, of the customer and of the whole bank, as last written."""
        ...

    def of_bank(self, bank_id: BankId) -> Sequence[Waiver]:
        """Every waiver, by scope and id."""
        ...
