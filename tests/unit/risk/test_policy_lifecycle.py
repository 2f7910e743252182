"""A policy's way into force: what stops it, and who must agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from risk.domain.approval import SamePerson
from risk.domain.errors import NotAtThisStage, PolicyVersionTaken
from risk.domain.policy_lifecycle import Finding, Stage
from tests.support.policy_desk import (
    ID,
    REPORT,
    UNPROVEN,
    VERSION,
    Desk,
    a_document,
    refused,
)
from tests.support.risk import POLICIES
from tests.support.risk_desk import (
    NORTH,
    TODAY,
    a_check,
    a_draft,
)


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
