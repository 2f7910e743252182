"""Decide waiver (审批例外或暂停): a second person approves or refuses."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import BusinessCalendar, Clock
from puhui.identity import Principal
from puhui.identity.policy import require_role
from puhui.tenancy import bank_id
from risk.domain.exceptions import Waiver, check_waivable
from risk.policy_ports import BankPolicies
from risk.waiver_ports import WaiverRegister

SNOOZE_ACTION = "risk.decide_snooze"


@dataclass(frozen=True)
class DecideWaiver:
    """Four eyes (四眼) over what loosens a rule; a snooze for the whole bank needs more."""

    waivers: WaiverRegister
    policies: BankPolicies
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, principal: Principal, waiver_id: str, *, approved: bool) -> Waiver:
        """Answer the waiver as it then stands."""
        waiver = self.waivers.get(bank_id(principal.bank_id), waiver_id)
        if waiver.scope == "bank":
            require_role(principal, SNOOZE_ACTION)
        by, now = principal.subject, self.clock.now()
        if not approved:
            return self.waivers.save(waiver.refuse(by, now))
        approval = waiver.approve(by, now)
        # Another policy may be in force than when it was proposed.
        policy = self.policies.in_force(waiver.bank_id, self.calendar.today())
        check_waivable(policy, waiver.rule_code)
        return self.waivers.save(approval)
