"""What is known of a debtor on a day (观测值): values, how old they are, and why one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from servicing.domain.account.position import LoanPosition
from servicing.domain.warning.signal import LOAN_FACT

STATE_NAMES: Final = {
    "ok": "有值",
    "missing": "缺失",
    "vendor_error": "数据源故障",
    "not_consented": "未授权",
    "stale": "已过期",
    "undefined": "无意义",
    "no_risk": "数字风控未部署",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """An indicator's value and the day from which it is."""

    value: Decimal
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An indicator as it could be read today; `observed` is there exactly when `state` is ok."""

    state: str
    observed: Observed | None = None


Known = Mapping[str, Observed]
Readings = Mapping[str, Reading]


def last_known(before: Known, now: Readings) -> dict[str, Observed]:
    """What is known after a reading: the new value, or the last one where there is none."""
    fresh = {name: read.observed for name, read in now.items() if read.observed is not None}
    return {**before, **fresh}


def with_baseline(baseline: Known, known: Known) -> dict[str, Observed]:
    """The values to compare with: at approval, or the first that was ever known after it."""
    return {**known, **baseline}


def loan_facts(position: LoanPosition) -> dict[str, Decimal]:
    """The facts of our own books that signals read; the books are never missing."""
    disbursed = position.disbursed.minor
    share = Decimal(position.overdue.minor) / disbursed if disbursed else Decimal(0)
    return {
        f"{LOAN_FACT}days_overdue": Decimal(position.days_overdue),
        f"{LOAN_FACT}instalments_overdue": Decimal(position.instalments_overdue),
        f"{LOAN_FACT}overdue_share": share,
        f"{LOAN_FACT}restructured_times": Decimal(position.restructured_times),
        f"{LOAN_FACT}extended_times": Decimal(position.extended_times),
    }
