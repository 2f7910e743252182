"""A shadow changes no answer; how it differs is counted by reason code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from puhui.clock import FixedClock
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId
from risk.domain.errors import PolicyVersionNotFound
from risk.domain.policy import Policy
from risk.domain.shadow import Answer, Comparison, report_of
from risk.usecases.read_shadow_report import ReadShadowReport
from risk.usecases.run_shadow import RunShadow
from risk.usecases.set_shadow import StartShadow
from tests.support.risk import POLICIES
from tests.support.risk_desk import NORTH, NOW, TODAY, a_comparison, an_answer, published
from tests.support.risk_desk_fakes import (
    InMemoryComparisons,
    InMemoryPolicyVersions,
    InMemoryShadowSignals,
)

POLICY = POLICIES.in_force(TODAY)
DECLINED = an_answer(verdict="decline", limit_fen=0, rate_bps=0, fired=("NEW_RULE",))


@dataclass(frozen=True)
class OneShadow:
    """This policy runs beside the live one."""

    running: Policy | None = POLICY
    error: Exception | None = None

    def in_force(self, bank_id: BankId, day: date) -> Policy:
        return POLICY

    def shadow(self, bank_id: BankId, day: date) -> Policy | None:
        if self.error is not None:
            raise self.error
        return self.running


def kept(
    evaluate: Callable[[Policy], Answer], policies: OneShadow | None = None
) -> tuple[list[Comparison], list[str]]:
    comparisons, signals = InMemoryComparisons(), InMemoryShadowSignals()
    run = RunShadow(policies or OneShadow(), comparisons, signals)
    run(NORTH, "dec-1", TODAY, an_answer(), evaluate)
    found, _ = comparisons.of(NORTH, POLICY.id, POLICY.version)
    return list(found), signals.lost_of


def broken(policy: Policy) -> Answer:
    raise KeyError("no such input")


def test_the_shadow_is_asked_the_same_and_what_it_says_is_kept() -> None:
    found, lost = kept(lambda policy: DECLINED)

    assert ([one.shadow for one in found], lost) == ([DECLINED], [])


def test_without_a_shadow_nothing_is_asked() -> None:
    assert kept(broken, OneShadow(running=None)) == ([], [])


def test_a_shadow_that_breaks_is_kept_as_broken() -> None:
    ((found,), lost) = kept(broken)

    assert (found.shadow, found.error, lost) == (None, "UnexpectedFailure", [])


@pytest.mark.parametrize("error", [UpstreamUnavailable(), ValueError("odd")])
def test_a_store_that_is_down_does_not_reach_the_decision(error: Exception) -> None:
    assert kept(lambda policy: DECLINED, OneShadow(error=error)) == ([], ["dec-1"])


def test_differences_are_counted_by_reason_code() -> None:
    live = an_answer(verdict="refer", fired=("OLD_RULE", "BOTH"))
    shadow = an_answer(verdict="decline", fired=("BOTH", "NEW_RULE"))
    every = [
        a_comparison("dec-1", live=live, shadow=shadow),
        a_comparison("dec-2"),
        a_comparison("dec-3", shadow=an_answer()),
        a_comparison("dec-4", shadow=None, error="KeyError"),
    ]

    report = report_of("p", "1", every, complete=True)

    assert (report.compared, report.different, report.failed) == (4, 3, 1)
    assert [(c.code, c.only_live, c.only_shadow) for c in report.codes] == [
        ("NEW_RULE", 0, 2),
        ("OLD_RULE", 1, 0),
    ]
    assert report.verdicts == {
        ("refer", "decline"): 1,
        ("approve", "decline"): 1,
        ("approve", "approve"): 1,
    }


def test_limits_and_prices_are_compared_between_approvals_only() -> None:
    every = [
        a_comparison("dec-1", shadow=an_answer(limit_fen=40_000_000, rate_bps=650)),
        a_comparison("dec-2"),
    ]

    report = report_of("p", "1", every, complete=True)

    assert (report.both_approved, report.limit_fen_change, report.rate_bps_change) == (
        1,
        -10_000_000,
        50,
    )


def test_the_report_is_of_the_running_shadow_unless_a_version_is_named() -> None:
    versions, comparisons = InMemoryPolicyVersions(), InMemoryComparisons()
    one = published()
    versions.kept[NORTH, one.policy_id, one.version] = one
    comparisons.add(NORTH, one.policy_id, one.version, a_comparison())
    read = ReadShadowReport(versions, comparisons)

    with pytest.raises(PolicyVersionNotFound):
        read(NORTH, one.policy_id, None)
    StartShadow(versions, FixedClock(NOW))(NORTH, one.policy_id, one.version, "checker")

    assert read(NORTH, one.policy_id, None) == read(NORTH, one.policy_id, one.version)
    assert read(NORTH, one.policy_id, None).compared == 1
