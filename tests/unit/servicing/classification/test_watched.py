"""What early warning and fund tracing tell classification, and what they leave unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from infra.simulation.in_memory_warnings import InMemoryFundUses, InMemoryWarnings, InMemoryWatches
from servicing.adapters.watched_signals import WatchedSignals
from servicing.domain.classification.judgement import LoanSignals
from servicing.domain.classification.watched import signals_of
from servicing.domain.fund_use.trace import FundTrace
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.findings import Evidence, Finding
from servicing.domain.warning.warning import LoanWarning, WarningState
from tests.support.warnings import NORTH, SOUTH, TODAY, a_warning, a_watch, observed, seen

WATCHED = a_watch(watched_on=TODAY, next_on=TODAY + timedelta(days=30))
BUREAU, COURTS = "own.bur.queries.loan.l3m.cnt_org", "ent.jud.case.defendant.l12m.cnt"


def a_trace(level: str) -> FundTrace:
    return FundTrace(loan_id="loan-1", traced_on=TODAY, lines=3, level=level)


def of_one(**known: object) -> LoanSignals:
    """The signals of loan-1."""
    values: dict[str, object] = {"watches": {"loan-1": WATCHED}, "warnings": (), "traces": {}}
    (found,) = signals_of(TODAY, ["loan-1"], **values | known).loans  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("colour", "adverse"),
    [(Colour.YELLOW, False), (Colour.ORANGE, True), (Colour.RED, True)],
)
def test_an_open_warning_in_orange_or_red_is_an_adverse_factor(
    colour: Colour, adverse: bool
) -> None:
    assert of_one(warnings=[a_warning(colour)]).adverse_factors is adverse


def test_it_is_one_for_all_of_the_debtors_loans() -> None:
    found = signals_of(TODAY, ["loan-1", "loan-2"], {}, [a_warning(Colour.RED)], {})

    assert [one.adverse_factors for one in found.loans] == [True, True]


@pytest.mark.parametrize("state", [WarningState.DISPOSED, WarningState.FALSE_ALARM])
def test_a_closed_warning_stands_no_more(state: WarningState) -> None:
    assert of_one(warnings=[a_warning(Colour.RED, state=state)]).adverse_factors is False


def test_a_loan_that_nobody_watched_is_not_known_to_be_sound() -> None:
    assert of_one(watches={}).adverse_factors is None
    assert of_one(watches={"loan-1": a_watch()}).adverse_factors is None


def test_neither_is_one_whose_next_watch_is_overdue() -> None:
    late = a_watch(watched_on=TODAY - timedelta(days=31), next_on=TODAY - timedelta(days=1))

    assert of_one(watches={"loan-1": late}).adverse_factors is None


@pytest.mark.parametrize(
    ("level", "changed"),
    [("none", False), ("misuse", True), ("attention", None), ("not_assessed", None)],
)
def test_use_of_funds_is_changed_unchanged_or_not_known(level: str, changed: bool | None) -> None:
    assert of_one(traces={"loan-1": a_trace(level)}).use_changed is changed


def test_without_a_trace_the_use_of_funds_is_not_known() -> None:
    assert of_one().use_changed is None


def test_outside_facts_are_as_old_as_the_older_of_bureau_and_courts() -> None:
    bureau, courts = date(2026, 8, 20), date(2026, 8, 5)
    both = a_watch(
        at_approval={BUREAU: observed(1, date(2026, 8, 1)), COURTS: observed(0, courts)},
        last={BUREAU: observed(2, bureau)},
    )

    assert signals_of(TODAY, ["loan-1"], {"loan-1": both}, (), {}).outside_facts_on == courts


def test_outside_facts_of_one_source_alone_count_as_never_asked() -> None:
    half = a_watch(last={BUREAU: observed(2)})

    assert signals_of(TODAY, ["loan-1"], {"loan-1": half}, (), {}).outside_facts_on is None


def test_the_stores_of_early_warning_are_read_for_the_debtors_own_bank() -> None:
    warnings, watches, uses = InMemoryWarnings(), InMemoryWatches(), InMemoryFundUses()
    warnings.write(a_warning(Colour.RED), ())
    watches.save(WATCHED)
    uses.add(NORTH, a_trace("misuse"), "batch-1", ())
    stores = WatchedSignals(watches, warnings, uses)

    (mine,) = stores.of_debtor(NORTH, "cus-1", ["loan-1"], TODAY).loans
    (other,) = stores.of_debtor(SOUTH, "cus-1", ["loan-1"], TODAY).loans

    assert mine == LoanSignals(loan_id="loan-1", adverse_factors=True, use_changed=True)
    assert other == LoanSignals(loan_id="loan-1")


def a_judged_misuse(state: WarningState, fen: int = 500, loan_id: str = "loan-1") -> LoanWarning:
    """People have looked at a payment of so much for securities."""
    why = Evidence(reads="M23.SECURITIES", value=Decimal(1), measure=Decimal(fen))
    finding = Finding(
        code="FUND_USE", name="资金挪用", domain="BNK", colour=Colour.RED, evidence=(why,)
    )
    sighting = replace(seen(finding), loan_id=loan_id)
    return a_warning(Colour.RED, signal="FUND_USE", seen=(sighting,), state=state)


def a_misuse(*signals: tuple[str, int, int]) -> FundTrace:
    return replace(a_trace("misuse"), signals=signals or (("SECURITIES", 1, 500),))


def use_changed(trace: FundTrace, warning: LoanWarning) -> bool | None:
    return of_one(traces={"loan-1": trace}, warnings=[warning]).use_changed


def test_misuse_that_two_people_took_for_a_false_alarm_is_none() -> None:
    assert use_changed(a_misuse(), a_judged_misuse(WarningState.FALSE_ALARM)) is False


@pytest.mark.parametrize(
    "state", [WarningState.OPEN, WarningState.DISPOSING, WarningState.DISPOSED]
)
def test_misuse_that_was_answered_otherwise_stands(state: WarningState) -> None:
    assert use_changed(a_misuse(), a_judged_misuse(state)) is True


@pytest.mark.parametrize(
    "signals", [(("SECURITIES", 2, 501),), (("SECURITIES", 1, 500), ("CASH", 1, 1))]
)
def test_what_was_found_after_the_false_alarm_stands(
    signals: tuple[tuple[str, int, int], ...],
) -> None:
    assert use_changed(a_misuse(*signals), a_judged_misuse(WarningState.FALSE_ALARM)) is True


def test_a_false_alarm_on_another_loan_says_nothing_of_this_one() -> None:
    elsewhere = a_judged_misuse(WarningState.FALSE_ALARM, loan_id="loan-2")

    assert use_changed(a_misuse(), elsewhere) is True
