"""List the products that are on sale."""

from __future__ import annotations

from dataclasses import dataclass

from intake.domain.product import on_sale
from intake.ports import Products
from puhui.clock import BusinessCalendar
from puhui.contracts.operations import LoanProduct
from puhui.identity import Principal, Protected, authorise


@dataclass(frozen=True)
class ListProducts:
    """Show the catalogue of the business date."""

    products: Products
    calendar: BusinessCalendar

    def __call__(self, principal: Principal) -> tuple[LoanProduct, ...]:
        """Return the products on sale today, by code."""
        authorise(principal, "intake.list_products", Protected(bank_id=principal.bank_id))
        by_code: dict[str, list[LoanProduct]] = {}
        for version in self.products.of_bank(principal.bank_id):
            by_code.setdefault(version.code, []).append(version)
        today = self.calendar.today()
        found = (on_sale(versions, today) for _, versions in sorted(by_code.items()))
        return tuple(product for product in found if product is not None)
