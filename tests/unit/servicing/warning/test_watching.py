"""Watching a loan: what is asked, what is found, what is told, and when to look again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from infra.simulation.in_memory_warnings import InMemoryChecks, InMemoryWarnings, InMemoryWatches
from puhui.clock import FixedClock
from puhui.contracts.risk import ModelAnswer
from puhui.tenancy import BankId
from servicing.domain.account.position import LoanPosition
from servicing.domain.checks.plan import CheckKind, CheckState, check_plan
from servicing.domain.model_errors import ModelUnavailable
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.observation import Reading
from servicing.domain.warning.warning import Disposal, Measure
from servicing.domain.warning.watch import LoanWatch
from servicing.usecases.raise_findings import RaiseFindings
from servicing.usecases.watch_loan import Watched, WatchLoan
from servicing.usecases.watch_positions import WatchPositions
from tests.support.warnings import (
    DECIDED,
    LIBRARY,
    NINE,
    NORTH,
    RULES,
    SALES,
    TODAY,
    FixedIndicators,
    FixedModels,
    a_basis,
    a_position,
    a_warning,
    a_watch,
    all_well,
    observed,
)

PLAN = check_plan(DECIDED, date(2027, 8, 1))


@dataclass
class World:
    """One loan that is watched."""

    indicators: FixedIndicators = field(default_factory=lambda: FixedIndicators(now=all_well()))
    models: FixedModels = field(default_factory=FixedModels)
    position: LoanPosition = field(default_factory=a_position)
    watches: InMemoryWatches = field(default_factory=InMemoryWatches)
    warnings: InMemoryWarnings = field(default_factory=InMemoryWarnings)
    checks: InMemoryChecks = field(default_factory=InMemoryChecks)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NINE))

    def __post_init__(self) -> None:
        self.watches.save(a_watch())
        self.checks.write(NORTH, "loan-1", "b1", PLAN)

    @property
    def watch_loan(self) -> WatchLoan:
        return WatchLoan(
            watches=self.watches,
            indicators=self.indicators,
            models=self.models,
            raise_findings=RaiseFindings(self.warnings, self.checks, RULES, self.clock),
            library=LIBRARY,
        )

    def watch(self, on: date = TODAY) -> Watched:
        """Watch the loan as its watch stands."""
        position = replace(self.position, as_of=on)
        return self.watch_loan(self.watches.get(NORTH, "loan-1"), position, on)

    def end_of_day(self, *positions: LoanPosition, on: date = TODAY) -> int:
        """What the end of day calls."""
        return WatchPositions(self.watches, self.watch_loan).watch(NORTH, on, positions)

    def sales(self, before: str, now: str) -> None:
        """Sales at approval and today."""
        zeros = {name: observed(0, DECIDED) for name in all_well()}
        self.indicators.approval = zeros | {SALES: observed(before, DECIDED)}
        self.indicators.now[SALES] = Reading(state="ok", observed=observed(now))


def m24(*warnings: tuple[str, str, int | None], colour: str = "none") -> dict[str, Any]:
    """M24's answer."""
    return {
        "colour": colour,
        "warnings": [
            {"domain": domain, "code": f"C{place}", "colour": one, "value": value, "bound": value}
            for place, (domain, one, value) in enumerate(warnings)
        ],
    }


def test_a_loan_that_is_well_is_looked_at_again_in_a_month() -> None:
    world = World()
    world.models.answers["early_warning"] = m24()

    found = world.watch()

    assert (found.colour, found.raised, found.notes) == (Colour.NONE, (), ())
    assert found.next_on == TODAY + timedelta(days=30)
    assert world.warnings.told == []


@pytest.mark.parametrize(
    ("now", "colour", "days"),
    [("70", Colour.YELLOW, 14), ("50", Colour.ORANGE, 7), ("10", Colour.RED, 1)],
)
def test_the_class_says_when_to_look_again(now: str, colour: Colour, days: int) -> None:
    world = World()
    world.sales("100", now)

    found = world.watch()

    assert (found.colour, found.next_on) == (colour, TODAY + timedelta(days=days))
    assert [one.signal for one in found.raised] == ["INV_SALES_FALL"]
    assert world.warnings.names == ["WarningRaised"]
    assert world.watches.due(NORTH, found.next_on, 10) == ["loan-1"]
    assert world.watches.due(NORTH, TODAY, 10) == []


