"""Which bank something belongs to: one platform serves several banks, kept strictly apart."""

from __future__ import annotations

import re
from typing import NewType

from puhui.errors import Unprocessable

BankId = NewType("BankId", str)

_BANK_ID = re.compile(r"[a-z][a-z0-9-]{1,31}")


def bank_id(value: str) -> BankId:
    """Check a bank's id: 2 to 32 lower-case letters, digits and hyphens, a letter first.

    >>> bank_id("huangshan-rcb")
    'huangshan-rcb'
    """
    if not isinstance(value, str) or not _BANK_ID.fullmatch(value):
        raise Unprocessable("not a bank id", field="bank_id", rule="bank_id.format")
    return BankId(value)
