"""A policy's way into force: what stops it, who must agree, which version decides on which day."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.tenancy import BankId
from risk.adapters.model_cards import ModelCards
from risk.adapters.policy_checks import PolicyLinter, ZenProof
from risk.adapters.published_policies import PublishedPolicies
from risk.domain.approval import SamePerson
from risk.domain.errors import NotAtThisStage, PolicyNotReady, PolicyVersionTaken
from risk.domain.indicators.library import LIBRARY_SHA256
from risk.domain.policy_lifecycle import LIVE, Finding, PolicyVersion, ProofReport, Stage
from risk.usecases.approve_policy import ApprovePolicy
from risk.usecases.check_policy import CheckPolicy
from risk.usecases.draft_policy import DraftPolicy
from risk.usecases.examine_policy import ExaminePolicy
from risk.usecases.publish_policy import PublishPolicy
from risk.usecases.record_backtest import RecordBacktest
from risk.usecases.set_shadow import StartShadow, StopShadow
from tests.support.risk import ARTEFACTS, POLICIES
from tests.support.risk_desk import (
    NORTH,
    NOW,
    OWN,
    OWN_VERSION,
    PACKAGED,
    TODAY,
    a_check,
    a_draft,
    published,
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


def test_a_version_goes_from_draft_to_force() -> None:
    desk = Desk()

    stages = [
        desk.drafted(),
        desk.check_policy(NORTH, ID, VERSION, "maker"),
        desk.test(NORTH, ID, VERSION, sha256=REPORT, by="maker"),
        desk.approve(NORTH, ID, VERSION, "checker"),
    ]
    live = desk.publish(NORTH, ID, VERSION, effective_from=TODAY, by="checker")

    assert [one.stage.value for one in (*stages, live)] == [
        "draft",
        "checked",
        "tested",
        "approved",
        "published",
    ]


def test_a_draft_sent_again_is_the_same_version() -> None:
    desk = Desk()

    assert desk.drafted() == desk.drafted()


def test_other_content_needs_another_version() -> None:
    desk = Desk()
    desk.drafted()

    with pytest.raises(PolicyVersionTaken):
        desk.drafted(a_document(name="改过的策略"))


@pytest.mark.parametrize("body", [b"{}", b"[]", b"nothing", b'{"id": "a b", "version": "1"}'])
def test_a_policy_that_does_not_name_itself_is_refused(body: bytes) -> None:
    assert refused(lambda: Desk().drafted(body)) == "policy.named"


@pytest.mark.parametrize("changes", [{}, {"name": "改过的策略"}])
def test_the_name_of_a_packaged_policy_is_taken(changes: dict[str, Any]) -> None:
    packaged, desk = POLICIES.policies[0], Desk()

    with pytest.raises(PolicyVersionTaken) as error:
        desk.drafted(a_document(packaged.version, **changes))

    assert (error.value.field, error.value.rule) == ("version", "policy.version_packaged")
    assert desk.versions.kept == desk.versions.bodies == {}


def test_an_own_policy_may_have_a_packaged_ones_version_under_another_id() -> None:
    packaged = POLICIES.policies[0]

    drafted = Desk().drafted(a_document(packaged.version, id="north_loan"))

    assert (drafted.policy_id, drafted.version) == ("north_loan", packaged.version)


def test_findings_stop_it() -> None:
    desk = Desk(Finding(rule="gap", where="grades", message="480–530 没有等级"))

    checked = desk.checked()

    assert checked.stage is Stage.DRAFT
    assert refused(desk.tested) == "policy.findings"


def test_a_table_that_is_not_proven_stops_it() -> None:
    assert refused(Desk(proof=UNPROVEN).tested) == "policy.unproven"


def test_without_a_check_nothing_goes_on() -> None:
    desk = Desk()
    desk.drafted()

    assert refused(lambda: desk.test(NORTH, ID, VERSION, sha256=REPORT, by="maker")) == (
        "policy.unchecked"
    )


def test_a_check_of_other_bytes_is_no_check() -> None:
    draft = a_draft().checked(a_check("f" * 64))

    assert draft.stage is Stage.DRAFT
    assert refused(draft.refuse_defects) == "policy.unchecked"


@pytest.mark.parametrize("step", ["approve", "publish"])
def test_without_a_backtest_it_is_neither_approved_nor_published(step: str) -> None:
    desk = Desk()
    desk.checked()
    steps: dict[str, Callable[[], object]] = {
        "approve": lambda: desk.approve(NORTH, ID, VERSION, "checker"),
        "publish": lambda: desk.publish(NORTH, ID, VERSION, effective_from=TODAY, by="checker"),
    }

    assert refused(steps[step]) == "policy.untested"


def test_whoever_drafted_or_tested_it_does_not_approve_it() -> None:
    desk = Desk()
    desk.checked()
    desk.test(NORTH, ID, VERSION, sha256=REPORT, by="tester")

    for person in ("maker", "tester"):
        with pytest.raises(SamePerson):
            desk.approve(NORTH, ID, VERSION, person)


def test_a_tested_version_is_not_published_before_it_is_approved() -> None:
    desk = Desk()
    desk.tested()

    with pytest.raises(NotAtThisStage):
        desk.publish(NORTH, ID, VERSION, effective_from=TODAY, by="checker")


def test_nobody_changes_what_was_in_force_yesterday() -> None:
    desk = Desk()
    desk.approved()
    yesterday = TODAY - timedelta(days=1)

    assert refused(
        lambda: desk.publish(NORTH, ID, VERSION, effective_from=yesterday, by="checker")
    ) == ("policy.effective_past")


GAP = Finding(rule="GAP", where="tables.grade", message="480–530 没有等级")
FEW = ProofReport(proven=True, cases=9_999, detail="决策表 1 张，全部一致")


@pytest.mark.parametrize(
    ("findings", "proof", "rule", "told"),
    [
        ((GAP,), PROVEN, "policy.findings", "GAP tables.grade"),
        ((), UNPROVEN, "policy.unproven", UNPROVEN.detail),
        ((), FEW, "policy.unproven", FEW.detail),
    ],
)
def test_a_version_that_fails_at_its_publication_is_refused_and_stays_as_it_was(
    findings: tuple[Finding, ...], proof: ProofReport, rule: str, told: str
) -> None:
    desk = Desk()
    approved = desk.approved()
    desk.findings, desk.proof = findings, proof

    with pytest.raises(PolicyNotReady) as error:
        desk.publish(NORTH, ID, VERSION, effective_from=TODAY, by="checker")

    assert (error.value.rule, told in error.value.message) == (rule, True)
    assert desk.versions.get(NORTH, ID, VERSION) == approved


def test_a_publication_keeps_what_linter_and_proof_said_of_its_bytes_by_todays_library() -> None:
    desk = Desk()
    desk.approved()
    desk.examined.clear()

    live = desk.publish(NORTH, ID, VERSION, effective_from=TODAY, by="publisher")

    check = live.published_check
    assert desk.examined == [OWN]
    assert check is not None
    assert (check.sha256, check.proof, check.library_sha256, check.checked.by) == (
        live.sha256,
        PROVEN,
        LIBRARY_SHA256,
        "publisher",
    )


def test_what_is_refused_anyway_is_not_proven_first() -> None:
    desk = Desk()
    desk.tested()
    desk.examined.clear()

    with pytest.raises(NotAtThisStage):
        desk.publish(NORTH, ID, VERSION, effective_from=TODAY, by="checker")
    assert desk.examined == []


def test_a_policy_whose_indicator_is_no_more_is_not_published() -> None:
    gone = OWN.replace(b"out_party.all.l12m.top1", b"out_party.all.l12m.gone")
    desk = Desk()
    desk.drafted(gone)
    desk.check_policy(NORTH, ID, VERSION, "maker")
    desk.test(NORTH, ID, VERSION, sha256=REPORT, by="maker")
    desk.approve(NORTH, ID, VERSION, "checker")
    desk.findings = PolicyLinter(ModelCards(ARTEFACTS))(gone)

    assert (
        refused(lambda: desk.publish(NORTH, ID, VERSION, effective_from=TODAY, by="checker"))
        == "policy.findings"
    )


def test_a_name_that_a_later_release_packaged_is_not_published() -> None:
    desk = Desk()
    desk.approved()
    desk.packaged_since.add((ID, VERSION))

    with pytest.raises(PolicyVersionTaken):
        desk.publish(NORTH, ID, VERSION, effective_from=TODAY, by="checker")


def test_a_proof_of_nothing_is_none() -> None:
    nothing = ProofReport(proven=True, cases=0, detail="决策表 0 张，全部一致")

    assert refused(Desk(proof=nothing).tested) == "policy.unproven"


def test_a_proof_that_takes_too_long_is_none_and_says_where_it_stopped() -> None:
    times = iter([0.0, 0.0, 21.0])

    found = ZenProof(monotonic=lambda: next(times))(PACKAGED)

    assert (found.proven, found.cases, "lists" in found.detail) == (False, 10_000, True)


def test_an_approved_version_is_not_tested_again() -> None:
    desk = Desk()
    desk.approved()

    with pytest.raises(NotAtThisStage):
        desk.test(NORTH, ID, VERSION, sha256="c" * 64, by="maker")


def test_steps_sent_again_change_nothing() -> None:
    desk = Desk()
    approved = desk.approved()
    live = desk.publish(NORTH, ID, VERSION, effective_from=TODAY, by="checker")

    assert approved.stage is Stage.APPROVED
    assert desk.publish(NORTH, ID, VERSION, effective_from=TODAY, by="checker") == live


def in_force(*versions: PolicyVersion, day: date = TODAY, bank: BankId = NORTH) -> str:
    kept = InMemoryPolicyVersions()
    for number, one in enumerate(versions):
        body = a_document(one.version, name=f"策略{number}")
        kept.kept[one.bank_id, one.policy_id, one.version] = one
        kept.bodies[one.sha256] = body
    return PublishedPolicies(kept, POLICIES).in_force(bank, day).name


def test_a_bank_without_own_policy_decides_by_the_packaged_one() -> None:
    assert in_force() == POLICIES.in_force(TODAY).name


def test_a_banks_own_policy_comes_before_the_packaged_one() -> None:
    assert in_force(published()) == "策略0"


def test_it_decides_for_its_own_bank_only() -> None:
    assert in_force(published(), bank=BankId("south")) == POLICIES.in_force(TODAY).name


def test_a_version_decides_from_its_day_on() -> None:
    older = published(version="1", sha256="1" * 64)
    newer = published(date(2026, 9, 1), version="2", sha256="2" * 64)

    assert [in_force(older, newer, day=day) for day in (date(2026, 8, 31), date(2026, 9, 1))] == [
        "策略0",
        "策略1",
    ]


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in LIVE])
def test_only_a_published_version_decides(stage: Stage) -> None:
    assert in_force(replace(published(), stage=stage)) == POLICIES.in_force(TODAY).name


def test_another_process_learns_of_a_publication_within_two_seconds() -> None:
    kept, now = InMemoryPolicyVersions(), [0.0]
    policies = PublishedPolicies(kept, POLICIES, monotonic=lambda: now[0])
    before = policies.in_force(NORTH, TODAY).name
    one = published()
    kept.kept[NORTH, ID, VERSION] = one
    kept.bodies[one.sha256] = a_document(name="本行策略")

    at_once = policies.in_force(NORTH, TODAY).name
    now[0] = 2.0

    assert (before == at_once, policies.in_force(NORTH, TODAY).name) == (True, "本行策略")


def test_a_checked_version_runs_as_the_one_shadow() -> None:
    desk = Desk()
    desk.checked()
    StartShadow(desk.versions, CLOCK)(NORTH, ID, VERSION, "checker")

    running = PublishedPolicies(desk.versions, POLICIES).shadow(NORTH, TODAY)
    StopShadow(desk.versions)(NORTH)

    assert running is not None
    assert (running.version, desk.versions.shadow(NORTH)) == (VERSION, None)


def test_a_draft_with_findings_does_not_run_as_shadow() -> None:
    desk = Desk(Finding(rule="gap", where="grades", message="有缺口"))
    desk.checked()

    assert (
        refused(lambda: StartShadow(desk.versions, CLOCK)(NORTH, ID, VERSION, "checker"))
        == "policy.findings"
    )


def test_the_packaged_policy_has_no_findings() -> None:
    assert list(PolicyLinter(ModelCards(ARTEFACTS))(PACKAGED)) == []


@pytest.mark.full
def test_the_packaged_policy_is_proven_against_the_reference_engine() -> None:
    found = ZenProof()(PACKAGED)

    assert (found.proven, found.cases >= 10_000) == (True, True)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"valid_to": "2015-01-01"}, "DATES_INVERTED"),
        ({"grades": []}, "GRADES_INVALID"),
        ({"schema": "policy/0"}, "SCHEMA_UNKNOWN"),
    ],
)
def test_the_linter_names_what_it_finds(changes: dict[str, Any], rule: str) -> None:
    found = PolicyLinter(ModelCards(ARTEFACTS))(a_document(**changes))

    assert rule in [one.rule for one in found]