def test_the_same_day_again_asks_nobody_and_tells_nothing() -> None:
    world = World()
    world.sales("100", "50")
    first = world.watch()

    again = world.watch()

    assert (again.raised, again.colour) == ((), first.colour)
    assert world.indicators.asked == 1
    assert world.warnings.names == ["WarningRaised"]


def test_a_watch_that_died_before_it_was_kept_tells_nothing_twice() -> None:
    world = World()
    world.sales("100", "50")
    world.watch()
    world.watches.stored[NORTH, "loan-1"] = a_watch(version=1)

    world.watch()

    assert world.warnings.names == ["WarningRaised"]
    assert [len(one.seen) for one in world.warnings.stored.values()] == [1]


def test_the_next_watch_adds_to_the_open_warning() -> None:
    world = World()
    world.sales("100", "50")
    world.watch()

    world.watch(TODAY + timedelta(days=7))

    assert world.warnings.names == ["WarningRaised"]
    assert [len(one.seen) for one in world.warnings.stored.values()] == [2]


def test_a_graver_model_counts_and_a_lighter_one_does_not() -> None:
    world = World()
    world.models.answers["early_warning"] = m24(("JUD", "red", 1), colour="red")

    found = world.watch()

    assert found.colour is Colour.RED
    assert [one.signal for one in found.raised] == ["M24"]

    lighter = World()
    lighter.sales("100", "10")
    lighter.models.answers["early_warning"] = m24(("INV", "yellow", 1), colour="yellow")
    assert [one.signal for one in lighter.watch().raised] == ["INV_SALES_FALL"]


def test_what_the_model_only_does_not_know_is_told_as_a_gap_and_not_as_red() -> None:
    world = World()
    world.models.answers["early_warning"] = m24(("JUD", "red", None), colour="red")

    assert world.watch().colour is Colour.NONE


def test_several_domains_of_the_model_add_up_as_it_adds_them() -> None:
    world = World()
    yellow = [(domain, "yellow", 1) for domain in ("JUD", "TAX", "REG")]
    world.models.answers["early_warning"] = m24(*yellow, colour="orange")

    assert world.watch().colour is Colour.ORANGE


def test_the_model_is_asked_with_changes_and_null_for_what_was_never_known() -> None:
    world = World()
    world.sales("100", "70")
    world.models.answers["early_warning"] = m24()
    del world.indicators.now["ent.tax.arrears.all.l12m.amt"]
    assert world.indicators.approval is not None
    del world.indicators.approval["ent.tax.arrears.all.l12m.amt"]

    world.watch()

    ((_, inputs),) = world.models.asked
    assert inputs["sales_change_ppm"] == -300_000
    assert inputs["tax_arrears_fen"] is None
    assert (inputs["overdue_days"], inputs["dishonest"]) == (0, False)
    assert set(inputs["indicators"]) == set(LIBRARY.tree_inputs)


def test_without_risk_our_own_books_are_watched_and_it_says_so() -> None:
    world = World(position=a_position(days_overdue=9, instalments_overdue=1))
    world.indicators.now = {}

    found = world.watch()

    assert found.colour is Colour.ORANGE
    assert found.notes == ("数字风控未部署：仅按本行账务事实与预警信号库评估",)
    raised = {one.signal: one.colour for one in found.raised}
    assert raised["REL_OVERDUE"] is Colour.ORANGE
    assert raised["INV_NOT_OBSERVABLE"] is Colour.YELLOW


def test_a_model_that_cannot_be_asked_leaves_the_library() -> None:
    class Down:
        def ask(self, bank_id: BankId, model: str, inputs: dict[str, Any]) -> ModelAnswer:
            raise ModelUnavailable()

    world = World()
    world.models = Down()  # type: ignore[assignment]

    assert world.watch().notes == ("风险预警模型暂不可用：仅按预警信号库评估",)


