"""What every keeper of warnings, watches and checks promises: in memory and on DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from infra.simulation.in_memory_warnings import InMemoryChecks, InMemoryWarnings, InMemoryWatches
from puhui.clock import FixedClock
from puhui.errors import StaleVersion
from servicing.adapters.dynamo_checks import DynamoChecks
from servicing.adapters.dynamo_warnings import DynamoWarnings
from servicing.adapters.dynamo_watches import DynamoWatches
from servicing.domain.checks.plan import CheckKind, CheckRecord, CheckState, check_plan
from servicing.domain.errors import CheckAlreadyDone, WarningNotFound, WatchNotFound
from servicing.domain.warning.announcements import raised
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.warning import Disposal, LoanWarning, Measure
from servicing.warning_ports import Checks, Watches
from tests.support.servicing import table_world
from tests.support.warnings import (
    DECIDED,
    NINE,
    NORTH,
    RULES,
    SOUTH,
    TODAY,
    a_warning,
    a_watch,
    observed,
)

HOUR = timedelta(hours=1)
PLAN = check_plan(DECIDED, date(2027, 8, 1))


@dataclass
class Store:
    """One of each."""

    warnings: Any
    watches: Watches
    checks: Checks


@pytest.fixture(params=["memory", "dynamo"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Empty stores of each kind."""
    if request.param == "memory":
        yield Store(InMemoryWarnings(), InMemoryWatches(), InMemoryChecks())
    else:
        with table_world():
            yield Store(DynamoWarnings(FixedClock(NINE)), DynamoWatches(), DynamoChecks())


def written(store: Store, warning: LoanWarning) -> LoanWarning:
    store.warnings.write(warning, [raised(warning)])
    found: LoanWarning = store.warnings.get(warning.debtor.bank_id, warning.warning_id)
    return found


def disposed(warning: LoanWarning) -> LoanWarning:
    made = Disposal(
        measure=Measure.CUT_LIMIT, text="压降", documents=(), made_by="rm-1", made_at=NINE + HOUR
    )
    return warning.acknowledge("rm-1", NINE).dispose(made, RULES)


# --- warnings -----------------------------------------------------------------------------------


def test_a_warning_is_read_back_as_it_was_written(store: Store) -> None:
    warning = disposed(a_warning())

    assert written(store, warning) == replace(warning, version=1)


def test_only_the_version_that_was_read_is_replaced(store: Store) -> None:
    found = written(store, a_warning())
    store.warnings.write(found.acknowledge("rm-1", NINE), [])

    with pytest.raises(StaleVersion):
        store.warnings.write(found.acknowledge("rm-2", NINE), [])


def test_two_runs_cannot_raise_the_same_warning(store: Store) -> None:
    written(store, a_warning())

    with pytest.raises(StaleVersion):
        store.warnings.write(a_warning(), [])


def test_another_banks_warning_is_not_found(store: Store) -> None:
    warning = written(store, a_warning())

    with pytest.raises(WarningNotFound):
        store.warnings.get(SOUTH, warning.warning_id)


def test_the_newest_warning_of_each_signal_is_known(store: Store) -> None:
    written(store, disposed(a_warning()))
    second = written(store, a_warning(episode=2))
    other = written(store, a_warning(code="TAX_ARREARS"))

    last = store.warnings.last_of(NORTH, "cus-1")

    assert last == {"INV_SALES_FALL": second, "TAX_ARREARS": other}
    assert store.warnings.last_of(SOUTH, "cus-1") == {}
    assert store.warnings.last_of(NORTH, "cus-2") == {}


def test_the_work_list_holds_what_is_open_by_due_time(store: Store) -> None:
    later = written(store, a_warning(at=NINE + HOUR, code="TAX_ARREARS"))
    sooner = written(store, a_warning())
    written(store, disposed(a_warning(code="JUD_NEW_CASE")))

    assert list(store.warnings.open_ones(NORTH, 10)) == [sooner, later]
    assert list(store.warnings.open_ones(NORTH, 1)) == [sooner]
    assert list(store.warnings.open_ones(SOUTH, 10)) == []


def test_a_pause_moves_a_warning_down_the_list(store: Store) -> None:
    paused = written(store, a_warning())
    other = written(store, a_warning(at=NINE + HOUR, code="TAX_ARREARS"))
    taken = paused.acknowledge("rm-1", NINE).pause("rm-1", "等待", NINE)

    store.warnings.write(taken, [])

    ids = [one.warning_id for one in store.warnings.open_ones(NORTH, 10)]
    assert ids == [other.warning_id, paused.warning_id]


