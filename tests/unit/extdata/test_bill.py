"""Bills: every 分 of a line goes to calls, by every dimension; closed months and corrections."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdata.domain.bill import DIMENSION_NAMES, month_of
from extdata.domain.errors import PriceMissing
from extdata.domain.meter import MeterEvent
from extdata.domain.month_close import close, correct, with_corrections
from extdata.domain.price import Package, Price
from tests.support.extdata_bills import (
    CONNECTOR,
    MONTH,
    PROVIDER,
    a_call,
    a_price_list,
    calls,
    prices,
    tiered,
)
from tests.support.extdata_records import BANK, a_price

NEXT_MONTH = "2026-12"


@given(prices(), calls())
def test_what_the_calls_cost_is_what_the_lines_say(price: Price, events: list[MeterEvent]) -> None:
    bill = close(BANK, MONTH, [a_price_list(price)], events)

    assert sum(cost.cost_fen for cost in bill.costs) == bill.total_fen


@given(prices(), calls())
def test_every_dimension_adds_up_to_the_bill(price: Price, events: list[MeterEvent]) -> None:
    bill = close(BANK, MONTH, [a_price_list(price)], events)

    sums = [sum(bill.shared_by(dimension).values()) for dimension in DIMENSION_NAMES]

    assert sums == [bill.total_fen] * len(DIMENSION_NAMES)


@given(prices(), calls(), st.randoms())
def test_closing_twice_is_the_same_bill_whatever_order_the_calls_come_in(
    price: Price, events: list[MeterEvent], random: Random
) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)

    first = close(BANK, MONTH, [a_price_list(price)], events)
    second = close(BANK, MONTH, [a_price_list(price)], shuffled)

    assert (second, second.sha256) == (first, first.sha256)


@given(prices(), calls())
def test_no_connector_costs_less_than_its_minimum(price: Price, events: list[MeterEvent]) -> None:
    bill = close(BANK, MONTH, [a_price_list(price)], events)

    assert bill.total_of(PROVIDER, CONNECTOR) >= int(price.minimum_yuan * 100)


@given(prices(), calls(), st.integers(0, 30))
def test_what_comes_late_is_corrected_in_a_later_month_to_the_fen(
    price: Price, events: list[MeterEvent], in_time: int
) -> None:
    lists = [a_price_list(price)]
    closed = close(BANK, MONTH, lists, events[:in_time])
    later = close(BANK, NEXT_MONTH, lists, [])

    lines, costs = correct(closed, [], lists, events)

    whole = close(BANK, MONTH, lists, events)
    corrected = with_corrections(later, lines, costs)
    assert closed.total_fen + corrected.total_fen - later.total_fen == whole.total_fen


def test_a_correction_that_was_taken_up_is_not_taken_up_again() -> None:
    lists = [a_price_list()]
    closed = close(BANK, MONTH, lists, [a_call(1)])
    events = [a_call(1), a_call(2)]
    _, taken_up = correct(closed, [], lists, events)

    again = correct(closed, taken_up, lists, events)

    assert again == ([], [])


def test_a_line_is_rounded_once_and_its_calls_share_the_fen() -> None:
    events = [a_call(number) for number in range(3)]

    bill = close(BANK, MONTH, [a_price_list(a_price("0.015"))], events)

    assert [cost.cost_fen for cost in bill.costs] == [2, 2, 1]


def test_tiers_count_the_calls_beyond_the_package() -> None:
    price = tiered(up_to=1, package=Package(calls=2, fee_yuan=Decimal(10)))
    events = [a_call(number) for number in range(4)]

    bill = close(BANK, MONTH, [a_price_list(price)], events)

    amounts = [(line.kind, line.count, line.amount_fen) for line in bill.lines]
    assert amounts == [("package", 2, 1000), ("usage", 1, 80), ("usage", 1, 65)]


def test_fees_of_a_connector_that_nobody_called_are_nobodys() -> None:
    price = a_price(minimum_yuan=Decimal(20))

    bill = close(BANK, MONTH, [a_price_list(price)], [])

    assert bill.shared_by("branch_id") == {"": 2000}


def test_misses_free_and_uncertain_calls_cost_nothing_per_hit() -> None:
    events = [
        a_call(1, outcome="miss"),
        a_call(2, charge="free"),
        a_call(3, charge="uncertain", outcome="provider.timeout"),
    ]

    bill = close(BANK, MONTH, [a_price_list()], events)

    assert (bill.total_fen, [cost.request_no for cost in bill.uncertain()]) == (0, ["no-3"])


def test_a_charged_call_without_a_price_stops_the_close() -> None:
    price = a_price(effective_from=date(2027, 1, 1))

    with pytest.raises(PriceMissing):
        close(BANK, MONTH, [a_price_list(price)], [a_call(1)])


def test_the_month_of_a_bill_is_that_of_its_calls() -> None:
    bill = close(BANK, MONTH, [a_price_list()], [a_call(1)])

    assert {month_of(cost.called_on) for cost in bill.costs} == {MONTH}
