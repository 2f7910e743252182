"""One published version and the two steps that take it out of force, with everything in memory."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from puhui.clock import FixedBusinessCalendar, FixedClock
from risk.adapters.published_policies import PublishedPolicies
from risk.domain.policy_lifecycle import PolicyVersion
from risk.usecases.decide_withdrawal import DecideWithdrawal
from risk.usecases.propose_withdrawal import ProposeWithdrawal
from tests.support.risk import POLICIES
from tests.support.risk_desk import NORTH, NOW, OWN, OWN_VERSION, TODAY, published
from tests.support.risk_desk_fakes import InMemoryPolicyVersions

CLOCK = FixedClock(NOW)
ID = "sme_invoice_loan"
TOMORROW = TODAY + timedelta(days=1)
DAYS = [TODAY + timedelta(days=offset) for offset in range(-3, 12)]


class Desk:
    """One published version, and the two steps that take it out of force."""

    def __init__(self, version: PolicyVersion | None = None) -> None:
        self.versions = InMemoryPolicyVersions()
        self.today = TODAY
        self.keep(version or published(), OWN)

    def keep(self, version: PolicyVersion, body: bytes) -> None:
        self.versions.kept[NORTH, version.policy_id, version.version] = version
        self.versions.bodies[version.sha256] = body

    @property
    def kept(self) -> PolicyVersion:
        return self.versions.get(NORTH, ID, OWN_VERSION)

    def propose(
        self, withdrawn_from: date = TODAY, by: str = "maker", reason: str = "阈值有误"
    ) -> PolicyVersion:
        use_case = ProposeWithdrawal(self.versions, CLOCK, FixedBusinessCalendar(self.today))
        said: dict[str, Any] = {"reason": reason, "withdrawn_from": withdrawn_from, "by": by}
        return use_case(NORTH, ID, OWN_VERSION, **said)

    def decide(self, by: str = "checker", *, approved: bool = True) -> PolicyVersion:
        use_case = DecideWithdrawal(self.versions, CLOCK, FixedBusinessCalendar(self.today))
        return use_case(NORTH, ID, OWN_VERSION, approved=approved, by=by)

    def in_force(self, day: date = TODAY) -> str:
        return PublishedPolicies(self.versions, POLICIES).in_force(NORTH, day).version

    def is_withdrawn(self, day: date) -> bool:
        return PublishedPolicies(self.versions, POLICIES).is_withdrawn(NORTH, day, self.today)

    @property
    def deciding(self) -> list[date]:
        return [day for day in DAYS if self.kept.decides_on(day)]