def test_a_loan_without_basis_is_yellow_for_that() -> None:
    world = World()
    world.watches.stored[NORTH, "loan-1"] = a_watch(basis=None, version=1)

    found = world.watch()

    assert [one.signal for one in found.raised] == ["WATCH_WITHOUT_BASIS"]
    assert world.indicators.asked == 0


def test_a_red_warning_asks_for_a_check_on_the_spot_and_makes_checks_denser() -> None:
    world = World()
    world.sales("100", "10")

    (raised,) = world.watch().raised

    plan = world.checks.of_loan(NORTH, "loan-1")
    (trigger,) = [one for one in plan if one.kind is CheckKind.TRIGGER]
    assert (trigger.due_on, trigger.because) == (TODAY + timedelta(days=3), raised.warning_id)
    regular = [
        one.due_on
        for one in plan
        if one.kind is CheckKind.PERIODIC and one.state is CheckState.PLANNED
    ]
    assert regular[:3] == [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)]


def test_values_last_beyond_an_outage() -> None:
    world = World()
    world.sales("100", "50")
    world.watch()
    world.indicators.now = {}

    found = world.watch(TODAY + timedelta(days=7))

    assert found.colour is Colour.ORANGE
    evidence = next(iter(world.warnings.stored.values())).seen[-1].evidence[0]
    assert (evidence.age_days, evidence.state) == (7, "missing")


def test_between_two_watches_our_own_books_are_looked_at_every_day() -> None:
    world = World()
    world.watch()
    asked = world.indicators.asked
    world.position = a_position(days_overdue=1, instalments_overdue=1)

    found = world.watch(TODAY + timedelta(days=1))

    assert {one.signal for one in found.raised} == {"REL_INSTALMENTS", "REL_OVERDUE"}
    assert (found.colour, found.next_on) == (Colour.YELLOW, TODAY + timedelta(days=15))
    assert world.indicators.asked == asked


def test_a_loan_stays_in_the_class_of_its_open_warnings() -> None:
    world = World()
    world.warnings.write(a_warning(Colour.ORANGE, code="REL_CHECK_FINDING"), [])

    open_one = world.watch()
    (warning,) = world.warnings.stored.values()
    made = Disposal(
        measure=Measure.CUT_LIMIT, text="压降", documents=(), made_by="rm-1", made_at=NINE
    )
    world.warnings.write(warning.acknowledge("rm-1", NINE).dispose(made, RULES), [])
    closed = world.watch(TODAY + timedelta(days=7))

    assert (open_one.colour, closed.colour) == (Colour.ORANGE, Colour.NONE)


def test_values_at_approval_that_cannot_be_had_today_are_asked_for_again() -> None:
    world = World()
    world.indicators.approval = None

    world.watch()

    assert world.watches.get(NORTH, "loan-1").at_approval == {}


def test_end_of_day_watches_each_loan_once_and_counts_what_is_new() -> None:
    world = World()
    world.sales("100", "50")
    another = a_position(loan_id="loan-2", customer_id="cus-2")

    first = world.end_of_day(a_position(), another)
    again = world.end_of_day(a_position(), another)

    raised = sorted(one.signal for one in world.warnings.stored.values())
    assert (first, again) == (2, 0)
    assert raised == ["INV_SALES_FALL", "WATCH_WITHOUT_BASIS"]


def test_a_watch_that_somebody_else_moved_is_read_again() -> None:
    world = World()

    class Moving(InMemoryWatches):
        def of_loans(self, bank_id: BankId, loan_ids: Sequence[str]) -> Mapping[str, LoanWatch]:
            found = super().of_loans(bank_id, loan_ids)
            self.save(found["loan-1"])
            return found

    world.watches = Moving(world.watches.stored)

    assert world.end_of_day(a_position()) == 0
    assert world.watches.get(NORTH, "loan-1").watched_on == TODAY


def test_only_the_documents_of_the_loan_are_asked_for() -> None:
    watch = a_watch(basis=a_basis("tax/1", "judicial/1"))

    assert watch.products == {"tax/1", "judicial/1"}
    assert SALES in LIBRARY.indicators(watch.products)
    assert "ent.inv.out_void.all.l3m.cnt_rate" not in LIBRARY.indicators(watch.products)
