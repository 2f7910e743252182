"""The draft that asks more data products, and the indicators that it reads of them."""

from __future__ import annotations

import json
from typing import Final

from puhui.contracts.facts import INVOICE_SCHEMA
from risk.adapters.packaged_policies import MODULE
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.inputs import InputDefinition, definition_of

DRAFT: Final = MODULE / "policies" / "drafts" / "sme_invoice_loan-2027.1.1.json"
OTHER_PRODUCTS: Final = ("bureau/1", "judicial/1", "multi_lender/1", "registration/1", "tax/1")


def _others() -> dict[str, InputDefinition]:
    """The indicators of the draft's columns that no invoice is needed for."""
    tables = json.loads(DRAFT.read_text(encoding="utf-8"))["tables"].values()
    names = {column["field"] for table in tables for column in table["inputs"]} & set(DEFINITIONS)
    found = (definition_of(name) for name in sorted(names))
    return {
        one.name: one for one in found if one is not None and INVOICE_SCHEMA not in one.products
    }


OTHER_INDICATORS: Final = _others()
