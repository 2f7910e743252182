"""What is looked at once more at the moment when a policy is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from puhui.tenancy import BankId
from risk.adapters.model_cards import ModelCards
from risk.adapters.policy_checks import PolicyLinter, ZenProof
from risk.domain.approval import Act
from risk.domain.errors import NotAtThisStage, PolicyNotReady, PolicyVersionTaken
from risk.domain.indicators.library import LIBRARY_SHA256
from risk.domain.policy_lifecycle import Finding, PolicyVersion, ProofReport, Stage
from tests.support.policy_desk import (
    ID,
    PROVEN,
    REPORT,
    UNPROVEN,
    VERSION,
    Desk,
    refused,
)
from tests.support.risk_desk import (
    NORTH,
    NOW,
    OWN,
    PACKAGED,
    TODAY,
    published,
)
from tests.support.risk_stores import ARTEFACTS

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


LATER = NOW + timedelta(days=30)


def another(at: datetime, **changes: Any) -> PolicyVersion:
    live = published(version="another", sha256="1" * 64)
    return replace(live, published=Act("checker", at), **changes)


class DeskBesideAnother(Desk):
    """An approved version of a bank that publishes another: before a proof, or while it runs."""

    arriving: PolicyVersion | None = None

    def __init__(self, other: PolicyVersion, *, during_the_proof: bool = False) -> None:
        super().__init__()
        self.approved()
        if during_the_proof:
            self.arriving = other
        else:
            self._keep(other)

    def publish_own(self) -> PolicyVersion:
        return self.publish(NORTH, ID, VERSION, effective_from=TODAY, by="maker")

    def _lint(self, body: bytes) -> Sequence[Finding]:
        if self.arriving is not None:
            self._keep(self.arriving)
        return super()._lint(body)

    def _keep(self, other: PolicyVersion) -> None:
        self.versions.kept[other.bank_id, other.policy_id, other.version] = other


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"stage": Stage.WITHDRAWN, "withdrawn_from": TODAY},
        {"policy_id": "another_loan"},
    ],
)
@pytest.mark.parametrize("during_the_proof", [False, True])
def test_an_approval_is_overtaken_by_whatever_the_bank_published_since(
    changes: dict[str, Any], during_the_proof: bool
) -> None:
    desk = DeskBesideAnother(another(LATER, **changes), during_the_proof=during_the_proof)
    approved = desk.versions.get(NORTH, ID, VERSION)

    with pytest.raises(PolicyNotReady) as error:
        desk.publish_own()

    assert (error.value.field, error.value.rule) == ("approved", "policy.approval_overtaken")
    assert desk.versions.get(NORTH, ID, VERSION) == approved


@pytest.mark.parametrize(
    "other",
    [another(NOW - timedelta(days=1)), another(LATER, bank_id=BankId("south"))],
    ids=["published before the approval", "of another bank"],
)
def test_an_approval_is_not_overtaken_by(other: PolicyVersion) -> None:
    assert DeskBesideAnother(other).publish_own().stage is Stage.PUBLISHED


def test_a_proof_of_nothing_is_none() -> None:
    nothing = ProofReport(proven=True, cases=0, detail="决策表 0 张，全部一致")

    assert refused(Desk(proof=nothing).tested) == "policy.unproven"


def test_a_proof_that_takes_too_long_is_none_and_says_where_it_stopped() -> None:
    times = iter([0.0, 0.0, 21.0])

    found = ZenProof(monotonic=lambda: next(times))(PACKAGED)

    assert (found.proven, found.cases, "lists" in found.detail) == (False, 10_000, True)
