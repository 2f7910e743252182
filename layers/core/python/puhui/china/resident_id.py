"""GB 11643 resident identity numbers (公民身份号码): 18 characters with a check character.

    validate("11010519491231002X").born            # date(1949, 12, 31)
    complete("11010519491231002")                  # "11010519491231002X"

Numbers of 15 digits are refused: a new loan needs the present card. Permanent residence cards of
foreigners start with 9 and follow the same check rule ✎.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from puhui.china import regions
from puhui.errors import Unprocessable

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
FOREIGN_PREFIX = "9"
EARLIEST_BIRTH_YEAR = 1900

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A valid number and what it says."""

    value: str
    region_code: str
    born: date
    sex: Literal["male", "female"]

    def age_on(self, day: date) -> int:
        """Full years on a day; whoever is born on 29 February ages on 1 March."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    def __repr__(self) -> str:
        """Show nothing: the number is personal data."""
        return "ResidentId(…)"


def check_character(body: str) -> str:
    """Compute the 18th character of 17 digits: weighted sum modulo 11, looked up.

    >>> check_character("11010519491231002")
    'X'
    """
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def complete(body: str) -> str:
    """Append the check character to 17 digits; for simulated people and tests."""
    return body + check_character(body)


def validate(value: str, *, on: date | None = None, field: str = "resident_id") -> ResidentId:
    """Check a number or raise `Unprocessable` with `field` and the rule that it breaks.

    Rules: resident_id.format, .check, .region, .birth_date. With `on`, a birth after that day is
    refused. Abolished regions are accepted: people keep their numbers.
    """
    if not isinstance(value, str) or not _SHAPE.fullmatch(value):
        raise _broken(field, "format")
    if check_character(value[:17]) != value[17]:
        raise _broken(field, "check")
    region = value[:6]
    if value[0] != FOREIGN_PREFIX and not regions.is_known(region, abolished=True):
        raise _broken(field, "region")
    born = _birth_date(value[6:14])
    if born is None or born.year < EARLIEST_BIRTH_YEAR or (on is not None and born > on):
        raise _broken(field, "birth_date")
    return ResidentId(value, region, born, "male" if int(value[16]) % 2 else "female")


def _birth_date(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _broken(field: str, rule: str) -> Unprocessable:
    return Unprocessable(
        f"not a resident identity number: {rule}", field=field, rule=f"resident_id.{rule}"
    )