def test_clocks_are_due_at_their_next_step_and_never_after_their_end(store: Store) -> None:
    warning = written(store, a_warning())
    due = [(NORTH, warning.warning_id)]

    assert list(store.warnings.due(NINE + 2 * HOUR - timedelta(seconds=1), 10)) == []
    assert list(store.warnings.due(NINE + 2 * HOUR, 10)) == due
    swept, _ = warning.sweep(NINE + 2 * HOUR)
    store.warnings.write(swept, [])
    assert list(store.warnings.due(NINE + 3 * HOUR, 10)) == []
    assert list(store.warnings.due(NINE + 4 * HOUR, 10)) == due
    store.warnings.write(disposed(store.warnings.get(NORTH, warning.warning_id)), [])
    assert list(store.warnings.due(NINE + 9 * HOUR, 10)) == []


def test_the_report_holds_what_was_raised_on_its_days_in_china(store: Store) -> None:
    written(store, a_warning(at=NINE - 9 * HOUR - timedelta(seconds=1), code="TAX_ARREARS"))
    first = written(store, a_warning(at=NINE - 9 * HOUR))
    written(store, a_warning(at=NINE + 15 * HOUR, code="JUD_NEW_CASE"))

    assert list(store.warnings.raised_between(NORTH, TODAY, TODAY)) == [first]
    assert len(store.warnings.raised_between(NORTH, date(2026, 8, 1), date(2026, 10, 1))) == 3
    assert list(store.warnings.raised_between(SOUTH, TODAY, TODAY)) == []


# --- watches ------------------------------------------------------------------------------------


def test_a_watch_is_read_back_with_all_that_is_known(store: Store) -> None:
    watch = a_watch(at_approval={"a.b.c": observed("1.50")}, last={"a.b.c": observed("-0.1")})
    store.watches.save(watch)

    assert store.watches.get(NORTH, "loan-1") == replace(watch, version=1)
    assert set(store.watches.of_loans(NORTH, ["loan-1", "loan-2"])) == {"loan-1"}
    assert store.watches.of_loans(SOUTH, ["loan-1"]) == {}
    with pytest.raises(WatchNotFound):
        store.watches.get(SOUTH, "loan-1")
    with pytest.raises(StaleVersion):
        store.watches.save(watch)


def test_watches_are_due_on_their_day(store: Store) -> None:
    store.watches.save(a_watch(next_on=TODAY))
    store.watches.save(a_watch(loan_id="loan-2", next_on=TODAY - timedelta(days=1)))

    assert list(store.watches.due(NORTH, TODAY - timedelta(days=2), 10)) == []
    assert list(store.watches.due(NORTH, TODAY, 10)) == ["loan-2", "loan-1"]
    assert list(store.watches.due(NORTH, TODAY, 1)) == ["loan-2"]
    assert list(store.watches.due(SOUTH, TODAY, 10)) == []


# --- checks -------------------------------------------------------------------------------------


def a_record(**changes: Any) -> CheckRecord:
    values: dict[str, Any] = {
        "done_on": TODAY,
        "done_by": "rm-1",
        "colour": Colour.NONE,
        "findings": "经营正常",
    }
    return CheckRecord(**values | changes)


def test_a_plan_is_read_back_and_its_due_checks_are_listed(store: Store) -> None:
    store.checks.write(NORTH, "loan-1", "b1", PLAN)

    assert list(store.checks.of_loan(NORTH, "loan-1")) == list(PLAN)
    assert list(store.checks.of_loan(SOUTH, "loan-1")) == []
    (first,) = store.checks.due(NORTH, TODAY, 10)
    assert (first.loan_id, first.branch_id, first.check.kind) == ("loan-1", "b1", CheckKind.FIRST)
    assert list(store.checks.due(SOUTH, TODAY, 10)) == []


def test_a_made_check_leaves_the_list_and_keeps_its_record(store: Store) -> None:
    store.checks.write(NORTH, "loan-1", "b1", PLAN)
    done = replace(PLAN[0], state=CheckState.DONE, record=a_record())

    store.checks.write(NORTH, "loan-1", "b1", [done])

    assert list(store.checks.due(NORTH, TODAY, 10)) == []
    kept = store.checks.of_loan(NORTH, "loan-1")[0]
    assert (kept.state, kept.record) == (CheckState.DONE, a_record())


def test_a_record_is_never_changed(store: Store) -> None:
    done = replace(PLAN[0], state=CheckState.DONE, record=a_record())
    store.checks.write(NORTH, "loan-1", "b1", [done])

    with pytest.raises(CheckAlreadyDone):
        store.checks.write(NORTH, "loan-1", "b1", [replace(done, record=a_record(findings="改"))])
