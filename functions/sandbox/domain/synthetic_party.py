"""Made-up identities with valid check digits that cannot belong to anybody real."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from puhui.china import resident_id, uscc
from sandbox.domain.names import person_name
from sandbox.domain.places import COUNTIES, STREETS

ORGANISATION_MARK = "TE5T"
"""Organisation codes of simulated firms start with this; no registry gives them out."""
PHONE_MARK = "16900"
"""Simulated phone numbers start with this: no operator gives out 169 ✎, and nobody calls them."""
ACCOUNT_MARK = "6200000"
"""Simulated payout accounts start with this; the simulated rail alone knows them."""

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
AUTHORITY_AND_TYPE = {"firm": "91", "sole_proprietor": "92", "cooperative": "93"}
ADULT_DAYS = (24 * 365, 62 * 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What identifies a simulated firm and the person behind it."""

    uscc: str
    legal_person_name: str
    legal_person_id: str
    phone: str
    address: str
    payout_account: str


def identity(
    rng: Random, *, seed: str, index: int, county: str, kind: str, as_of: date
) -> Identity:
    """The identity of the index-th firm of a seed; different indices never share a code."""
    number = _offset(seed) + index
    born = as_of - timedelta(days=rng.randrange(*ADULT_DAYS))
    home = rng.choice(tuple(COUNTIES))
    return Identity(
        uscc=_uscc(number, county, kind),
        legal_person_name=person_name(rng),
        legal_person_id=resident_id.complete(f"{home}{born:%Y%m%d}{rng.randrange(1, 1000):03d}"),
        phone=f"{PHONE_MARK}{number % 10**6:06d}",
        address=f"安徽省{COUNTIES[county]}{rng.choice(STREETS)}{rng.randrange(1, 400)}号",
        payout_account=f"{ACCOUNT_MARK}{number % 10**9:09d}{rng.randrange(1, 1000):03d}",
    )


def index_of(seed: str, code: str) -> int | None:
    """Which firm of a seed a credit code belongs to; None for a code that is none of ours.

    >>> from random import Random
    >>> who = identity(Random(1), seed="s", index=7, county="340102", kind="firm",
    ...                as_of=date(2026, 8, 3))
    >>> index_of("s", who.uscc)
    7
    """
    digits = code[12:16]
    if code[8:12] != ORGANISATION_MARK or any(d not in USCC_ALPHABET for d in digits):
        return None
    number = 0
    for digit in digits:
        number = number * len(USCC_ALPHABET) + USCC_ALPHABET.index(digit)
    return int((number - _offset(seed)) % len(USCC_ALPHABET) ** 4)


def _offset(seed: str) -> int:
    """Where a seed's numbers start, so that two populations rarely meet."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") % 500_000


def _uscc(number: int, county: str, kind: str) -> str:
    digits = []
    for _ in range(4):
        number, digit = divmod(number, len(USCC_ALPHABET))
        digits.append(USCC_ALPHABET[digit])
    organisation = ORGANISATION_MARK + "".join(reversed(digits))
    prefix = AUTHORITY_AND_TYPE[kind]
    return uscc.complete(prefix + county, organisation)
