"""Regions, industries, firm size, LPR: tables that know what they know and since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.china import firm_size, industries, lpr, regions
from puhui.china.firm_size import FirmSize
from puhui.china.rule_tables import Confidence, Effective, NoRuleInForce, RuleTable
from puhui.errors import Unprocessable
from puhui.money import Money

TODAY = date(2026, 8, 3)
LATER = st.dates(min_value=date(2019, 8, 20), max_value=date(2040, 1, 1))

BOUNDS = {
    "agriculture": {"revenue": (20000, 500, 50)},
    "industry": {"headcount": (1000, 300, 20), "revenue": (40000, 2000, 300)},
    "construction": {"revenue": (80000, 6000, 300), "assets": (80000, 5000, 300)},
    "wholesale": {"headcount": (200, 20, 5), "revenue": (40000, 5000, 1000)},
    "retail": {"headcount": (300, 50, 10), "revenue": (20000, 500, 100)},
    "transport": {"headcount": (1000, 300, 20), "revenue": (30000, 3000, 200)},
    "storage": {"headcount": (200, 100, 20), "revenue": (30000, 1000, 100)},
    "post": {"headcount": (1000, 300, 20), "revenue": (30000, 2000, 100)},
    "lodging": {"headcount": (300, 100, 10), "revenue": (10000, 2000, 100)},
    "catering": {"headcount": (300, 100, 10), "revenue": (10000, 2000, 100)},
    "telecom": {"headcount": (2000, 100, 10), "revenue": (100000, 1000, 100)},
    "software": {"headcount": (300, 100, 10), "revenue": (10000, 1000, 50)},
    "real_estate": {"revenue": (200000, 1000, 100), "assets": (10000, 5000, 2000)},
    "property": {"headcount": (1000, 300, 100), "revenue": (5000, 1000, 500)},
    "leasing": {"headcount": (300, 100, 10), "assets": (120000, 8000, 100)},
    "other": {"headcount": (300, 100, 10)},
}
"""The standard's table once more, typed from rules.md §3.5: the data file must say the same."""

SIZES = (FirmSize.LARGE, FirmSize.MEDIUM, FirmSize.SMALL)
CASES = [(row, position) for row in BOUNDS for position in range(3)]
CASES_OF_ONE = [(row, m, position) for row in BOUNDS for m in BOUNDS[row] for position in range(3)]


def measured(values: dict[str, int], *, fen_less: int = 0) -> dict[str, int | Money]:
    """Numbers of the table as arguments of classify: amounts are in 万元."""
    return {
        name: value - fen_less if name == "headcount" else Money(value * 1_000_000 - fen_less)
        for name, value in values.items()
    }


def size_of(row: str, values: dict[str, int | Money]) -> FirmSize:
    return firm_size.classify(row, on=TODAY, **values)  # type: ignore[arg-type]


def test_the_table_has_every_row_of_the_standard() -> None:
    rows = firm_size.table().value_on(TODAY)

    assert {name: dict(row.bounds) for name, row in rows.items()} == BOUNDS


@pytest.mark.parametrize(("row", "position"), CASES)
def test_a_firm_exactly_on_all_bounds_has_that_size(row: str, position: int) -> None:
    on_bounds = measured({m: bounds[position] for m, bounds in BOUNDS[row].items()})

    assert size_of(row, on_bounds) == SIZES[position]


@pytest.mark.parametrize(("row", "measure", "position"), CASES_OF_ONE)
def test_one_person_or_one_fen_less_drops_a_size(row: str, measure: str, position: int) -> None:
    values = measured({m: bounds[position] for m, bounds in BOUNDS[row].items()})
    values |= measured({measure: BOUNDS[row][measure][position]}, fen_less=1)

    assert size_of(row, values) == FirmSize(SIZES[position] + 1)


@pytest.mark.parametrize(("row", "measure"), [(r, m) for r in BOUNDS for m in BOUNDS[r]])
def test_a_missing_number_makes_the_size_undetermined_never_micro(row: str, measure: str) -> None:
    values = measured({m: 10**6 for m in BOUNDS[row] if m != measure})

    assert size_of(row, values) is FirmSize.UNDETERMINED


def test_a_missing_number_that_the_row_does_not_ask_for_is_no_matter() -> None:
    assert firm_size.classify("other", headcount=5, on=TODAY) is FirmSize.MICRO


def test_an_unknown_row_and_another_currency_are_refused() -> None:
    with pytest.raises(Unprocessable, match="industry row"):
        firm_size.classify("space", headcount=5, on=TODAY)
    with pytest.raises(Unprocessable, match="CNY"):
        firm_size.classify("agriculture", revenue=Money(1, "EUR"), on=TODAY)


@given(st.integers(0, 2000), st.integers(0, 2000), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_larger_firm_is_never_of_a_smaller_size(
    people: int, more_people: int, wan: int, more_wan: int
) -> None:
    small = size_of("industry", measured({"headcount": people, "revenue": wan}))
    grown = {"headcount": people + more_people, "revenue": wan + more_wan}

    assert size_of("industry", measured(grown)) <= small


def test_before_the_standard_there_is_no_size() -> None:
    with pytest.raises(NoRuleInForce):
        firm_size.classify("other", headcount=5, on=date(2011, 6, 17))


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("01", "agriculture"),
        ("3311", "industry"),
        ("47", "construction"),
        ("51", "wholesale"),
        ("5211", "retail"),
        ("53", None),
        ("54", "transport"),
        ("5951", "storage"),
        ("60", "post"),
        ("6110", "lodging"),
        ("6210", "catering"),
        ("63", "telecom"),
        ("6510", "software"),
        ("66", None),
        ("7010", "real_estate"),
        ("7020", "property"),
        ("7030", "other"),
        ("72", "leasing"),
        ("83", None),
        ("99", None),
        ("x", None),
    ],
)
def test_a_class_finds_its_row(code: str, row: str | None) -> None:
    assert firm_size.row_of(code) == row


def test_every_size_has_a_name() -> None:
    assert set(firm_size.SIZE_NAMES) == set(FirmSize)


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
