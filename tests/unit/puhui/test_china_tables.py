"""Regions, industries, LPR, rule tables: they know what they know and since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.china import industries, lpr, regions
from puhui.china.rule_tables import Confidence, Effective, NoRuleInForce, RuleTable

LATER = st.dates(min_value=date(2019, 8, 20), max_value=date(2040, 1, 1))


@pytest.mark.parametrize(
    ("day", "one_year", "five_years"),
    [
        (date(2019, 8, 20), 425, 485),
        (date(2019, 9, 19), 425, 485),
        (date(2019, 9, 20), 420, 485),
        (date(2020, 4, 20), 385, 465),
        (date(2021, 12, 19), 385, 465),
        (date(2022, 5, 20), 370, 445),
        (date(2024, 10, 20), 335, 385),
        (date(2024, 10, 21), 310, 360),
        (date(2025, 5, 20), 300, 350),
    ],
)
def test_the_prime_rate_of_a_day(day: date, one_year: int, five_years: int) -> None:
    assert lpr.on(day) == lpr.Lpr(one_year, five_years)


def test_there_is_no_prime_rate_before_the_reform() -> None:
    with pytest.raises(NoRuleInForce):
        lpr.on(date(2019, 8, 19))


@pytest.mark.parametrize(("months", "bps"), [(1, 310), (12, 310), (59, 310), (60, 360), (360, 360)])
def test_loans_from_five_years_are_priced_by_the_longer_rate(months: int, bps: int) -> None:
    assert lpr.bps_for(date(2024, 12, 1), months) == bps


@given(LATER)
def test_the_prime_rate_is_a_multiple_of_five_points_and_longer_costs_more(day: date) -> None:
    rate = lpr.on(day)

    assert rate.one_year_bps % 5 == 0
    assert rate.one_year_bps < rate.five_year_bps


def test_a_rate_that_nobody_supplied_says_so() -> None:
    assert lpr.is_assumed(date(2025, 6, 20))
    assert not lpr.is_assumed(date(2025, 6, 19))


def test_no_row_from_memory_or_second_hand_passes_as_read() -> None:
    assert Confidence.READ not in {row.confidence for row in lpr.table()}


def a_row(first: str, last: str | None, value: Decimal = Decimal(1)) -> Effective[Decimal]:
    return Effective(
        valid_from=date.fromisoformat(first),
        valid_to=None if last is None else date.fromisoformat(last),
        source="a source",
        confidence=Confidence.READ,
        value=value,
    )


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([], "has rows"),
        ([a_row("2020-01-01", "2020-12-31"), a_row("2021-01-02", None)], "gap"),
        ([a_row("2020-01-01", "2020-12-31"), a_row("2020-12-31", None)], "overlap"),
        ([a_row("2020-01-01", None), a_row("2021-01-01", None)], "open"),
        ([a_row("2021-01-01", "2021-12-31"), a_row("2020-01-01", "2020-12-31")], "overlap"),
    ],
)
def test_a_table_with_a_gap_or_an_overlap_is_refused(
    rows: list[Effective[Decimal]], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        RuleTable("penalty", rows)


def test_a_row_ends_after_it_begins_and_names_its_source() -> None:
    with pytest.raises(ValueError, match="ends before"):
        a_row("2020-01-02", "2020-01-01")
    with pytest.raises(ValueError, match="source"):
        replace(a_row("2020-01-01", None), source=" ")


def test_both_days_of_a_row_are_in_force() -> None:
    table = RuleTable(
        "penalty",
        [a_row("2020-01-01", "2020-06-30"), a_row("2020-07-01", "2020-12-31", Decimal(2))],
    )

    assert table.value_on(date(2020, 6, 30)) == 1
    assert table.value_on(date(2020, 7, 1)) == 2
    with pytest.raises(NoRuleInForce) as caught:
        table.on(date(2021, 1, 1))
    assert caught.value.rule == "penalty.in_force"


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8), st.integers(-10, 4_000))
def test_exactly_one_row_is_in_force_from_the_first_day_on(lengths: list[int], offset: int) -> None:
    first, rows = date(2020, 1, 1), []
    start = first
    for number, length in enumerate(lengths):
        end = start + timedelta(days=length - 1)
        last = number == len(lengths) - 1
        rows.append(
            Effective(
                valid_from=start,
                valid_to=None if last else end,
                source="s",
                confidence=Confidence.FROM_MEMORY,
                value=number,
            )
        )
        start = end + timedelta(days=1)
    table, day = RuleTable("t", rows), first + timedelta(days=offset)

    covering = [
        r for r in rows if r.valid_from <= day and (r.valid_to is None or day <= r.valid_to)
    ]
    if offset < 0:
        with pytest.raises(NoRuleInForce):
            table.on(day)
    else:
        assert [table.on(day)] == covering


def test_anhui_has_sixteen_prefectures() -> None:
    assert len(regions.ANHUI_PREFECTURES) == 16
    assert "340900" not in regions.ANHUI_PREFECTURES


@pytest.mark.parametrize(
    ("code", "known", "known_with_abolished"),
    [
        ("340000", True, True),
        ("340104", True, True),
        ("340900", False, False),
        ("341402", False, True),
        ("342221", False, True),
        ("343000", False, False),
        ("110105", True, True),
        ("160000", False, False),
        ("830000", False, True),
        ("34010", False, False),
        ("34010a", False, False),
        ("", False, False),
        ("３４0104", False, False),
    ],
)
def test_known_regions(code: str, known: bool, known_with_abolished: bool) -> None:
    assert regions.is_known(code) is known
    assert regions.is_known(code, abolished=True) is known_with_abolished


def test_a_region_has_a_name_a_province_and_a_prefecture() -> None:
    assert regions.name_of("341203") == "安徽省阜阳市"
    assert regions.name_of("110105") == "北京市"
    assert regions.province_of("341203") == "340000"
    assert regions.prefecture_of("341203") == "341200"


def test_industries_have_twenty_sections_and_every_division_belongs_to_one() -> None:
    assert len(industries.SECTIONS) == 20
    assert {industries.section_of(f"{n:02d}") for n in range(1, 98)} == set(industries.SECTIONS)


@pytest.mark.parametrize(
    ("code", "section"),
    [("05", "A"), ("06", "B"), ("43", "C"), ("44", "D"), ("52", "F"), ("97", "T"), ("6421", "I")],
)
def test_divisions_end_where_the_next_section_begins(code: str, section: str) -> None:
    assert industries.section_of(code) == section


@pytest.mark.parametrize("code", ["00", "98", "1", "12345", "A1", "", "１１"])
def test_codes_outside_the_standard_have_no_section(code: str) -> None:
    assert industries.section_of(code) is None


def test_section_letters() -> None:
    assert industries.is_known("C")
    assert not industries.is_known("U")
    assert industries.name_of("F") == "批发和零售业"
