"""Debits: one number for ever, unknown is not failed, query before anything else (INV9, FLT21)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.rail.debit import DebitState
from servicing.domain.rail.errors import DebitMismatch
from servicing.domain.rail.payment import Channel, PaymentState
from tests.support.rail import RailBank, a_debit, heard
from tests.support.servicing import NORTH, SOUTH

AMOUNT = Money(2_559_297)
SERIAL = a_debit().serial_no
WORDS = ("ok", "reject", "lost_before", "lost_after")


def scripted(*words: str) -> RailBank:
    """A rail that answers so."""
    bank = RailBank()
    bank.rail.script = list(words)
    return bank


def test_a_confirmed_debit_is_a_payment_under_our_own_number() -> None:
    bank = scripted("ok")

    debit = bank.ask(a_debit())

    assert debit.state is DebitState.CONFIRMED
    assert bank.payments.get(NORTH, SERIAL).state is PaymentState.BOOKED
    assert bank.recorder.repaid("loan-1") == AMOUNT


def test_a_rejected_debit_moves_nothing_and_says_why() -> None:
    bank = scripted("reject")

    debit = bank.ask(a_debit())

    assert (debit.state, debit.reason) == (DebitState.REJECTED, "余额不足")
    assert bank.recorder.orders == {}


@pytest.mark.parametrize("lost", ["lost_before", "lost_after"])
def test_a_lost_answer_is_unknown_and_books_nothing(lost: str) -> None:
    bank = scripted(lost)

    debit = bank.ask(a_debit())

    assert debit.state is DebitState.UNKNOWN
    assert bank.recorder.orders == {}


@pytest.mark.parametrize("lost", ["lost_before", "lost_after"])
def test_asking_again_queries_first_and_never_debits_twice(lost: str) -> None:
    bank = scripted(lost)
    bank.ask(a_debit())

    debit = bank.ask(a_debit())

    assert debit.state is DebitState.CONFIRMED
    assert bank.rail.taken_fen == AMOUNT.minor
    assert bank.rail.numbers == {SERIAL}


@given(words=st.lists(st.sampled_from(WORDS), max_size=12))
def test_whatever_the_rail_answers_money_moves_once_under_one_number(words: list[str]) -> None:
    bank = scripted(*words)

    bank.ask(a_debit())
    for _ in range(len(words) + 1):
        bank.finish()

    debit = bank.debits.get(NORTH, SERIAL)
    moved = AMOUNT.minor if debit.state is DebitState.CONFIRMED else 0
    assert debit.settled
    assert bank.rail.numbers == {SERIAL}
    assert (bank.rail.taken_fen, bank.recorder.repaid("loan-1").minor) == (moved, moved)


def test_the_notice_before_the_answer_is_one_effect() -> None:
    bank = scripted("lost_after")
    bank.ask(a_debit())
    bank.take(heard(serial_no=SERIAL))

    bank.finish()

    assert bank.debits.get(NORTH, SERIAL).state is DebitState.CONFIRMED
    assert bank.recorder.repaid("loan-1") == AMOUNT


def test_a_rejection_after_the_money_came_is_a_contradiction_for_a_person() -> None:
    bank = scripted("lost_before", "reject")
    bank.ask(a_debit())
    bank.take(heard(serial_no=SERIAL))
    bank.rail.script = ["ok", "reject"]

    debit = bank.ask(a_debit())

    assert debit.state is DebitState.CONTRADICTED
    assert bank.recorder.repaid("loan-1") == AMOUNT


@pytest.mark.parametrize(
    "change",
    [{"amount": Money(1)}, {"loan_id": "loan-2"}, {"customer_id": "cus-2"}, {"bank_id": SOUTH}],
    ids=["amount", "loan", "customer", "bank"],
)
def test_the_same_number_for_another_debit_is_refused(change: dict[str, object]) -> None:
    bank = scripted("ok")
    bank.ask(a_debit())

    with pytest.raises(DebitMismatch):
        bank.ask(a_debit(**change))

    assert bank.rail.taken_fen == AMOUNT.minor


def test_a_debit_unknown_for_fifteen_minutes_is_a_work_item() -> None:
    bank = scripted(*["lost_before"] * 9)
    bank.ask(a_debit())
    early = bank.finish()
    bank.clock.advance(timedelta(minutes=16))

    late = bank.finish()

    assert early.overdue == ()
    assert [one.serial_no for one in late.overdue] == [SERIAL]


def test_a_confirmed_debit_whose_run_died_before_the_money_was_taken_is_taken_later() -> None:
    bank = scripted("ok")
    take, bank.ask = bank.ask, bank.ask
    debit = take(a_debit())
    bank.payments.rows.clear()
    bank.recorder.orders.clear()

    again = bank.ask(a_debit())

    assert again == debit
    assert bank.payments.get(NORTH, SERIAL).channel is Channel.DEBIT
