"""Publish a version of a loan product, without any deployment."""

from __future__ import annotations

from dataclasses import dataclass

from operations.domain.audit import AuditEntry
from operations.domain.catalogue import MAX_PRODUCTS, check_payees, next_version
from operations.domain.errors import ProductNotValid
from operations.domain.organisation import Bank
from operations.ports import Banks, Products
from puhui.clock import Clock
from puhui.contracts.operations import LoanProduct, ProductPublished
from puhui.events import Envelope
from puhui.identity import Principal, Protected, authorise
from puhui.ids import derived_id


@dataclass(frozen=True)
class PublishProduct:
    """Make a changed product its next version and tell everyone."""

    banks: Banks
    products: Products
    clock: Clock

    def __call__(self, principal: Principal, draft: LoanProduct) -> LoanProduct:
        """Return the version as published; publishing it unchanged publishes nothing."""
        bank_id = principal.bank_id
        authorise(principal, "operations.publish_product", Protected(bank_id=bank_id))
        bank = self.banks.get(bank_id)
        check_payees(draft, bank.name)
        known = self.products.of_bank(bank_id)
        same_code = [product for product in known if product.code == draft.code]
        codes = {product.code for product in known} | {draft.code}
        if len(codes) > MAX_PRODUCTS:
            raise ProductNotValid(
                f"a bank has at most {MAX_PRODUCTS} products", field="code", rule="product.count"
            )
        product = next_version(same_code, draft)
        if product in same_code:
            return product
        entry = AuditEntry(
            at=self.clock.now(),
            actor=principal.subject,
            action="ProductPublished",
            subject=product.code,
            details={"version": product.version},
        )
        event = product_published(bank, product, self.clock, occasion="product")
        self.products.add(bank_id, product, entry, event)
        return product


@dataclass(frozen=True)
class ListProducts:
    """Show every version of every product of the bank."""

    products: Products

    def __call__(self, principal: Principal) -> tuple[LoanProduct, ...]:
        """Return all versions, by code and version."""
        authorise(principal, "operations.list_products", Protected(bank_id=principal.bank_id))
        return self.products.of_bank(principal.bank_id)


def product_published(bank: Bank, product: LoanProduct, clock: Clock, *, occasion: str) -> Envelope:
    """The event of one product version; `occasion` tells apart why it is published again."""
    event = ProductPublished(bank=bank.profile(), product=product)
    product_id = derived_id("product", bank.bank_id, product.code)
    return event.envelope(
        bank_id=bank.bank_id,
        subject=product_id,
        correlation_id=product_id,
        clock=clock,
        dedup=f"{product.version}|{occasion}",
    )
