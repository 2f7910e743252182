"""Answer what a product is on a day: the published function of operations."""

from __future__ import annotations

from dataclasses import dataclass

from operations.domain.catalogue import on_sale
from operations.ports import Banks, Products
from puhui.contracts.operations import DescribeProduct as DescribeProductQuery
from puhui.contracts.operations import ProductDescription


@dataclass(frozen=True)
class DescribeProduct:
    """Describe the product version on sale on the day asked about, with its bank."""

    banks: Banks
    products: Products

    def __call__(self, query: DescribeProductQuery) -> ProductDescription:
        """Return bank and product, or raise BankNotFound or ProductNotFound."""
        versions = self.products.versions(query.bank_id, query.product_code)
        product = on_sale(versions, query.on)
        return ProductDescription(bank=self.banks.get(query.bank_id).profile(), product=product)
