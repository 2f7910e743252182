"""Which facts belong to which product, and which firms a provider does not know."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from sandbox.domain.providers.books import Books
from sandbox.domain.providers.facts import Facts
from sandbox.domain.providers.facts_bank import bank_flow_facts
from sandbox.domain.providers.facts_credit import (
    bureau_facts,
    multi_lender_facts,
    relationship_facts,
)
from sandbox.domain.providers.facts_premises import (
    agriculture_facts,
    is_farmer,
    social_security_facts,
    utility_facts,
)
from sandbox.domain.providers.facts_standing import (
    device_facts,
    judicial_facts,
    registration_facts,
)
from sandbox.domain.providers.facts_tax import invoice_facts, tax_facts
from sandbox.domain.providers.profile import Profile

FACTS: Mapping[str, Callable[[Books], Facts]] = MappingProxyType(
    {
        "bureau/1": bureau_facts,
        "tax/1": tax_facts,
        "invoice/1": invoice_facts,
        "registration/1": registration_facts,
        "judicial/1": judicial_facts,
        "bank_flow/1": bank_flow_facts,
        "multi_lender/1": multi_lender_facts,
        "social_security/1": social_security_facts,
        "utility/1": utility_facts,
        "agriculture/1": agriculture_facts,
        "device/1": device_facts,
        "relationship/1": relationship_facts,
    }
)


def knows(profile: Profile, books: Books, product: str) -> bool:
    """A few percent are unknown to each provider, always the same ones; land has farmers only."""
    if product == "agriculture/1" and not is_farmer(books):
        return False
    text = f"{books.seed}|{profile.provider_id}|{books.applicant.party.uscc}"
    draw = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % 1000
    return draw >= profile.miss_permille
