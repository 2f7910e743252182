"""Amounts of money as integer minor units (分) with their currency; floats never touch them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation

MINOR_PER_UNIT = 100
"""分 per 元; every currency of this platform has two decimals."""

_CURRENCY = re.compile(r"[A-Z]{3}")
_EXACT = Context(prec=60, traps=[InvalidOperation, Inexact])
_WIDE = Context(prec=60, traps=[InvalidOperation])


class CurrencyMismatch(TypeError):
    """Two amounts of different currencies meet in one calculation."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units: `Money(1234)` is 12.34 CNY.

    >>> str(Money.of_yuan("1234.56") + Money(44))
    '1,235.00 CNY'
    >>> Money(100).allocate([1, 1, 1])
    (Money(minor=34, currency='CNY'), Money(minor=33, currency='CNY'), \
Money(minor=33, currency='CNY'))
    """

    minor: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        """Refuse anything that is not a whole number of minor units."""
        if type(self.minor) is not int:  # a night makes millions of amounts
            _whole(self.minor, "minor")
        if self.currency != "CNY" and not _CURRENCY.fullmatch(self.currency):
            raise ValueError(f"currency must be a three-letter code, not {self.currency!r}")

    @classmethod
    def of_yuan(cls, amount: str | int | Decimal, currency: str = "CNY") -> Money:
        """Read an amount in whole units; a fraction of a 分 is refused, never rounded away.

        >>> Money.of_yuan("12.34").minor
        1234
        """
        if isinstance(amount, (bool, float)) or not isinstance(amount, (str, int, Decimal)):
            raise TypeError(f"an amount is text, int or Decimal, not {type(amount).__name__}")
        try:
            value = Decimal(amount)
        except InvalidOperation as error:
            raise ValueError("not an amount") from error
        if not value.is_finite():
            raise ValueError("an amount is finite")
        minor = _WIDE.multiply(value, Decimal(MINOR_PER_UNIT))
        if minor != minor.to_integral_value():
            raise ValueError("an amount has at most two decimals")
        return cls(int(minor), currency)

    @classmethod
    def zero(cls, currency: str = "CNY") -> Money:
        """Nothing, in a currency."""
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str = "CNY") -> Money:
        """Add amounts up; no amounts make zero.

        >>> Money.total([Money(1), Money(2)]).minor
        3
        """
        result = cls(0, currency)
        for amount in amounts:
            result = result + amount
        return result

    @property
    def yuan(self) -> Decimal:
        """The amount in whole units with two decimals, exactly: `Decimal("12.34")`."""
        return Decimal(self.minor).scaleb(-2, _EXACT)

    @property
    def is_zero(self) -> bool:
        """Whether the amount is nothing."""
        return self.minor == 0

    @property
    def is_positive(self) -> bool:
        """Whether the amount is more than nothing."""
        return self.minor > 0

    def times(self, factor: Decimal, rounding: str = ROUND_HALF_UP) -> Money:
        """Multiply by a rate and round once, to a whole 分 (四舍五入 by default).

        >>> Money(10_000).times(Decimal("0.0435")).minor
        435
        """
        if not isinstance(factor, Decimal):
            raise TypeError(f"a factor is a Decimal, not {type(factor).__name__}")
        if not factor.is_finite():
            raise ValueError("a factor is finite")
        product = _EXACT.multiply(Decimal(self.minor), factor)
        rounded = product.quantize(Decimal(1), rounding=rounding, context=_WIDE)
        return Money(int(rounded), self.currency)

    def allocate(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Split by weights so that the parts sum to the whole exactly (largest remainder).

        Equal remainders go to the earlier part, so the same input always splits the same way.
        """
        checked = [_whole(weight, "weight") for weight in weights]
        total = sum(checked)
        if not checked or min(checked) < 0 or total == 0:
            raise ValueError("weights must be non-negative and not all zero")
        sign = -1 if self.minor < 0 else 1
        shares = [divmod(abs(self.minor) * weight, total) for weight in checked]
        parts = [whole for whole, _ in shares]
        left = abs(self.minor) - sum(parts)
        by_remainder = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
        for index in by_remainder[:left]:
            parts[index] += 1
        return tuple(Money(sign * part, self.currency) for part in parts)

    def __add__(self, other: Money) -> Money:
        """Add an amount of the same currency."""
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        """Subtract an amount of the same currency."""
        return Money(self.minor - self._same(other).minor, self.currency)

    def __mul__(self, count: int) -> Money:
        """Repeat the amount a whole number of times; for a rate use `times`."""
        return Money(self.minor * _whole(count, "factor"), self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        """The opposite amount."""
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        """The amount without its sign."""
        return Money(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        """Refuse: `if amount` would hide whether zero or absence is meant."""
        raise TypeError("ask is_zero or is_positive")

    def __lt__(self, other: Money) -> bool:
        """Whether this is less than another amount of the same currency."""
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        """Whether this is at most another amount of the same currency."""
        return self.minor <= self._same(other).minor

    def __gt__(self, other: Money) -> bool:
        """Whether this is more than another amount of the same currency."""
        return self.minor > self._same(other).minor

    def __ge__(self, other: Money) -> bool:
        """Whether this is at least another amount of the same currency."""
        return self.minor >= self._same(other).minor

    def __str__(self) -> str:
        """Write the amount for people: `1,234.56 CNY`."""
        return f"{self.yuan:,.2f} {self.currency}"

    def _same(self, other: object) -> Money:
        if not isinstance(other, Money):
            raise TypeError(f"Money does not mix with {type(other).__name__}")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} does not mix with {other.currency}")
        return other


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    return value
