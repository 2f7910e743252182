"""Keep the catalogue up to date with what operations publishes."""

from __future__ import annotations

from dataclasses import dataclass

from intake.ports import Products
from puhui.contracts.operations import LoanProduct
from puhui.tenancy import BankId


@dataclass(frozen=True)
class KeepProduct:
    """Keep a published version beside the others; neither order nor repetition matters."""

    products: Products

    def __call__(self, bank_id: BankId, product: LoanProduct) -> None:
        """Keep the version."""
        self.products.add(bank_id, product)
