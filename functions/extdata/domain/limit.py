"""Flow control (流控): token bucket, daily and monthly quota; 80 % warns, 100 % stops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
        """Microseconds that one call costs of the bucket."""
        return 0 if self.rate_per_second is None else 1_000_000 // self.rate_per_second

    @property
    def tolerance_us(self) -> int:
        """How far ahead of the clock the bucket may run: (burst − 1) calls."""
        return max((self.burst or 1) - 1, 0) * self.interval_us


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

    @property
    def warnings(self) -> tuple[str, ...]:
        """Quotas whose 80 % line this very call crossed: "daily", "monthly"."""
        limits = self.gate.limits
        crossed = []
        if limits.daily is not None and self.used_today == warning_line(limits.daily):
            crossed.append("daily")
        if limits.monthly is not None and self.used_this_month == warning_line(limits.monthly):
            crossed.append("monthly")
        return tuple(crossed)


def warning_line(quota: int) -> int:
    """The call at which 80 % of a quota is used, rounded up.

    >>> warning_line(10), warning_line(1)
    (8, 1)
    """
    return -(-quota * WARNING_PERCENT // 100)


def day_key(on: date) -> str:
    """The counter of a day: `2026-11-02`."""
    return on.isoformat()


def month_key(on: date) -> str:
    """The counter of a month: `2026-11`."""
    return f"{on:%Y-%m}"


def microseconds(moment: datetime) -> int:
    """An instant as whole microseconds since 1970.

    >>> from datetime import UTC
    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    since = moment - datetime(1970, 1, 1, tzinfo=moment.tzinfo)
    return since // timedelta(microseconds=1)
