"""The desk at which a policy goes into force, step by step, with everything in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from puhui.clock import FixedBusinessCalendar, FixedClock
from risk.domain.errors import PolicyNotReady
from risk.domain.indicators.library import LIBRARY_SHA256
from risk.domain.policy_lifecycle import Finding, PolicyVersion, ProofReport
from risk.usecases.approve_policy import ApprovePolicy
from risk.usecases.check_policy import CheckPolicy
from risk.usecases.draft_policy import DraftPolicy
from risk.usecases.examine_policy import ExaminePolicy
from risk.usecases.publish_policy import PublishPolicy
from risk.usecases.record_backtest import RecordBacktest
from tests.support.risk import POLICIES
from tests.support.risk_desk import (
    NORTH,
    NOW,
    OWN,
    OWN_VERSION,
    PACKAGED,
    TODAY,
)
from tests.support.risk_desk_fakes import InMemoryPolicyVersions

CLOCK = FixedClock(NOW)
ID, VERSION = "sme_invoice_loan", OWN_VERSION
PROVEN = ProofReport(proven=True, cases=10_000, detail="zen")
UNPROVEN = ProofReport(proven=False, cases=10_000, detail="第7行不同")
REPORT = "b" * 64


def a_document(version: str = VERSION, **changes: Any) -> bytes:
    document = json.loads(PACKAGED) | {"version": version} | changes
    return json.dumps(document, ensure_ascii=False).encode()


class Desk:
    """The whole way of a version, step by step."""

    def __init__(
        self, *findings: Finding, proof: ProofReport = PROVEN, today: date = TODAY
    ) -> None:
        self.versions = InMemoryPolicyVersions()
        self.findings: Sequence[Finding] = findings
        self.proof = proof
        self.examined: list[bytes] = []
        self.packaged_since: set[tuple[str, str]] = set()

        self.draft = DraftPolicy(self.versions, POLICIES, CLOCK)
        examine = ExaminePolicy(self._lint, lambda body: self.proof, CLOCK, "test", LIBRARY_SHA256)
        self.check_policy = CheckPolicy(self.versions, examine)
        self.test = RecordBacktest(self.versions, CLOCK)
        self.approve = ApprovePolicy(self.versions, CLOCK)
        calendar = FixedBusinessCalendar(today)
        self.publish = PublishPolicy(self.versions, self, examine, CLOCK, calendar)

    def _lint(self, body: bytes) -> Sequence[Finding]:
        self.examined.append(body)
        return self.findings

    def has(self, policy_id: str, version: str) -> bool:
        return (policy_id, version) in self.packaged_since

    def drafted(self, body: bytes = OWN) -> PolicyVersion:
        return self.draft(NORTH, body, "maker")

    def checked(self) -> PolicyVersion:
        self.drafted()
        return self.check_policy(NORTH, ID, VERSION, "maker")

    def tested(self) -> PolicyVersion:
        self.checked()
        return self.test(NORTH, ID, VERSION, sha256=REPORT, by="maker")

    def approved(self) -> PolicyVersion:
        self.tested()
        return self.approve(NORTH, ID, VERSION, "checker")


def refused(run: Callable[[], object]) -> str | None:
    with pytest.raises(PolicyNotReady) as error:
        run()
    return error.value.rule
