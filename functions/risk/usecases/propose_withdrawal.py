"""Propose withdrawal (提议撤回策略): a published version shall decide no more from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.clock import BusinessCalendar, Clock
from puhui.tenancy import BankId
from risk.domain.approval import Act
from risk.domain.policy_lifecycle import PolicyVersion
from risk.policy_ports import PolicyVersions


@dataclass(frozen=True)
class ProposeWithdrawal:
    """Say why and from which day on; it decides as before until another person approves."""

    policies: PolicyVersions
    clock: Clock
    calendar: BusinessCalendar

    def __call__(
        self,
        bank_id: BankId,
        policy_id: str,
        version: str,
        *,
        reason: str,
        withdrawn_from: date,
        by: str,
    ) -> PolicyVersion:
        """Answer the version as it stands; the same proposal again changes nothing."""
        policy = self.policies.get(bank_id, policy_id, version)
        known = policy.withdrawal
        if known is not None and known.says(reason, withdrawn_from, by):
            return policy
        act = Act(by, self.clock.now())
        proposed = policy.propose_withdrawal(reason, withdrawn_from, act, self.calendar.today())
        return self.policies.save(proposed)
