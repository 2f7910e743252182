"""A provider's statement follows its price list to the part of a 分."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from sandbox.domain.providers.billing import CallRecord, statement_lines, total_yuan

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)


def calls(
    count: int, result: Literal["hit", "miss"] = "hit", begin: datetime = BEGIN
) -> list[CallRecord]:
    """So many calls, a minute apart."""
    return [
        CallRecord(
            request_no=f"R{index:04d}{result}",
            connector_id="c",
            called_at=begin + timedelta(minutes=index),
            result=result,
        )
        for index in range(count)
    ]


def price(basis: str = "per_hit", **more: Any) -> dict[str, Any]:
    """A price of half a yuan from long ago."""
    return {
        "connector_id": "c",
        "basis": basis,
        "tiers": [{"unit_yuan": "0.50"}],
        "effective_from": "2016-01-01",
    } | more


def test_per_hit_bills_hits_and_per_call_bills_misses_too() -> None:
    asked = [*calls(3), *calls(2, "miss")]

    totals = [total_yuan(statement_lines("2026-10", asked, [price(b)])) for b in _BASES]

    assert totals == [Decimal("1.50"), Decimal("2.50")]


_BASES = ("per_hit", "per_call")


def test_tiers_fall_with_the_calls_of_the_month() -> None:
    tiers = [{"up_to": 2, "unit_yuan": "0.50"}, {"unit_yuan": "0.125"}]

    lines = statement_lines("2026-10", calls(4), [price(tiers=tiers)])

    assert [str(line.unit_yuan) for line in lines] == ["0.50", "0.50", "0.125", "0.125"]


def test_half_a_fen_is_rounded_once_in_the_total() -> None:
    lines = statement_lines("2026-10", calls(3), [price(tiers=[{"unit_yuan": "0.005"}])])

    assert (lines[0].amount_yuan, total_yuan(lines)) == (Decimal("0.005"), Decimal("0.02"))


def test_a_package_covers_its_calls_and_costs_its_fee() -> None:
    package = price(package={"calls": 2, "fee_yuan": "0.80"})

    lines = statement_lines("2026-10", calls(3), [package])

    assert [str(line.amount_yuan) for line in lines] == ["0", "0", "0.50", "0.80"]
    assert lines[-1].result == "包月费"


def test_a_minimum_is_topped_up() -> None:
    lines = statement_lines("2026-10", calls(3), [price(minimum_yuan="10.00")])

    assert (lines[-1].result, lines[-1].amount_yuan) == ("保底补差", Decimal("8.50"))


def test_a_minimum_that_was_reached_adds_nothing() -> None:
    lines = statement_lines("2026-10", calls(3), [price(minimum_yuan="1.00")])

    assert len(lines) == 3


def test_the_price_of_the_day_is_applied() -> None:
    prices = [
        price(effective_to="2026-10-14"),
        price(tiers=[{"unit_yuan": "0.40"}], effective_from="2026-10-15"),
    ]
    asked = [*calls(1), *calls(1, "miss"), *calls(1, begin=BEGIN + timedelta(days=20))]
    asked[2] = CallRecord(
        request_no="later", connector_id="c", called_at=asked[2].called_at, result="hit"
    )

    lines = statement_lines("2026-10", asked, prices)

    assert total_yuan(lines) == Decimal("0.90")


def test_a_call_belongs_to_the_month_in_china() -> None:
    late_in_september_utc = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)

    lines = statement_lines("2026-10", calls(1, begin=late_in_september_utc), [price()])

    assert [line.called_at for line in lines] == ["2026-10-01 01:00:00"]
