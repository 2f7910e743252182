"""Exceptions (例外) and snoozes (暂停): a rule that does not count for somebody, for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Literal

from puhui.tenancy import BankId
from risk.domain.approval import Act, check_another_person
from risk.domain.errors import NotAtThisStage, WaiverRefused
from risk.domain.policy import Policy
from risk.domain.policy.waivable import waivable_codes, why_never

WaiverScope = Literal["application", "customer", "bank"]
SCOPE_NAMES: Final[Mapping[WaiverScope, str]] = {
    "application": "单笔申请例外",
    "customer": "单一客户例外",
    "bank": "全行暂停",
}
MAX_DAYS: Final[Mapping[WaiverScope, int]] = {"application": 90, "customer": 366, "bank": 90}
"""Starting values of ours: a rule that is off for longer is a rule to be changed."""


class WaiverStatus(StrEnum):
    """Where a waiver stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    REVOKED = "revoked"


STATUS_NAMES: Final[Mapping[WaiverStatus, str]] = {
    WaiverStatus.PROPOSED: "待审批",
    WaiverStatus.APPROVED: "已批准",
    WaiverStatus.REFUSED: "未通过",
    WaiverStatus.REVOKED: "已撤销",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A rule waived for an application or a customer (exception) or for the bank (snooze)."""

    bank_id: BankId
    waiver_id: str
    scope: WaiverScope
    scope_id: str
    """The application or the customer; the bank itself for a snooze."""
    rule_code: str
    reason: str
    valid_from: date
    expires_on: date
    proposed: Act
    decided: Act | None = None
    revoked: Act | None = None
    status: WaiverStatus = WaiverStatus.PROPOSED
    version: int = 0

    def counts_on(self, day: date) -> bool:
        """Approved, begun, not expired, not revoked."""
        return self.status is WaiverStatus.APPROVED and self.valid_from <= day <= self.expires_on

    def approve(self, by: str, at: datetime) -> Waiver:
        """Another person lets the rule be waived."""
        return self._decide(by, at, WaiverStatus.APPROVED)

    def refuse(self, by: str, at: datetime) -> Waiver:
        """Another person does not."""
        return self._decide(by, at, WaiverStatus.REFUSED)

    def revoke(self, by: str, at: datetime) -> Waiver:
        """The rule counts again from now on; whoever may, may do it alone: it only tightens."""
        if self.status not in (WaiverStatus.PROPOSED, WaiverStatus.APPROVED):
            raise self._wrong_stage()
        return replace(self, status=WaiverStatus.REVOKED, revoked=Act(by, at))

    def _decide(self, by: str, at: datetime, status: WaiverStatus) -> Waiver:
        if self.status is not WaiverStatus.PROPOSED:
            raise self._wrong_stage()
        check_another_person(by, self.proposed)
        return replace(self, status=status, decided=Act(by, at))

    def _wrong_stage(self) -> NotAtThisStage:
        return NotAtThisStage(
            f"the waiver is {self.status.value}", field="status", rule="waiver.status"
        )


def waived_on(waivers: Iterable[Waiver], day: date) -> dict[str, str]:
    """Which rules do not count on a day, each with the narrowest waiver that says so."""
    narrow = list(SCOPE_NAMES)
    counting = [one for one in waivers if one.counts_on(day)]
    counting.sort(key=lambda one: (narrow.index(one.scope), one.waiver_id), reverse=True)
    return {one.rule_code: one.waiver_id for one in counting}


def check_waiver(waiver: Waiver) -> None:
    """A waiver ends after it begins, within the days of its scope; a snooze names no one."""
    days = (waiver.expires_on - waiver.valid_from).days
    if days < 0:
        raise _refused("expires_on", "waiver.expired", "the waiver ends before it begins")
    if days > MAX_DAYS[waiver.scope]:
        raise _refused(
            "expires_on", "waiver.days", f"it lasts {MAX_DAYS[waiver.scope]} days at most"
        )
    if (waiver.scope == "bank") != (waiver.scope_id == waiver.bank_id):
        raise _refused("scope_id", "waiver.scope", "an exception names whom, a snooze nobody")


def check_waivable(policy: Policy, rule_code: str) -> None:
    """Only a rule that the policy lets be waived: not an unknown one, never a hard one."""
    name = f"{policy.id} {policy.version}"
    rule = next((one for one in policy.rules if one.code == rule_code), None)
    if rule is None:
        raise _refused("rule_code", "waiver.rule_unknown", f"{name} has no rule {rule_code}")
    why = why_never(policy, rule)
    if why is not None:
        raise _refused("rule_code", "waiver.rule_never", f"{rule_code} is never waived: {why}")
    codes = waivable_codes(policy)
    if rule_code not in codes:
        told = ", ".join(sorted(codes)) or "none"
        message = f"{name} does not let {rule_code} be waived; it may be: {told}"
        raise _refused("rule_code", "waiver.rule_not_waivable", message)


def _refused(field: str, rule: str, message: str) -> WaiverRefused:
    return WaiverRefused(message, field=field, rule=rule)
