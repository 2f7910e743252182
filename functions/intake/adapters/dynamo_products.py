"""The catalogue in DynamoDB: every published version of every product."""

from __future__ import annotations

from dataclasses import dataclass

from intake.adapters.rows import ProductRow, product_sort_key, products_key
from puhui.contracts.operations import LoanProduct
from puhui.dynamodb import dynamo_errors
from puhui.errors import StaleVersion
from puhui.tenancy import BankId

MAX_VERSIONS_READ = 500
"""Versions read at once; a bank has at most 40 products, each with the few that still matter."""


@dataclass(frozen=True)
class DynamoProducts:
    """A version is written once and never changed, so neither order nor repetition matters."""

    def add(self, bank_id: BankId, product: LoanProduct) -> None:
        """Keep a version; one that is kept already stays as it is."""
        row = ProductRow(
            pk=products_key(bank_id),
            sk=product_sort_key(product.code, product.version),
            code=product.code,
            product=product.model_dump_json(),
        )
        try:
            with dynamo_errors(conflict=StaleVersion):
                row.save()
        except StaleVersion:
            return

    def versions(self, bank_id: BankId, code: str) -> tuple[LoanProduct, ...]:
        """Return the newest versions of one product."""
        return self._query(bank_id, f"PRODUCT#{code}#")

    def of_bank(self, bank_id: BankId) -> tuple[LoanProduct, ...]:
        """Return all versions of all products."""
        return self._query(bank_id, "PRODUCT#")

    def _query(self, bank_id: BankId, prefix: str) -> tuple[LoanProduct, ...]:
        with dynamo_errors():
            rows = list(
                ProductRow.query(
                    products_key(bank_id),
                    ProductRow.sk.startswith(prefix),
                    consistent_read=True,
                    scan_index_forward=False,
                    limit=MAX_VERSIONS_READ,
                )
            )
        return tuple(LoanProduct.model_validate_json(row.product) for row in rows)
