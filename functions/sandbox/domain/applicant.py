"""A firm that asks for a loan, as the demo and the training read it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from puhui.contracts.party import Party
from puhui.money import Money

PARTY_FIELDS = (
    "name",
    "uscc",
    "legal_person_name",
    "legal_person_id",
    "phone",
    "address",
    "payout_account",
)
"""What identifies a party; a data folder may lack any of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who asks for how much, with the invoices that they bring along."""

    applicant_id: str
    persona: str
    persona_name: str
    party: Party = field(repr=False)
    synthetic_fields: tuple[str, ...]
    industry_section: str
    region_code: str
    established_on: date
    amount: Money
    term_months: int
    repayment_method: str
    purpose: str
    invoices: dict[str, Any] = field(repr=False)

    def invoice_bytes(self) -> bytes:
        """The invoice/1 document as it is uploaded: UTF-8 JSON without spaces."""
        return json.dumps(self.invoices, ensure_ascii=False, separators=(",", ":")).encode()

    @property
    def fully_synthetic(self) -> bool:
        """Is everything that identifies this party made up?"""
        return set(PARTY_FIELDS) <= set(self.synthetic_fields)
