"""Data quality: what is counted, what is not, and how drift is measured."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdata.domain.psi import FLOOR, psi
from extdata.domain.quality import DayQuality, FieldCounts, measure, percentile
from extdata.domain.query import Query
from extdata.usecases.measure_quality import MeasureQuality
from puhui.tenancy import BankId
from tests.support.extdata import BANK, TODAY, a_query, an_attempt

counts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 10_000), min_size=1).filter(
    lambda found: sum(found.values()) > 0
)


@given(counts, counts)
def test_drift_is_never_negative(now: dict[str, int], before: dict[str, int]) -> None:
    assert psi(now, before) >= 0


@given(counts, st.integers(1, 50))
def test_the_same_shares_do_not_drift_however_many_values(now: dict[str, int], times: int) -> None:
    grown = {bucket: count * times for bucket, count in now.items()}

    assert psi(grown, now) == pytest.approx(0, abs=1e-12)


@given(counts, counts)
def test_drift_is_the_same_in_both_directions(now: dict[str, int], before: dict[str, int]) -> None:
    assert psi(now, before) == pytest.approx(psi(before, now))


def test_drift_of_a_known_example_is_the_sum_by_hand() -> None:
    by_hand = (0.6 - 0.5) * math.log(0.6 / 0.5) + (0.4 - 0.5) * math.log(0.4 / 0.5)

    assert psi({"1": 60, "2": 40}, {"1": 50, "2": 50}) == pytest.approx(by_hand)


def test_a_bucket_that_was_empty_counts_as_the_floor() -> None:
    moved = psi({"new": 100}, {"old": 100})

    assert moved == pytest.approx(2 * (1 - FLOOR) * math.log(1 / FLOOR))


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=300), st.integers(1, 100))
def test_a_percentile_is_the_least_value_that_enough_values_do_not_exceed(
    values: list[int], percent: int
) -> None:
    found = percentile(values, percent)

    assert found is not None
    assert 100 * sum(value <= found for value in values) >= percent * len(values)
    assert 100 * sum(value < found for value in values) < percent * len(values)


def a_day(*outcomes: str, **changes: Any) -> DayQuality:
    """One query for each outcome."""
    queries = [
        a_query(status="unavailable", attempts=(an_attempt(outcome=outcome, **changes),))
        for outcome in outcomes
    ]
    (found,) = measure(queries)
    return found


def test_an_answer_is_a_hit_a_miss_or_a_promise() -> None:
    day = a_day("hit", "hit", "miss", "pending", "provider.timeout")

    assert (day.calls, day.availability_ppm, day.hit_ppm) == (5, 800_000, 666_666)


def test_an_open_circuit_is_the_providers_our_own_limits_are_not() -> None:
    day = a_day("hit", "breaker.open", "limit.daily", "bulkhead.full")

    assert (day.calls, day.availability_ppm) == (2, 500_000)


def test_calls_that_were_never_made_have_no_latency() -> None:
    day = a_day("breaker.open", tries=0, provider_ms=0)

    assert (day.calls, day.p50_ms) == (1, None)


def a_hit(null_ppm: int = 0, counts: Mapping[str, int] | None = None, **changes: Any) -> Query:
    """A hit whose document had one field."""
    sample = {
        "rows": {"returns": 1},
        "fields": {"returns.sales_fen": {"null_ppm": null_ppm, "counts": counts or {"9": 1}}},
    }
    return a_query(sample=sample, **changes)


def test_nulls_and_values_of_a_days_documents_are_added_up() -> None:
    (day,) = measure([a_hit(0, {"9": 3}), a_hit(500_000, {"9": 1, "10": 1})])

    field = day.fields["returns.sales_fen"]
    assert (field.documents, field.null_ppm, field.counts) == (2, 250_000, {"9": 4, "10": 1})


def test_the_null_share_of_a_connector_is_the_mean_of_its_fields() -> None:
    (day,) = measure([a_hit(250_000)])
    (one,) = day.fields.values()

    both = replace(day, fields={"a": one, "b": replace(one, null_ppm=750_001)})

    assert (day.null_ppm, both.null_ppm, a_day("hit").null_ppm) == (250_000, 500_000, None)


def test_a_cached_answer_says_nothing_new_about_its_provider() -> None:
    (day,) = measure([a_hit(), a_hit(cached=True, attempts=())])

    assert (day.calls, day.fields["returns.sales_fen"].documents) == (1, 1)


def test_a_document_counts_for_the_connector_that_brought_it() -> None:
    failed = an_attempt(connector_id="first", outcome="provider.timeout")
    brought = an_attempt(number=2, connector_id="second")

    days = {day.connector_id: day for day in measure([a_hit(attempts=(failed, brought))])}

    assert (days["first"].fields, list(days["second"].fields)) == ({}, ["returns.sales_fen"])


def test_a_day_without_calls_has_no_results() -> None:
    assert measure([]) == []


def test_fields_drift_against_their_reference_once_both_have_values_enough() -> None:
    (day,) = measure([a_hit(counts={"9": 100, "10": 100})])

    moved = day.against({"returns.sales_fen": {"9": 180, "10": 20}})
    unknown = day.against({"returns.sales_fen": {"9": 99}})

    assert moved.worst_psi is not None
    assert moved.worst_psi[1] > 250_000
    assert unknown.worst_psi is None


class OneDay:
    """Queries of one day, kept days, and what was signalled."""

    def __init__(self, queries: Sequence[Query]) -> None:
        self.queries = queries
        self.saved: dict[tuple[str, date], DayQuality] = {}
        self.told: list[DayQuality] = []

    def of_day(self, bank_id: BankId, on: date) -> Any:
        return iter([one for one in self.queries if one.asked_on == on])

    def save(self, day: DayQuality) -> None:
        self.saved[day.connector_id, day.on] = day

    def reference(
        self, bank_id: BankId, connector_id: str, before: date
    ) -> Mapping[str, FieldCounts]:
        return {
            name: one.counts
            for (_, on), day in self.saved.items()
            if on < before
            for name, one in day.fields.items()
        }

    def measured(self, day: DayQuality) -> None:
        self.told.append(day)


def test_measuring_a_day_again_gives_the_same_result() -> None:
    yesterday = replace(a_hit(counts={"9": 200}), asked_on=date(2026, 11, 1))
    world = OneDay([yesterday, a_hit(counts={"9": 50, "10": 150})])
    measure_quality = MeasureQuality(world, world, world)  # type: ignore[arg-type]
    measure_quality(BANK, date(2026, 11, 1))

    first = measure_quality(BANK, TODAY)
    again = measure_quality(BANK, TODAY)

    assert first == again == [world.saved["sbx-tax-returns", TODAY]]
    assert first[0].worst_psi is not None
