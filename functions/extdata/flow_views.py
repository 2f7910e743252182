"""Answers for operators: circuits and used quotas."""

from __future__ import annotations

from collections.abc import Iterable

from extdata.domain.limit import Admission
from extdata.provider_ports import BreakerState
from extdata.schemas import LimitsBody
from extdata.views import limits_body
from puhui.clock import utc_text
from puhui.contracts.common import Contract as Schema

PERCENT = 100
BREAKER_NAMES = {"closed": "正常", "open": "已熔断", "half_open": "试探中"}


class BreakerView(Schema):
    """How one circuit stands."""

    provider_id: str
    connector_id: str
    state: str
    state_name: str
    failures: int
    opened_at: str | None


class BreakerList(Schema):
    """Every circuit."""

    items: tuple[BreakerView, ...]

    @classmethod
    def of(cls, states: Iterable[BreakerState]) -> BreakerList:
        """Show the circuits."""
        return cls(
            items=tuple(
                BreakerView(
                    provider_id=one.provider_id,
                    connector_id=one.connector_id,
                    state=one.state,
                    state_name=BREAKER_NAMES[one.state],
                    failures=one.failures,
                    opened_at=None if one.opened_at is None else utc_text(one.opened_at),
                )
                for one in states
            )
        )


class LimitView(Schema):
    """How much of one gate's quotas is used."""

    gate: str
    limits: LimitsBody
    used_today: int
    used_this_month: int
    used_percent: int | None
    """Of the quota that is nearer to its end; None when only the rate is limited."""

    @classmethod
    def of(cls, admission: Admission) -> LimitView:
        """Show a gate."""
        limits = admission.gate.limits
        shares = [
            used * PERCENT // quota if quota else PERCENT
            for used, quota in (
                (admission.used_today, limits.daily),
                (admission.used_this_month, limits.monthly),
            )
            if quota is not None
        ]
        return cls(
            gate=admission.gate.key,
            limits=limits_body(limits),
            used_today=admission.used_today,
            used_this_month=admission.used_this_month,
            used_percent=max(shares, default=None),
        )


class LimitList(Schema):
    """Every gate that limits something."""

    items: tuple[LimitView, ...]
