"""Set up the bank itself: its branches, its licensed regions, the rules it adopted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from operations.domain.audit import AuditEntry
from operations.domain.catalogue import still_relevant
from operations.domain.errors import BankNotFound
from operations.domain.organisation import Bank
from operations.ports import Banks, Products
from operations.usecases.publish_product import product_published
from puhui.clock import BusinessCalendar, Clock
from puhui.contracts.operations import LoanProduct
from puhui.events import Envelope
from puhui.identity import Principal, Protected, authorise


@dataclass(frozen=True)
class SetUpBank:
    """Keep the bank; every product is published again, because its event carries the bank."""

    banks: Banks
    products: Products
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, principal: Principal, bank: Bank) -> Bank:
        """Return the bank as kept; setting up the same bank again changes nothing."""
        authorise(principal, "operations.set_up_bank", Protected(bank_id=bank.bank_id))
        before = self._before(bank.bank_id)
        if before is not None and before.same_as(bank):
            return before
        version = before.version if before else 0
        now = self.clock.now()
        entry = AuditEntry(
            at=now,
            actor=principal.subject,
            action="BankSetUp",
            subject=bank.bank_id,
            details={"branches": len(bank.branches), "rule_edition": bank.rule_edition},
        )
        self.banks.save(replace(bank, version=version), entry, self._published_again(bank, version))
        return replace(bank, version=version + 1)

    def _before(self, bank_id: str) -> Bank | None:
        try:
            return self.banks.get(bank_id)
        except BankNotFound:
            return None

    def _published_again(self, bank: Bank, version: int) -> list[Envelope]:
        by_code: dict[str, list[LoanProduct]] = defaultdict(list)
        for product in self.products.of_bank(bank.bank_id):
            by_code[product.code].append(product)
        today = self.calendar.today()
        return [
            product_published(bank, product, self.clock, occasion=f"bank-{version + 1}")
            for versions in by_code.values()
            for product in still_relevant(versions, today)
        ]


@dataclass(frozen=True)
class GetBank:
    """Show the bank that this person works for."""

    banks: Banks

    def __call__(self, principal: Principal) -> Bank:
        """Return the bank, or raise BankNotFound."""
        authorise(principal, "operations.read_bank", Protected(bank_id=principal.bank_id))
        return self.banks.get(principal.bank_id)
