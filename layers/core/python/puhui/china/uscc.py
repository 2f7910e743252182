"""GB 32100-2015 unified social credit codes (统一社会信用代码) with both check characters.

    validate("91350100M000100Y43").kind            # "firm"
    complete("91340100", "MA2ABCD1")               # the 18 characters

A code is authority (1), type (1), region (6), organisation code of GB 11714 (9) and check (1).
The check is `31 − Σ mod 31`, where 31 counts as 0. The bare modulus and gaps between character
codes, both seen in published code, give wrong characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from puhui.china import regions
from puhui.errors import Unprocessable

CHARSET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 characters: no I, O, S, V, Z."""
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ORGANISATION_CHARSET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

KIND_OF: dict[str, Literal["firm", "sole_proprietor", "cooperative", "other"]] = {
    "91": "firm",
    "92": "sole_proprietor",
    "93": "cooperative",
}
KIND_NAMES = {
    "firm": "企业",
    "sole_proprietor": "个体工商户",
    "cooperative": "农民专业合作社",
    "other": "其他",
}
NATIONAL_REGION = "100000"
"""Registered with a national authority, not with a region."""

_SHAPE = re.compile(rf"[{CHARSET[1:]}]{{2}}[0-9]{{6}}[{CHARSET}]{{8}}[0-9X][{CHARSET}]")


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A valid code and what it says."""

    value: str
    kind: Literal["firm", "sole_proprietor", "cooperative", "other"]
    region_code: str
    organisation_code: str


def check_character(body: str) -> str:
    """Compute the 18th character of 17.

    >>> check_character("91350100M000100Y4")
    '3'
    """
    total = sum(CHARSET.index(c) * weight for c, weight in zip(body, WEIGHTS, strict=True))
    return CHARSET[(31 - total % 31) % 31]


def organisation_check_character(body: str) -> str:
    """Compute the 9th character of an organisation code (GB 11714).

    >>> organisation_check_character("M000100Y")
    '4'
    """
    total = sum(
        ORGANISATION_CHARSET.index(c) * weight
        for c, weight in zip(body, ORGANISATION_WEIGHTS, strict=True)
    )
    remainder = 11 - total % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def complete(prefix: str, organisation: str) -> str:
    """Make a code from authority, type and region (8) and organisation (8); both checks follow.

    For simulated firms and tests: whether the code is anybody's is not known.
    """
    if len(prefix) != 8 or len(organisation) != 8:
        raise ValueError("a code is completed from 8 and 8 characters")
    body = prefix + organisation + organisation_check_character(organisation)
    return body + check_character(body)


def validate(value: str, *, field: str = "uscc") -> CreditCode:
    """Check a code or raise `Unprocessable` with `field` and the rule that it breaks.

    Rules: uscc.format, .check, .organisation_check, .region. Lower case is refused: normalise what
    people type before you ask. Abolished regions are accepted: firms keep their codes.
    """
    if not isinstance(value, str) or not _SHAPE.fullmatch(value):
        raise _broken(field, "format")
    if check_character(value[:17]) != value[17]:
        raise _broken(field, "check")
    organisation = value[8:17]
    if organisation_check_character(organisation[:8]) != organisation[8]:
        raise _broken(field, "organisation_check")
    region = value[2:8]
    if region != NATIONAL_REGION and not regions.is_known(region, abolished=True):
        raise _broken(field, "region")
    return CreditCode(value, KIND_OF.get(value[:2], "other"), region, organisation)


def _broken(field: str, rule: str) -> Unprocessable:
    return Unprocessable(
        f"not a unified social credit code: {rule}", field=field, rule=f"uscc.{rule}"
    )
