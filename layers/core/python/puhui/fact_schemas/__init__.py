"""The twelve fact products: what external data looks like once it is inside the bank.

    PRODUCTS["tax/1"].tables["returns"].fields["sales_fen"].title

One definition makes everything else: the JSON Schemas and the page in docs, the strict
decoders, the columns, the masks. A change that old documents do not follow is a new version
of the product; old versions stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from puhui.fact_schemas.agriculture import AGRICULTURE
from puhui.fact_schemas.bank_flow import BANK_FLOW
from puhui.fact_schemas.bureau import BUREAU
from puhui.fact_schemas.device import DEVICE
from puhui.fact_schemas.invoice import INVOICE
from puhui.fact_schemas.judicial import JUDICIAL
from puhui.fact_schemas.model import Field, Product, Table
from puhui.fact_schemas.multi_lender import MULTI_LENDER
from puhui.fact_schemas.registration import REGISTRATION
from puhui.fact_schemas.relationship import RELATIONSHIP
from puhui.fact_schemas.social_security import SOCIAL_SECURITY
from puhui.fact_schemas.tax import TAX
from puhui.fact_schemas.utility import UTILITY

__all__ = ["PRODUCTS", "Field", "Product", "Table"]

PRODUCTS: Final[Mapping[str, Product]] = {
    product.code: product
    for product in (
        BUREAU,
        TAX,
        INVOICE,
        REGISTRATION,
        JUDICIAL,
        BANK_FLOW,
        MULTI_LENDER,
        SOCIAL_SECURITY,
        UTILITY,
        AGRICULTURE,
        DEVICE,
        RELATIONSHIP,
    )
}
"""Every fact product by its code, in the order of the indicator catalogue."""
