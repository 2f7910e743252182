"""Lets certificates carry names written with characters younger than Unicode 3.2 (2002).

asn1crypto prepares names for comparison by RFC 4518, whose tables stop there: a borrower called 𬍛
(U+2C35B, in the national list of standard characters of 2013) would have a certificate that no
validator accepts. What the interpreter's own Unicode knows as assigned is assigned.
"""

from __future__ import annotations

import stringprep
import unicodedata
from typing import Any


class CurrentUnicode:
    """Stands in for the `stringprep` module: its tables, but today's assigned characters."""

    @staticmethod
    def in_table_a1(character: str) -> bool:
        """Tell whether a code point is assigned to nothing."""
        return unicodedata.category(character) == "Cn"

    def __getattr__(self, name: str) -> Any:
        return getattr(stringprep, name)


def accept_current_unicode() -> None:
    """Make asn1crypto compare names by today's Unicode; calling it again changes nothing."""
    from asn1crypto import x509

    if x509.stringprep is stringprep:
        x509.stringprep = CurrentUnicode()
