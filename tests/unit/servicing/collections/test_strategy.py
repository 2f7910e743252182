"""Buckets, grades, the table, promises and the next action."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.collections.buckets import Bucket, bucket_of
from servicing.domain.collections.case import case_facts
from servicing.domain.collections.contacts import Channel, Outcome
from servicing.domain.collections.errors import PromiseRefused
from servicing.domain.collections.next_action import next_action, why_not_now
from servicing.domain.collections.promises import Promise, PromiseState
from servicing.domain.collections.stops import Stop, StopKind
from servicing.domain.collections.strategy import (
    SEVERITY,
    Action,
    Grade,
    grade_of,
    plan_of,
)
from tests.support.classification import DAY
from tests.support.collections_fakes import NOON, RULES, a_contact, a_file, a_late_loan

GRADES = [Grade.LIGHT, Grade.MEDIUM, Grade.HEAVY]


@given(days=st.integers(0, 1_000), more=st.integers(0, 1_000))
def test_more_days_are_never_a_lighter_bucket(days: int, more: int) -> None:
    assert bucket_of(days + more).rank >= bucket_of(days).rank


@given(
    bucket=st.sampled_from(list(Bucket)),
    graver=st.sampled_from(list(Bucket)),
    grade=st.sampled_from(GRADES),
    heavier=st.sampled_from(GRADES),
    broken=st.integers(0, 3),
    more=st.integers(0, 3),
)
def test_nothing_graver_is_ever_answered_more_mildly(
    bucket: Bucket, graver: Bucket, grade: Grade, heavier: Grade, broken: int, more: int
) -> None:
    if graver.rank < bucket.rank or GRADES.index(heavier) < GRADES.index(grade):
        return

    mild = plan_of(bucket, grade, broken)
    grave = plan_of(graver, heavier, broken + more)

    assert SEVERITY.index(grave.action) >= SEVERITY.index(mild.action)
    if grave.action == mild.action:
        assert grave.every_days <= mild.every_days


@pytest.mark.parametrize("bucket", list(Bucket))
def test_unknown_is_treated_as_heavy(bucket: Bucket) -> None:
    assert plan_of(bucket, grade_of(None), 0) == plan_of(bucket, Grade.HEAVY, 0)


def test_the_case_is_told_to_the_model_by_the_names_of_its_card() -> None:
    loan = a_late_loan(40, last_repaid_on=date(2026, 6, 1))
    contacts = (
        a_contact(NOON - timedelta(days=1), outcome=Outcome.REACHED),
        a_contact(NOON, outcome=Outcome.NO_ANSWER),
        a_contact(NOON, channel=Channel.SMS),
        a_contact(NOON - timedelta(days=40), outcome=Outcome.REACHED),
    )

    facts = case_facts(loan, contacts, (), DAY)

    assert facts.as_inputs() == {
        "case.days_past_due": 40,
        "case.earlier_episodes": 0,
        "case.days_since_last_payment": 63,
        "case.answered_percent": 50,
        "case.promises_broken": 0,
    }


# --- promises -------------------------------------------------------------------------------


def a_promise(amount: int = 500_000, days: int = 7, before: int = 0) -> Promise:
    return Promise(
        promise_id="prm-1",
        loan_id="loan-1",
        amount=Money(amount),
        promised_for=DAY + timedelta(days=days),
        made_on=DAY,
        taken_by="collector-1",
        repaid_before=Money(before),
    )


def paid(*payments: tuple[int, int]):  # type: ignore[no-untyped-def]
    """A late loan with payments: (days from today, 分)."""
    return a_late_loan(repaid=[(DAY + timedelta(days=d), Money(fen)) for d, fen in payments])


def test_a_promise_is_kept_as_soon_as_the_amount_is_in() -> None:
    judged = a_promise().judged(paid((2, 300_000), (3, 200_000)), DAY + timedelta(days=4))

    assert (judged.state, judged.judged_on) == (PromiseState.KEPT, DAY + timedelta(days=4))


def test_what_was_paid_before_the_promise_does_not_count() -> None:
    promise = a_promise(before=500_000)

    judged = promise.judged(paid((-5, 500_000)), DAY + timedelta(days=8))

    assert judged.state is PromiseState.BROKEN


def test_a_promise_is_not_broken_before_its_day_is_over() -> None:
    assert a_promise().judged(paid(), DAY + timedelta(days=7)).state is PromiseState.OPEN
    assert a_promise().judged(paid(), DAY + timedelta(days=8)).state is PromiseState.BROKEN


def test_a_payment_after_the_day_is_too_late() -> None:
    judged = a_promise().judged(paid((8, 500_000)), DAY + timedelta(days=9))

    assert judged.state is PromiseState.BROKEN


def test_a_loan_with_nothing_overdue_has_kept_its_promise() -> None:
    cured = a_late_loan(0, principal_overdue=Money(0), repaid=[(DAY, Money(1))])

    assert a_promise().judged(cured, DAY + timedelta(days=8)).state is PromiseState.KEPT


@given(
    amount=st.integers(1, 900_000),
    payments=st.lists(st.tuples(st.integers(0, 14), st.integers(1, 900_000)), max_size=6),
    day=st.integers(0, 20),
)
def test_a_judged_promise_says_what_the_books_say(
    amount: int, payments: list[tuple[int, int]], day: int
) -> None:
    judged = a_promise(amount).judged(paid(*payments), DAY + timedelta(days=day))

    in_time = sum(fen for when, fen in payments if when <= min(day, 7))
    if in_time >= amount:
        assert judged.state is PromiseState.KEPT
    else:
        assert judged.state is (PromiseState.BROKEN if day > 7 else PromiseState.OPEN)


@pytest.mark.parametrize(
    ("promise", "rule"),
    [
        (a_promise(0), "promise.amount"),
        (a_promise(100_000_000_00), "promise.amount"),
        (a_promise(days=31), "promise.day"),
        (a_promise(days=-1), "promise.day"),
    ],
)
def test_a_promise_out_of_bounds_is_refused(promise: Promise, rule: str) -> None:
    with pytest.raises(PromiseRefused) as refused:
        a_file().promised(promise, a_late_loan(), RULES)

    assert refused.value.rule == rule


def test_a_loan_has_one_open_promise() -> None:
    file = a_file().promised(a_promise(), a_late_loan(), RULES)

    with pytest.raises(PromiseRefused) as refused:
        file.promised(a_promise(), a_late_loan(), RULES)

    assert refused.value.rule == "promise.open"


# --- next action ----------------------------------------------------------------------------


def test_the_worst_loan_decides_what_to_do() -> None:
    file = a_file(a_late_loan(5), a_late_loan(95, "loan-2"))

    assert next_action(file, DAY).action is Action.VISIT


def test_an_open_promise_waits_for_its_day_and_a_broken_one_escalates() -> None:
    file = a_file(a_late_loan(40), points=560).promised(a_promise(), a_late_loan(40), RULES)

    waiting = next_action(file, DAY)
    assert (waiting.action, waiting.why) == (Action.WAIT, "promise.open")
    assert waiting.from_day == DAY + timedelta(days=8)

    judged = file.reviewed([a_late_loan(48)], file.lines, DAY + timedelta(days=8))
    assert plan_of(Bucket.M2, Grade.LIGHT, 0).action is Action.CALL
    assert next_action(judged, DAY + timedelta(days=8)).action is Action.CALL
    twice = plan_of(Bucket.M2, Grade.LIGHT, 2)
    assert twice.action is Action.VISIT


def test_after_a_contact_the_next_one_has_its_pause() -> None:
    file = a_file(a_late_loan(40)).contacted(a_contact(), RULES)

    assert next_action(file, DAY).from_day == DAY + timedelta(days=3)


def test_a_stop_waits() -> None:
    stop = Stop(
        stop_id="s", kind=StopKind.COMPLAINT, loan_id="loan-1", by="x", at=NOON, text="投诉"
    )
    file = a_file().stopped(stop)

    assert next_action(file, DAY).why == "contact.complaint"
    assert why_not_now(file, NOON, RULES) == "contact.complaint"


def test_what_forbids_a_call_now_is_told_before_anybody_calls() -> None:
    assert why_not_now(a_file(), NOON, RULES) is None
    assert why_not_now(a_file(), NOON.replace(hour=23), RULES) == "contact.window"
