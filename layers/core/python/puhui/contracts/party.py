"""The borrower as a party to a contract: personal data, sealed whenever it leaves a module."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from puhui.contracts.common import Contract, RegionCode

CustomerKind = Literal["firm", "sole_proprietor", "person"]
CUSTOMER_KIND_NAMES: dict[str, str] = {
    "firm": "企业",
    "sole_proprietor": "个体工商户",
    "person": "自然人",
}


class Party(Contract):
    """Who borrows. `uscc` is absent for a person; travels only sealed (puhui.sealing)."""

    kind: CustomerKind
    name: Annotated[str, Field(min_length=1, max_length=100)]
    uscc: str | None = None
    legal_person_name: Annotated[str, Field(min_length=1, max_length=60)]
    legal_person_id: str
    phone: str
    address: Annotated[str, Field(min_length=1, max_length=200)]
    region_code: RegionCode
    payout_account: Annotated[str, Field(pattern=r"^[0-9]{10,30}$")]
