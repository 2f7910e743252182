"""Payments over the rail: one effect for each serial number, nothing lost, nothing shown."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.errors import StaleVersion
from puhui.money import Money
from servicing.domain.rail.errors import (
    NotInSuspense,
    NotReturned,
    RailPaymentMismatch,
    RailPaymentNotFound,
)
from servicing.domain.rail.payment import Channel, Heard, PaymentState
from servicing.rail_ports import RepaymentOrder
from tests.support.rail import DAY, RailBank, heard
from tests.support.servicing import NORTH, SOUTH

AMOUNT = Money(2_559_297)
NOTHING = Money(0)


def test_a_payment_is_booked_into_its_loan_with_the_rails_number() -> None:
    bank = RailBank()

    payment = bank.take(heard())

    assert (payment.state, payment.loan_id) == (PaymentState.BOOKED, "loan-1")
    assert list(bank.recorder.orders.values()) == [
        RepaymentOrder(
            bank_id=NORTH,
            loan_id="loan-1",
            event_id=payment.event_id,
            serial_no="cb-0001",
            amount=AMOUNT,
            value_date=DAY,
        )
    ]


@given(channels=st.lists(st.sampled_from(Channel), min_size=1, max_size=6))
def test_told_by_any_channels_in_any_order_it_has_one_effect(channels: list[Channel]) -> None:
    bank = RailBank()

    answers = [bank.take(heard(channel=channel)) for channel in channels]

    assert bank.recorder.repaid("loan-1") == AMOUNT
    assert {(one.state, one.loan_id) for one in answers} == {(PaymentState.BOOKED, "loan-1")}


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Money(2_559_298)},
        {"reference": "loan-2"},
        {"bank_id": SOUTH},
        {"booked_on": DAY + timedelta(days=1)},
    ],
    ids=["amount", "loan", "bank", "day"],
)
def test_the_same_number_for_something_else_changes_nothing_and_shows_nothing(
    change: dict[str, Any],
) -> None:
    """FINERACT-2485."""
    bank = RailBank()
    bank.take(heard())
    before = dict(bank.payments.rows)

    with pytest.raises(RailPaymentMismatch) as refused:
        bank.take(heard(**change))

    assert (refused.value.field, refused.value.rule) == ("serial_no", "rail.serial_no")
    assert "loan-1" not in str(refused.value)
    assert (bank.payments.rows, bank.recorder.repaid("loan-1")) == (before, AMOUNT)


def test_money_for_no_loan_goes_into_suspense_with_a_work_item() -> None:
    bank = RailBank()

    payment = bank.take(heard(reference="nobody"))

    assert payment.state is PaymentState.SUSPENDED
    assert bank.payments.work_items(NORTH) == [payment]
    assert bank.suspended == AMOUNT
    assert [event.name for event in bank.payments.events] == ["RailPaymentSuspended"]


def test_money_for_one_of_several_loans_goes_into_suspense() -> None:
    bank = RailBank()
    bank.references.known[NORTH, "app-1"] = ("loan-1", "loan-2")

    payment = bank.take(heard(reference="app-1"))

    assert "several loans" in str(payment.reason)
    assert bank.recorder.orders == {}


def test_money_that_the_loan_refuses_goes_into_suspense() -> None:
    bank = RailBank()
    bank.recorder.refusing.add("loan-1")

    payment = bank.take(heard())

    assert (payment.state, bank.suspended) == (PaymentState.SUSPENDED, AMOUNT)
    assert "loan.closed" in str(payment.reason)


def test_another_banks_loan_is_nobodys() -> None:
    bank = RailBank()

    payment = bank.take(heard(bank_id=SOUTH))

    assert payment.state is PaymentState.SUSPENDED
    assert bank.payments.work_items(NORTH) == []


def test_a_payment_of_the_rails_next_day_counts_from_our_day() -> None:
    bank = RailBank()

    bank.take(heard(booked_on=DAY + timedelta(days=1)))

    (order,) = bank.recorder.orders.values()
    assert order.value_date == DAY


# --- notices about one payment, in any order ---------------------------------------------------


RECEIVED = heard()
RETURNED = heard(notice_version=2, returned=True)


@pytest.mark.parametrize("order", list(itertools.permutations([RECEIVED, RECEIVED, RETURNED])))
def test_reordered_notices_of_a_return_end_the_same(order: tuple[Heard, ...]) -> None:
    bank = RailBank()

    for one in order:
        bank.take(one)

    payment = bank.payments.get(NORTH, "cb-0001")
    assert payment.returned
    if order[0] is RETURNED:
        assert (payment.state, bank.recorder.repaid("loan-1")) == (PaymentState.RETURNED, NOTHING)
        assert bank.payments.work_items(NORTH) == []
    else:
        assert (payment.state, bank.recorder.repaid("loan-1")) == (PaymentState.BOOKED, AMOUNT)
        assert bank.payments.work_items(NORTH) == [payment]


def test_a_notice_that_contradicts_its_own_version_is_refused() -> None:
    bank = RailBank()
    bank.take(RECEIVED)

    with pytest.raises(RailPaymentMismatch) as refused:
        bank.take(heard(returned=True))

    assert refused.value.rule == "rail.notice_version"


# --- a run that dies ---------------------------------------------------------------------------


class Dies(BaseException):
    """The function was killed."""


def test_whatever_a_dead_run_left_is_finished_by_the_next_notice() -> None:
    bank = RailBank()
    kill_at(bank, "save")

    with pytest.raises(Dies):
        bank.take(heard())
    payment = bank.take(heard(channel=Channel.FILE))

    assert payment.state is PaymentState.BOOKED
    assert bank.recorder.repaid("loan-1") == AMOUNT


def test_what_is_finished_a_day_later_is_the_same_repayment() -> None:
    bank = RailBank()
    kill_at(bank, "save")
    with pytest.raises(Dies):
        bank.take(heard(booked_on=DAY + timedelta(days=1)))
    tomorrow = RailBank(
        payments=bank.payments, recorder=bank.recorder, today=DAY + timedelta(days=1)
    )

    tomorrow.finish()

    (order,) = bank.recorder.orders.values()
    assert (order.value_date, bank.recorder.calls) == (DAY, 2)


def test_whatever_a_dead_run_left_is_finished_by_the_sweeper() -> None:
    bank = RailBank()
    kill_at(bank, "save")
    with pytest.raises(Dies):
        bank.take(heard())

    work = bank.finish()

    assert (work.booked, work.failed) == (1, ())
    assert bank.payments.get(NORTH, "cb-0001").state is PaymentState.BOOKED
    assert bank.recorder.repaid("loan-1") == AMOUNT


def test_channels_that_meet_take_turns() -> None:
    bank = RailBank()
    stale_at_first(bank)

    assert bank.take(heard()).state is PaymentState.BOOKED
    assert bank.recorder.repaid("loan-1") == AMOUNT


# --- out of suspense ---------------------------------------------------------------------------


def test_a_person_names_the_loan_and_the_money_leaves_suspense() -> None:
    bank = RailBank()
    bank.take(heard(reference="nobody"))

    payment = bank.assign(NORTH, "cb-0001", "loan-2", "staff-1")

    assert (payment.state, payment.loan_id) == (PaymentState.BOOKED, "loan-2")
    assert (bank.recorder.repaid("loan-2"), bank.suspended) == (AMOUNT, NOTHING)
    assert bank.payments.work_items(NORTH) == []
    assert bank.payments.events[-1].name == "RailPaymentAssigned"


def test_naming_the_loan_twice_is_once() -> None:
    bank = RailBank()
    bank.take(heard(reference="nobody"))

    first = bank.assign(NORTH, "cb-0001", "loan-2", "staff-1")
    second = bank.assign(NORTH, "cb-0001", "loan-2", "staff-1")

    assert first == second
    assert len(bank.payments.vouchers) == 2


def test_naming_another_loan_afterwards_is_refused() -> None:
    bank = RailBank()
    bank.take(heard(reference="nobody"))
    bank.assign(NORTH, "cb-0001", "loan-2", "staff-1")

    with pytest.raises(NotInSuspense):
        bank.assign(NORTH, "cb-0001", "loan-1", "staff-1")


def test_an_assignment_that_died_half_way_goes_on() -> None:
    bank = RailBank()
    bank.take(heard(reference="nobody"))
    kill_at(bank, "save", skip=1)
    with pytest.raises(Dies):
        bank.assign(NORTH, "cb-0001", "loan-2", "staff-1")

    bank.finish()

    payment = bank.payments.get(NORTH, "cb-0001")
    assert (payment.state, payment.loan_id) == (PaymentState.BOOKED, "loan-2")
    assert (bank.recorder.repaid("loan-2"), bank.suspended) == (AMOUNT, NOTHING)


def test_a_loan_that_refuses_sends_the_money_back_into_suspense() -> None:
    bank = RailBank()
    bank.recorder.refusing.add("loan-2")
    bank.take(heard(reference="nobody"))

    payment = bank.assign(NORTH, "cb-0001", "loan-2", "staff-1")

    assert (payment.state, bank.suspended) == (PaymentState.SUSPENDED, AMOUNT)
    assert len({voucher.transfer_id for voucher in bank.payments.vouchers}) == 3


def test_another_banks_money_is_not_found() -> None:
    bank = RailBank()
    bank.take(heard(reference="nobody"))

    with pytest.raises(RailPaymentNotFound):
        bank.assign(SOUTH, "cb-0001", "loan-2", "staff-1")


def test_suspended_money_that_went_back_leaves_suspense() -> None:
    bank = RailBank()
    bank.take(heard(reference="nobody"))
    bank.take(heard(reference="nobody", notice_version=2, returned=True))

    payment = bank.settle_returned(NORTH, "cb-0001")

    assert (payment.state, bank.suspended) == (PaymentState.RETURNED, NOTHING)
    assert bank.payments.work_items(NORTH) == []
    assert bank.settle_returned(NORTH, "cb-0001") == payment


def test_returned_money_is_not_given_to_a_loan() -> None:
    bank = RailBank()
    bank.take(heard(reference="nobody"))
    bank.take(heard(reference="nobody", notice_version=2, returned=True))

    with pytest.raises(NotInSuspense):
        bank.assign(NORTH, "cb-0001", "loan-2", "staff-1")


def test_money_that_did_not_go_back_is_not_settled_as_such() -> None:
    bank = RailBank()
    bank.take(heard())

    with pytest.raises(NotReturned):
        bank.settle_returned(NORTH, "cb-0001")


def test_vouchers_of_suspense_balance_on_the_clearing_account() -> None:
    bank = RailBank()
    bank.take(heard(reference="nobody"))

    (voucher,) = bank.payments.vouchers

    assert {(entry.account.code, entry.debit_less_credit) for entry in voucher.entries} == {
        ("300101", AMOUNT),
        ("224102", -AMOUNT),
    }


def kill_at(bank: RailBank, method: str, skip: int = 0) -> None:
    """Let the run die in place of a write, once, after so many writes that succeed."""
    original = getattr(bank.payments, method)
    left = [skip]

    def dying(*arguments: Any) -> Any:
        if left[0] == 0:
            setattr(bank.payments, method, original)
            raise Dies
        left[0] -= 1
        return original(*arguments)

    setattr(bank.payments, method, dying)


def stale_at_first(bank: RailBank) -> None:
    """Let somebody else write between our read and our first write."""
    original: Any = bank.payments.save

    def overtaken(payment: Any, posting: Any = None) -> Any:
        bank.payments.save = original  # type: ignore[method-assign]
        known = bank.payments.rows[payment.serial_no]
        bank.payments.rows[payment.serial_no] = replace(known, version=known.version + 1)
        raise StaleVersion

    bank.payments.save = overtaken  # type: ignore[method-assign]
