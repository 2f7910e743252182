"""Closing months: once, in any order, with late calls taken up exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest

from extdata.domain.bill import month_of
from extdata.domain.errors import MonthNotClosed, MonthNotOver
from extdata.domain.meter import MeterEvent
from extdata.usecases.close_month import CloseMonth
from extdata.usecases.get_bill import GetBill
from extdata.usecases.reconcile_month import ReconcileMonth
from infra.demo.extdata.in_memory import (
    InMemoryBills,
    InMemoryBillSignals,
    InMemoryConnectors,
    InMemoryPrices,
    InMemoryProviders,
    InMemoryStatements,
)
from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.tenancy import BankId
from tests.support.extdata import a_connector, a_provider
from tests.support.extdata_bills import PROVIDER, a_call
from tests.support.extdata_records import BANK, NOON, TODAY, a_price

AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = "2026-08", "2026-09", "2026-10", "2026-11"


@dataclass
class FixedMeters:
    """`extdata.ports.Meters`; calls may be added later."""

    events: list[MeterEvent] = field(default_factory=list)

    def of_month(
        self, bank_id: BankId, month: str, provider_id: str | None = None
    ) -> Iterator[MeterEvent]:
        for event in self.events:
            wanted = provider_id in (None, event.provider_id)
            if event.bank_id == bank_id and month_of(event.called_on) == month and wanted:
                yield event


class Office:
    """The use cases in memory, on the second of November."""

    def __init__(self, *events: MeterEvent) -> None:
        connectors, prices = InMemoryConnectors(), InMemoryPrices()
        providers = InMemoryProviders()
        providers.save(a_provider(), NOON)
        connectors.save(a_connector(stage="published", version=1))
        prices.add(BANK, a_price(), "steward-1", NOON)
        self.meters = FixedMeters(list(events))
        self.bills, self.signals = InMemoryBills(), InMemoryBillSignals()
        self.get_bill = GetBill(self.bills, self.meters, prices, connectors)
        calendar = FixedBusinessCalendar(TODAY)
        self.close_month = CloseMonth(
            self.bills, self.get_bill, self.signals, calendar, FixedClock(NOON)
        )
        self.reconcile = ReconcileMonth(
            self.get_bill, InMemoryStatements(), self.meters, providers, calendar
        )


def a_call_in(month: str, number: int) -> MeterEvent:
    return a_call(number, called_on=date.fromisoformat(f"{month}-15"))


def test_a_month_is_not_closed_before_its_last_day_is_over() -> None:
    office = Office(a_call_in(NOVEMBER, 1))

    with pytest.raises(MonthNotOver):
        office.close_month(BANK, NOVEMBER)


def test_a_closed_month_never_changes_and_is_told_once() -> None:
    office = Office(a_call_in(OCTOBER, 1))
    first = office.close_month(BANK, OCTOBER)
    office.meters.events.append(a_call_in(OCTOBER, 2))

    second = office.close_month(BANK, OCTOBER)

    assert (second, office.signals.months) == (first, [OCTOBER])


def test_late_calls_are_taken_up_once_whatever_order_months_are_closed_in() -> None:
    office = Office(a_call_in(AUGUST, 1), a_call_in(SEPTEMBER, 2), a_call_in(OCTOBER, 3))
    office.close_month(BANK, AUGUST)
    office.meters.events.append(a_call_in(AUGUST, 4))

    office.close_month(BANK, OCTOBER)
    office.close_month(BANK, SEPTEMBER)

    total = sum(office.get_bill(BANK, month).total_fen for month in (AUGUST, SEPTEMBER, OCTOBER))
    assert total + office.get_bill(BANK, NOVEMBER).total_fen == 4 * 80


def test_a_month_without_statement_and_close_cannot_be_reconciled() -> None:
    office = Office(a_call_in(NOVEMBER, 1))

    with pytest.raises(MonthNotClosed):
        office.reconcile(BANK, NOVEMBER, PROVIDER)


def test_a_missing_statement_is_as_old_as_the_months_end() -> None:
    office = Office(a_call_in(OCTOBER, 1))
    office.close_month(BANK, OCTOBER)

    found = office.reconcile(BANK, OCTOBER, PROVIDER)

    assert [one.opened_on for one in found.disputes] == [date(2026, 11, 1)]


def test_another_banks_calls_are_in_no_bill_of_ours() -> None:
    office = Office(a_call(1, bank_id=BankId("south")))

    assert office.get_bill(BANK, NOVEMBER).costs == ()
