"""Attributes of DynamoDB rows that lose nothing: decimals, money, dates, ciphertexts, JSON."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.constants import NUMBER, STRING

from puhui.clock import utc_from_text, utc_text
from puhui.field_cipher import CIPHERTEXT
from puhui.money import Money
from puhui.strict_json import dumps, loads

MAX_DECIMAL_DIGITS = 38
"""DynamoDB rounds numbers silently beyond 38 digits."""


class DecimalAttribute(Attribute[Decimal]):
    """A `Decimal`, exact; PynamoDB's own number attribute is a JSON float."""

    attr_type = NUMBER

    def serialize(self, value: Any) -> str:
        """Write the decimal's digits."""
        if not isinstance(value, Decimal) or not value.is_finite():
            raise TypeError("a DecimalAttribute holds a finite Decimal")
        if len(value.as_tuple().digits) > MAX_DECIMAL_DIGITS:
            raise ValueError(f"DynamoDB keeps {MAX_DECIMAL_DIGITS} digits")
        return format(value, "f")

    def deserialize(self, value: str) -> Decimal:
        """Read the digits."""
        return Decimal(value)


class MoneyAttribute(Attribute[Money]):
    """A `Money`, stored as its number of minor units; the currency belongs to the attribute."""

    attr_type = NUMBER

    def __init__(self, *, currency: str = "CNY", **options: Any) -> None:
        """Hold amounts of one currency."""
        super().__init__(**options)
        self.currency = currency

    def serialize(self, value: Any) -> str:
        """Write the minor units; another currency is refused."""
        if not isinstance(value, Money) or value.currency != self.currency:
            raise TypeError(f"a MoneyAttribute holds Money in {self.currency}")
        return str(value.minor)

    def deserialize(self, value: str) -> Money:
        """Read the minor units."""
        return Money(int(value), self.currency)


class DateAttribute(Attribute[date]):
    """A `date`, stored as ISO text, which sorts."""

    attr_type = STRING

    def serialize(self, value: Any) -> str:
        """Write the date."""
        if not isinstance(value, date) or isinstance(value, datetime):
            raise TypeError("a DateAttribute holds a date")
        return value.isoformat()

    def deserialize(self, value: str) -> date:
        """Read the date."""
        return date.fromisoformat(value)


class InstantAttribute(Attribute[datetime]):
    """An aware `datetime`, stored as UTC text with microseconds, which sorts."""

    attr_type = STRING

    def serialize(self, value: Any) -> str:
        """Write the instant."""
        return utc_text(value)

    def deserialize(self, value: str) -> datetime:
        """Read the instant."""
        return utc_from_text(value)


class EncryptedAttribute(Attribute[str]):
    """A ciphertext of `FieldCipher`; anything else is refused, so plain text cannot be stored.

    An attribute does not see its row, so the row encrypts: `row.encrypt_field(cipher, "phone", …)`.
    """

    attr_type = STRING

    def serialize(self, value: Any) -> str:
        """Write the ciphertext, or refuse what is none."""
        if not isinstance(value, str) or not CIPHERTEXT.fullmatch(value):
            raise TypeError(f"{self.attr_name} must be encrypted before it is stored")
        return value


class JsonAttribute(Attribute[Any]):
    """JSON of plain values, canonical when written and strict when read; no floats by accident."""

    attr_type = STRING

    def serialize(self, value: Any) -> str:
        """Write canonical JSON."""
        return dumps(value)

    def deserialize(self, value: str) -> Any:
        """Read JSON."""
        return loads(value)
