"""Daily files: each line once, problems listed, resumable anywhere, versions in order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.errors import UpstreamUnavailable
from puhui.money import Money
from servicing.domain.rail.errors import RailFileConflict, RailFileRefused
from servicing.domain.rail.files import FileState
from servicing.domain.rail.payment import Channel, PaymentState
from servicing.domain.rail.statement_file import Direction, LineProblem
from servicing.usecases.take_rail_file import LINES_BETWEEN_NOTES
from tests.support.rail import DAY, RailBank, a_file, a_line, heard, row_of
from tests.support.servicing import NORTH

LINES = [a_line(n, f"cb-{n:04d}", 100 + n) for n in range(1, 251)]
TOTAL = Money(sum(100 + n for n in range(1, 251)))


class Dies(BaseException):
    """The function was killed."""


def test_every_line_is_taken_once() -> None:
    bank = RailBank()

    file = bank.deliver(a_file(LINES))

    assert (file.state, file.problems, file.lines) == (FileState.READ, (), 250)
    assert bank.recorder.repaid("loan-1") == TOTAL


def test_the_same_file_again_does_nothing() -> None:
    bank = RailBank()
    first = bank.deliver(a_file(LINES))
    calls = bank.recorder.calls

    again = bank.deliver(a_file(LINES))

    assert (again, bank.recorder.calls) == (first, calls)


@given(kill=st.integers(min_value=1, max_value=250), again=st.integers(min_value=1, max_value=250))
def test_a_file_that_dies_anywhere_twice_is_resumed_to_the_same_end(kill: int, again: int) -> None:
    bank = RailBank()
    for line in (kill, again):
        kill_before(bank, f"cb-{line:04d}")
        try:
            bank.deliver(a_file(LINES))
        except Dies:
            continue

    file = bank.deliver(a_file(LINES))

    assert file.state is FileState.READ
    assert bank.recorder.repaid("loan-1") == TOTAL
    assert len(bank.recorder.orders) == 250


def test_a_resumed_file_does_not_take_the_lines_before_the_last_note_again() -> None:
    bank = RailBank()
    kill_before(bank, f"cb-{LINES_BETWEEN_NOTES * 2 + 1:04d}")
    with pytest.raises(Dies):
        bank.deliver(a_file(LINES))
    calls = bank.recorder.calls

    bank.deliver(a_file(LINES))

    assert calls == LINES_BETWEEN_NOTES * 2
    assert bank.recorder.calls == 250


def test_a_run_without_time_stops_at_a_lines_end_and_the_next_goes_on() -> None:
    bank = RailBank()
    key = bank.store.keep(a_file(LINES))
    with pytest.raises(UpstreamUnavailable):
        bank.take_file(key, lambda: bank.recorder.calls >= 7)

    bank.take_file(key)

    assert (bank.recorder.calls, bank.recorder.repaid("loan-1")) == (250, TOTAL)


def test_a_payment_that_came_by_call_is_the_same_payment_in_the_file() -> None:
    bank = RailBank()
    bank.take(heard(amount=Money(101)))

    file = bank.deliver(a_file([a_line(1, "cb-0001", 101)]))

    assert file.problems == ()
    assert bank.recorder.repaid("loan-1") == Money(101)
    assert bank.payments.get(NORTH, "cb-0001").channel is Channel.CALL


def test_a_line_that_contradicts_the_call_is_listed_and_changes_nothing() -> None:
    bank = RailBank()
    bank.take(heard(amount=Money(101)))

    file = bank.deliver(a_file([a_line(1, "cb-0001", 102), a_line(2, "cb-0002", 50)]))

    assert file.problems == (LineProblem(line=1, field="serial_no", rule="rail.serial_no"),)
    assert bank.recorder.repaid("loan-1") == Money(151)


def test_a_number_that_stands_twice_counts_once_and_is_listed() -> None:
    bank = RailBank()
    lines = [a_line(1, "cb-0001", 101), a_line(2, "cb-0001", 101), a_line(3, "cb-0002", 50)]

    file = bank.deliver(a_file(lines))

    assert file.problems == (LineProblem(line=2, field="serial_no", rule="line.repeated"),)
    assert bank.recorder.repaid("loan-1") == Money(151)


def test_bad_lines_are_listed_and_the_rest_is_taken() -> None:
    bank = RailBank()
    good = a_line(2, "cb-0002", 50)

    file = bank.deliver(a_file(rows=["D,1,in,cb-0001,1.x,loan-1", row_of(good)]))

    assert file.problems == (LineProblem(line=1, field="amount", rule="line.amount"),)
    assert (file.state, bank.recorder.repaid("loan-1")) == (FileState.READ, Money(50))


def test_unknown_money_in_a_file_goes_into_suspense() -> None:
    bank = RailBank()

    bank.deliver(a_file([a_line(1, "cb-0001", 101, reference="unknown")]))

    assert bank.payments.get(NORTH, "cb-0001").state is PaymentState.SUSPENDED
    assert bank.suspended == Money(101)


def test_money_that_went_out_is_not_taken() -> None:
    bank = RailBank()

    bank.deliver(a_file([a_line(1, "dsb-1", 101, direction=Direction.OUT)]))

    assert (bank.payments.rows, bank.recorder.calls) == ({}, 0)


def test_nothing_of_a_file_that_is_not_whole_is_taken() -> None:
    bank = RailBank()

    with pytest.raises(RailFileRefused):
        bank.deliver(a_file(LINES, in_sum="1.00"))

    assert (bank.payments.rows, bank.files.rows) == ({}, {})


def test_another_file_under_a_version_that_came_is_refused() -> None:
    bank = RailBank()
    bank.deliver(a_file([a_line(1, "cb-0001", 101)]))

    with pytest.raises(RailFileConflict):
        bank.deliver(a_file([a_line(1, "cb-0001", 101), a_line(2, "cb-0002", 50)]))

    assert bank.recorder.repaid("loan-1") == Money(101)


def test_a_corrected_file_brings_what_the_first_left_out() -> None:
    bank = RailBank()
    bank.deliver(a_file([a_line(1, "cb-0001", 101)]))

    bank.deliver(a_file([a_line(1, "cb-0001", 101), a_line(2, "cb-0002", 50)], file_version=2))

    newest = bank.files.newest(NORTH, DAY)
    assert newest is not None
    assert (newest.file_version, bank.recorder.repaid("loan-1")) == (2, Money(151))


def test_a_file_that_comes_after_its_correction_is_kept_and_not_read() -> None:
    bank = RailBank()
    bank.deliver(a_file([a_line(1, "cb-0002", 50)], file_version=2))

    file = bank.deliver(a_file([a_line(1, "cb-0001", 101)]))

    assert file.state is FileState.SUPERSEDED
    assert bank.recorder.repaid("loan-1") == Money(50)


def kill_before(bank: RailBank, serial_no: str) -> None:
    """Let the run die when it comes to a line, once."""
    original: Any = bank.payments.add

    def dying(payment: Any) -> Any:
        if payment.serial_no == serial_no:
            bank.payments.add = original  # type: ignore[method-assign]
            raise Dies
        return original(payment)

    bank.payments.add = dying  # type: ignore[method-assign]
