"""Propose waiver (登记例外或暂停): a rule shall not count for somebody, for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.clock import BusinessCalendar, Clock
from puhui.ids import derived_id
from puhui.tenancy import BankId
from risk.domain.approval import Act
from risk.domain.exceptions import Waiver, WaiverScope, check_waivable, check_waiver
from risk.policy_ports import BankPolicies
from risk.waiver_ports import WaiverRegister


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeWaiverCommand:
    """Which rule, for whom, why, until when."""

    bank_id: BankId
    by: str
    key: str
    scope: WaiverScope
    scope_id: str | None
    rule_code: str
    reason: str
    expires_on: date


@dataclass(frozen=True)
class ProposeWaiver:
    """Check its rule and bounds and keep it; it counts once another person approves."""

    waivers: WaiverRegister
    policies: BankPolicies
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, command: ProposeWaiverCommand) -> Waiver:
        """Answer the waiver as it stands; the same proposal again changes nothing."""
        today = self.calendar.today()
        check_waivable(self.policies.in_force(command.bank_id, today), command.rule_code)
        waiver = Waiver(
            bank_id=command.bank_id,
            waiver_id=derived_id("wvr", command.bank_id, command.by, command.key),
            scope=command.scope,
            scope_id=command.scope_id or command.bank_id,
            rule_code=command.rule_code,
            reason=command.reason,
            valid_from=today,
            expires_on=command.expires_on,
            proposed=Act(command.by, self.clock.now()),
        )
        check_waiver(waiver)
        return self.waivers.add(waiver)
