"""Reconciling a day: idempotent, versioned, carried on, and redone when a file comes late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from servicing.domain.rail.differences import DifferenceKind
from servicing.domain.rail.errors import ReconciliationNotFound
from servicing.usecases.reconcile_day import ReadReconciliation
from tests.support.rail import DAY, RailBank, a_file, a_line
from tests.support.servicing import NORTH, SOUTH

Kind = DifferenceKind


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def kinds(bank: RailBank, on: date) -> list[Kind]:
    """What the newest result of a day lists."""
    return [one.kind for one in ReadReconciliation(bank.results)(NORTH, on).differences]


def test_a_day_on_which_all_agree_has_no_differences() -> None:
    bank = RailBank()
    bank.money.both(NORTH, DAY, "cb-1", 100)
    bank.deliver(a_file([a_line(1, "cb-1", 100)]))

    result = bank.reconcile(NORTH, DAY)

    assert (result.matched, result.differences, result.version) == (1, (), 1)


def test_a_re_run_that_finds_the_same_is_the_same_version() -> None:
    bank = RailBank()
    bank.money.both(NORTH, DAY, "cb-1", 100)

    first, second = bank.reconcile(NORTH, DAY), bank.reconcile(NORTH, DAY)

    assert first == second
    assert len(bank.results.rows[NORTH, DAY]) == 1


def test_a_corrected_file_makes_another_version_and_keeps_the_first() -> None:
    bank = RailBank()
    bank.money.both(NORTH, DAY, "cb-1", 100)
    bank.deliver(a_file([a_line(1, "cb-1", 99)]))
    wrong = bank.reconcile(NORTH, DAY)

    bank.deliver(a_file([a_line(1, "cb-1", 100)], file_version=2))
    right = bank.reconcile(NORTH, DAY)

    assert [one.kind for one in wrong.differences] == [Kind.AMOUNT_DIFFERS]
    assert (right.differences, right.version, right.file_version) == ((), 2, 2)
    assert bank.results.rows[NORTH, DAY][0] == wrong


def test_open_differences_are_carried_over_days_without_any_of_their_own() -> None:
    bank = RailBank()
    bank.deliver(a_file([a_line(1, "cb-1", 100)]))
    bank.reconcile(NORTH, DAY)
    bank.deliver(a_file(on=day(3)))

    result = bank.reconcile(NORTH, day(3))

    (one,) = result.differences
    assert (one.kind, one.since, result.oldest_days) == (Kind.ONLY_IN_RAIL, DAY, 3)


def test_a_file_that_comes_late_redoes_its_day_and_every_day_after() -> None:
    bank = RailBank()
    bank.money.both(NORTH, DAY, "cb-1", 100)
    bank.reconcile(NORTH, DAY)
    for number in (1, 2):
        bank.deliver(a_file(on=day(number)))
        bank.reconcile(NORTH, day(number))
    before = [kinds(bank, day(number)) for number in range(3)]

    bank.deliver(a_file([a_line(1, "cb-1", 100)]))
    bank.reconcile(NORTH, DAY)

    assert before == [[Kind.MISSING_FILE]] * 3
    assert [kinds(bank, day(number)) for number in range(3)] == [[], [], []]


def test_money_booked_the_day_after_closes_the_difference_there() -> None:
    bank = RailBank()
    bank.deliver(a_file([a_line(1, "cb-1", 100)]))
    bank.reconcile(NORTH, DAY)
    bank.money.both(NORTH, day(1), "cb-1", 100)
    bank.deliver(a_file(on=day(1)))

    result = bank.reconcile(NORTH, day(1))

    assert kinds(bank, DAY) == [Kind.ONLY_IN_RAIL]
    assert (result.differences, result.closed) == ((), 1)


def test_another_banks_file_and_money_are_its_own() -> None:
    bank = RailBank()
    bank.money.both(SOUTH, DAY, "cb-1", 100)
    bank.deliver(a_file([a_line(1, "cb-1", 100)], bank="south"))
    bank.deliver(a_file())

    result = bank.reconcile(NORTH, DAY)

    assert (result.matched, result.differences) == (0, ())


def test_a_day_that_was_not_reconciled_is_not_found() -> None:
    with pytest.raises(ReconciliationNotFound):
        ReadReconciliation(RailBank().results)(NORTH, DAY)


def test_nothing_is_ever_corrected_by_itself() -> None:
    bank = RailBank()
    bank.deliver(a_file([a_line(1, "cb-1", 100)]))
    before = (dict(bank.recorder.orders), dict(bank.payments.rows), list(bank.payments.vouchers))

    bank.reconcile(NORTH, DAY)

    after = (bank.recorder.orders, bank.payments.rows, bank.payments.vouchers)
    assert before == after
