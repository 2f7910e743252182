"""How personal data are shown: masked by level, and by the role of the one who looks (T3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from intake.domain.customer import PersonalData

NAMES_IN_CLEAR = frozenset({"customer", "relationship_manager", "approver"})
"""Roles that deal with the customer and must read the names and the address.

Numbers (resident id, phone, account) are masked for everybody (JR/T 0171: mask on display);
whoever must use one, uses it without seeing it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedPersonalData:
    """Personal data as this person may see them."""

    name: str
    uscc: str | None
    legal_person_name: str
    legal_person_id: str
    phone: str
    address: str
    payout_account: str


def masked(personal: PersonalData, roles: Iterable[str]) -> MaskedPersonalData:
    """Names in clear for those who deal with the customer; numbers for nobody."""
    clear = not NAMES_IN_CLEAR.isdisjoint(roles)
    return MaskedPersonalData(
        name=personal.name if clear else mask_name(personal.name),
        uscc=personal.uscc if clear or personal.uscc is None else mask_number(personal.uscc),
        legal_person_name=(
            personal.legal_person_name if clear else mask_name(personal.legal_person_name)
        ),
        legal_person_id=mask_number(personal.legal_person_id),
        phone=mask_number(personal.phone),
        address=personal.address if clear else mask_name(personal.address, shown=6),
        payout_account=mask_number(personal.payout_account, head=0),
    )


def mask_number(number: str, *, head: int = 3, tail: int = 4) -> str:
    """Keep the first three and the last four characters: 138****1234."""
    hidden = len(number) - head - tail
    if hidden <= 0:
        return "*" * len(number)
    return number[:head] + "*" * hidden + number[-tail:]


def mask_name(name: str, *, shown: int = 1) -> str:
    """Keep the first character: 张**."""
    return name[:shown] + "*" * max(len(name) - shown, 1)
