"""Which version decides on which day, which runs beside it, and what the linter says of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from puhui.tenancy import BankId
from risk.adapters.model_cards import ModelCards
from risk.adapters.policy_checks import PolicyLinter, ZenProof
from risk.adapters.published_policies import PublishedPolicies
from risk.domain.policy_lifecycle import LIVE, Finding, PolicyVersion, Stage
from risk.usecases.set_shadow import StartShadow, StopShadow
from tests.support.policy_desk import (
    CLOCK,
    ID,
    VERSION,
    Desk,
    a_document,
    refused,
)
from tests.support.risk import POLICIES
from tests.support.risk_desk import (
    NORTH,
    PACKAGED,
    TODAY,
    published,
)
from tests.support.risk_desk_fakes import InMemoryPolicyVersions
from tests.support.risk_stores import ARTEFACTS


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
