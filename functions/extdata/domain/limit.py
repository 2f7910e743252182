"""Flow control (流控): token bucket, daily and monthly quota; 80 % warns, 100 % stops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from extdata.domain.errors import LimitReached

WARNING_PERCENT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may pass; None means no limit of that kind."""

    rate_per_second: int | None = None
    burst: int | None = None
    daily: int | None = None
    monthly: int | None = None

    @property
    def unlimited(self) -> bool:
        """Nothing is limited, so nothing needs counting."""
        return self.rate_per_second is None and self.daily is None and self.monthly is None

    @property
    def interval_us(self) -> int:
        """Microseconds that one call costs of the bucket, rounded up: never one call too many.

        >>> Limits(rate_per_second=3).interval_us
        333334
        """
        return 0 if not self.rate_per_second else -(-1_000_000 // self.rate_per_second)

    @property
    def tolerance_us(self) -> int:
        """How far ahead of the clock the bucket may run: (burst − 1) calls."""
        return max((self.burst or 1) - 1, 0) * self.interval_us

    @property
    def shut_by(self) -> str | None:
        """A limit of 0 lets nothing pass, whatever was counted: the rule that says so."""
        kinds = (("rate", self.rate_per_second), ("daily", self.daily), ("monthly", self.monthly))
        return next(
            (f"limit.{name}" for name, most in kinds if most is not None and most <= 0), None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One limited thing: `caller:factory`, `product:invoice/1`, `provider:tax`."""

    key: str
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What a gate said: how much of each quota is used now, and what was just crossed."""

    gate: Gate
    used_today: int = 0
    used_this_month: int = 0
    warned: frozenset[str] = frozenset()
    """Quotas that crossed their line before in this period and fell back: they warn once."""

    @property
    def at_line(self) -> frozenset[str]:
        """Quotas that stand exactly on their 80 % line."""
        limits = self.gate.limits
        used = (
            ("daily", limits.daily, self.used_today),
            ("monthly", limits.monthly, self.used_this_month),
        )
        return frozenset(
            name for name, quota, count in used if quota and count == warning_line(quota)
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """Quotas whose 80 % line this very call crossed: "daily", "monthly"."""
        return tuple(sorted(self.at_line - self.warned))


def limit_reached(gate: Gate, rule: str) -> LimitReached:
    """The refusal of a gate: which one, and by which rule."""
    return LimitReached("a limit is used up", field=gate.key, rule=rule)


def warning_line(quota: int) -> int:
    """The call at which 80 % of a quota is used, rounded up.

    >>> warning_line(10), warning_line(1)
    (8, 1)
    """
    return -(-quota * WARNING_PERCENT // 100)


def stopped_by(
    limits: Limits, *, used_today: int, used_this_month: int, empty_at_us: int, now_us: int
) -> str | None:
    """The rule that stops the next call, the longest lasting first; None lets it pass.

    `empty_at_us` is the instant at which the bucket is empty again; each call moves it by the
    interval, and it may run ahead of the clock by the tolerance (GCRA).
    """
    if limits.shut_by is not None:
        return limits.shut_by
    if limits.monthly is not None and used_this_month >= limits.monthly:
        return "limit.monthly"
    if limits.daily is not None and used_today >= limits.daily:
        return "limit.daily"
    if limits.rate_per_second is not None and empty_at_us > now_us + limits.tolerance_us:
        return "limit.rate"
    return None


QUOTAS = frozenset({"daily", "monthly"})


def day_key(on: date) -> str:
    """The counter of a day: `2026-11-02`."""
    return on.isoformat()


def month_key(on: date) -> str:
    """The counter of a month: `2026-11`."""
    return f"{on:%Y-%m}"


def microseconds(moment: datetime) -> int:
    """An instant as whole microseconds since 1970.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1)
