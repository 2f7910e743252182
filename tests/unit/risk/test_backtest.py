"""A back-test counts everybody once, finds no difference where there is none, and can be proven."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.contracts.facts import INVOICE_SCHEMA
from risk.domain.backtest import (
    LIMIT_EDGES_FEN,
    PRICE_EDGES_BPS,
    WHOLE_BP,
    Applicant,
    Trial,
    back_test_of,
    change_of,
    population_sha256,
    shares_bp,
)
from risk.domain.backtest_report import HASH_KEY, ReportNotValid, verified_sha256
from risk.domain.facts import Fact
from risk.domain.indicators.values import State
from risk.domain.policy import Policy
from risk.domain.policy.document import read_policy
from risk.domain.shadow import VERDICTS, Answer
from risk.usecases.back_test_policy import BackTestPolicy
from tests.support.risk import (
    AS_OF,
    ASK_MODELS,
    MODELS,
    PARAMETERS,
    POLICIES,
    a_healthy_firm,
    a_request,
    columns_of,
    numbered,
)

OLD = POLICIES.in_force(AS_OF)
BACK_TEST = BackTestPolicy(MODELS, ASK_MODELS, PARAMETERS)

answers = st.builds(
    Answer,
    verdict=st.sampled_from(VERDICTS),
    limit_fen=st.integers(0, 100).map(lambda wan: wan * 1_000_000),
    rate_bps=st.integers(400, 1_500),
    fired=st.lists(st.sampled_from("ABCD"), unique=True).map(tuple),
)
trials = st.lists(
    st.builds(Trial, defaulted=st.sampled_from([None, True, False]), old=answers, new=answers)
)


def changed(table: str, row: str, **cells: str) -> Policy:
    """The policy in force with other cells in one row."""
    document = json.loads(OLD.source)
    found = next(one for one in document["tables"][table]["rules"] if one["_id"] == row)
    found.update(cells)
    return read_policy(json.dumps(document, ensure_ascii=False).encode())


STRICT = changed("outcome", "score_too_low", c3="null, < 999")


def an_applicant(subject: str, monthly_yuan: int = 600_000, **changes: Any) -> Applicant:
    """A firm with steady sales, which did not default."""
    columns = columns_of(numbered(a_healthy_firm(monthly_yuan)))
    fact = Fact(product=INVOICE_SCHEMA, state=State.OK, sha256="0" * 64, columns=columns)
    fields: dict[str, Any] = {
        "subject": subject,
        "request": a_request(application_id=subject, customer_id=subject),
        "facts": (fact,),
        "defaulted": False,
    }
    return Applicant(**fields | changes)


POPULATION = (
    an_applicant("S1"),
    an_applicant("S2", 10_000),
    an_applicant("S3", 1_500_000, defaulted=True),
    an_applicant("S4", 90_000, defaulted=None),
    an_applicant("S5", facts=(Fact(product=INVOICE_SCHEMA, state=State.MISSING),)),
)


def reported(new: Policy, population: tuple[Applicant, ...] = POPULATION) -> dict[str, Any]:
    return dict(BACK_TEST(population, AS_OF, old=OLD, new=new))


def swapped(report: dict[str, Any]) -> int:
    return sum(one["count"] for one in report["swap_set"] if one["old"] != one["new"])


def test_the_same_policy_twice_changes_nothing() -> None:
    report = reported(OLD)

    limit, rate = report["limit_change_fen"], report["rate_change_bps"]
    assert report["verdicts"]["old"] == report["verdicts"]["new"]
    assert (swapped(report), report["reason_codes"]) == (0, [])
    assert limit["count"] == limit["unchanged"] == rate["unchanged"] > 0


def test_a_stricter_policy_declines_those_whom_the_old_one_approved() -> None:
    report = reported(STRICT)

    found = {(one["old"], one["new"]): one["count"] for one in report["swap_set"]}
    assert found["approve", "decline"] == report["verdicts"]["old"]["approve"]["count"] > 0
    assert {"code": "SCORE_TOO_LOW", "only_old": 0, "only_new": 4} in report["reason_codes"]


def test_two_policies_that_approve_differ_in_limit_and_price_only() -> None:
    worse = changed("grade", "a", c1=">= 999")

    report = reported(worse)

    assert swapped(report) == 0
    assert report["rate_change_bps"]["sum_change"] > 0
    assert report["rate_change_bps"]["raised"] > 0


def test_the_bad_rate_is_that_of_known_outcomes_only() -> None:
    report = reported(OLD)

    everybody = report["population"]
    assert (everybody["count"], everybody["labelled"], everybody["bad"]) == (5, 4, 1)
    assert everybody["bad_rate_bp"] == 2_500


def test_nobody_with_a_known_outcome_has_no_bad_rate_rather_than_none_bad() -> None:
    report = reported(OLD, (an_applicant("S1", defaulted=None),))

    assert report["population"]["bad_rate_bp"] is None


def test_an_empty_population_is_a_report_of_nobody() -> None:
    report = reported(STRICT, ())

    limit = report["limit_change_fen"]
    assert (report["population"]["count"], limit["mean_change"], limit["quantiles"]) == (
        0,
        None,
        {},
    )


def test_the_order_of_the_applicants_changes_not_one_byte() -> None:
    assert reported(STRICT) == reported(STRICT, POPULATION[::-1])


@pytest.mark.parametrize(
    "changes",
    [
        {"defaulted": True},
        {"subject": "S9"},
        {"request": a_request(amount_fen=40_000_000)},
        {"facts": (Fact(product=INVOICE_SCHEMA, state=State.STALE),)},
    ],
)
def test_another_outcome_request_or_document_is_another_population(changes: Any) -> None:
    one = POPULATION[0]

    assert population_sha256([one.sha256]) != population_sha256([replace(one, **changes).sha256])


def test_the_hash_of_a_report_is_that_of_its_content() -> None:
    report = json.loads(json.dumps(reported(STRICT)))

    assert verified_sha256(report) == report[HASH_KEY]


@pytest.mark.parametrize(
    ("spoilt", "rule"),
    [
        ({"as_of": "2026-08-02"}, "report.sha256"),
        ({HASH_KEY: None}, "report.sha256"),
        ({"schema": "other/1"}, "report.schema"),
        ({"more": 0.5}, "report.canonical"),
    ],
)
def test_a_report_that_was_changed_is_refused(spoilt: dict[str, Any], rule: str) -> None:
    with pytest.raises(ReportNotValid, match=rule):
        verified_sha256(reported(OLD) | spoilt)


@pytest.mark.parametrize("document", [None, [], "report", {}])
def test_what_is_no_report_is_refused(document: Any) -> None:
    with pytest.raises(ReportNotValid, match=r"report\.schema"):
        verified_sha256(document)


@given(trials)
def test_everybody_is_counted_once_wherever_one_looks(every: list[Trial]) -> None:
    found = back_test_of(every)

    for side in (found.old, found.new):
        assert sum(group.count for group in side.groups.values()) == len(every)
        assert sum(side.shares_bp.values()) == (WHOLE_BP if every else 0)
        assert sum(group.bad for group in side.groups.values()) == found.everybody.bad
    for verdict in VERDICTS:
        row = [found.swaps[verdict, other] for other in VERDICTS]
        assert sum(group.count for group in row) == found.old.groups[verdict].count
        column = [found.swaps[other, verdict] for other in VERDICTS]
        assert sum(group.labelled for group in column) == found.new.groups[verdict].labelled
    for change in (found.limit_fen, found.rate_bps):
        assert sum(bar.count for bar in change.histogram) == change.count
        assert change.count == found.swaps["approve", "approve"].count


@given(trials)
def test_the_two_policies_exchanged_exchange_the_report(every: list[Trial]) -> None:
    found = back_test_of(every)

    back = back_test_of([replace(one, old=one.new, new=one.old) for one in every])
    assert (back.old, back.new) == (found.new, found.old)
    assert back.swaps == {(new, old): group for (old, new), group in found.swaps.items()}
    assert (back.limit_fen.raised, back.limit_fen.sum_new) == (
        found.limit_fen.lowered,
        found.limit_fen.sum_old,
    )


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1))
def test_quantiles_are_changes_that_occur_in_their_order(pairs: list[tuple[int, int]]) -> None:
    change = change_of(pairs, LIMIT_EDGES_FEN)

    found = [change.least, *change.quantiles.values(), change.most]
    assert found == sorted(found, key=lambda one: one or 0)
    assert set(found) <= {new - old for old, new in pairs}


@pytest.mark.parametrize("edges", [LIMIT_EDGES_FEN, PRICE_EDGES_BPS])
def test_no_change_has_a_bar_of_its_own(edges: tuple[int, ...]) -> None:
    change = change_of([(7, 7), (7, 6), (7, 8)], edges)

    found = {(bar.over, bar.up_to): bar.count for bar in change.histogram}
    assert found[-1, 0] == 1


def test_three_equal_thirds_still_sum_to_the_whole() -> None:
    assert sorted(shares_bp(dict.fromkeys(VERDICTS, 1)).values()) == [3_333, 3_333, 3_334]
