"""The library as data: the counts of the catalogue, the grammar of names, whole definitions."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from datetime import date

import pytest

from infra.indicator_sections import SECTIONS, definitions_by_section
from infra.indicator_views import described
from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import DECIMALS, Definition
from risk.domain.indicators.library import (
    ALL_DEFINITIONS,
    DEFINITIONS,
    DOMAIN_NAMES,
    LIBRARY_SHA256,
)
from risk.domain.indicators.months import AsOf, Window
from risk.domain.indicators.rules import RULES
from tests.unit.risk.indicators.slow_rules import DERIVED_RULES
from tests.unit.risk.indicators.slow_rules import RULES as SLOW_RULES

CATALOGUE = {
    "bur": 180,
    "tax": 90,
    "inv": 130,
    "reg": 66,
    "jud": 78,
    "bnk": 158,
    "mul": 135,
    "ssf": 46,
    "utl": 36,
    "agr": 60,
    "dev": 38,
    "rel": 73,
    "xck": 24,
}
GRIDS = {
    "bur": {"overdue": 96, "queries": 40, "liabilities": 24, "summary": 20},
    "tax": {"taxes": 64, "compliance": 16, "snapshot": 10},
    "inv": {"levels": 80, "reversals": 12, "parties": 20, "growth": 8, "gaps": 10},
    "reg": {"snapshot": 18, "changes": 24, "network": 12, "anomalies": 12},
    "jud": {"cases": 48, "lists": 24, "other": 6},
    "bnk": {"levels": 96, "parties": 24, "balances": 12, "patterns": 22, "checks": 4},
    "mul": {"queries": 120, "habits": 15},
    "ssf": {"contributions": 24, "staff": 18, "snapshot": 4},
    "utl": {"bills": 27, "growth": 3, "other": 6},
    "agr": {
        "land": 8,
        "crops": 20,
        "livestock": 12,
        "payments": 9,
        "vegetation": 6,
        "standing": 5,
    },
    "dev": {"shared": 20, "forms": 10, "checks": 8},
    "rel": {"deposits": 27, "repayments": 20, "holdings": 10, "activity": 16},
    "xck": {"pairs": 24},
}
"""The catalogue's numbers of places (domain/catalogue.md §4.2); gaps hold its stability, too."""
WORD = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"
NAME = re.compile(
    rf"(?:ent|own|hh|grp|acct)\.(?:{'|'.join(CATALOGUE)})\.{WORD}\.{WORD}"
    rf"\.(?:{'|'.join(window.value for window in Window)})\.{WORD}"
)
PLACEHOLDER_LIKE = re.compile(r"[A-Za-z]{2,}")
FACTS_OF_POINT_ONE = (
    "id",
    "version",
    "name_zh",
    "name_en",
    "subject",
    "domain",
    "unit",
    "source",
    "fields",
    "filter",
    "window",
    "aggregate",
    "rule",
    "missing_policy",
    "owner",
    "lineage",
    "sensitivity",
)


def test_the_library_has_what_the_catalogue_counts() -> None:
    counts = Counter(one.domain for one in ALL_DEFINITIONS)

    assert (dict(counts), len(ALL_DEFINITIONS)) == (CATALOGUE, 1_114)


def test_each_grid_has_the_places_that_the_catalogue_counts() -> None:
    found: dict[str, dict[str, int]] = {}
    for section, definitions in definitions_by_section().items():
        found.setdefault(section.domain, {})[section.code] = len(definitions)

    assert found == GRIDS


def test_no_name_is_there_twice_in_any_language() -> None:
    for names in (
        [one.id for one in ALL_DEFINITIONS],
        [one.name_zh for one in ALL_DEFINITIONS],
        [one.name_en for one in ALL_DEFINITIONS],
        [one.version for one in ALL_DEFINITIONS],
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_name_follows_the_grammar_of_the_catalogue() -> None:
    assert [name for name in DEFINITIONS if not NAME.fullmatch(name)] == []


def test_chinese_names_are_chinese_and_english_ones_english() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")

    assert [one.id for one in ALL_DEFINITIONS if not chinese.search(one.name_zh)] == []
    assert [one.id for one in ALL_DEFINITIONS if chinese.search(one.name_en)] == []
    assert [
        one.id for one in ALL_DEFINITIONS if PLACEHOLDER_LIKE.search(one.name_zh.replace("为", ""))
    ] == []


@pytest.mark.parametrize("domain", CATALOGUE)
def test_every_definition_is_whole(domain: str) -> None:
    for one in ALL_DEFINITIONS:
        if one.domain == domain:
            data = described(one)
            assert [name for name in FACTS_OF_POINT_ONE if data[name] in (None, "", [], {})] == []
            assert data["decimals"] >= 0
            assert data["history_months"] >= 0


def test_every_field_that_is_read_is_a_field_of_its_product() -> None:
    unknown = [
        (one.id, path)
        for one in ALL_DEFINITIONS
        if one.source
        for path in one.fields
        if PRODUCTS[one.source].find(path) is None
    ]

    assert unknown == []


def test_a_level_is_the_highest_of_the_fields_that_are_read() -> None:
    assert described(DEFINITIONS["own.dev.check.face.now.value"])["sensitivity"] == 4
    assert described(DEFINITIONS["ent.reg.change.capital.l3m.cnt"])["sensitivity"] == 1
    assert described(DEFINITIONS["ent.xck.debt_income.all.l12m.ratio"])["sensitivity"] == 3


def test_codes_in_conditions_are_codes_of_the_field() -> None:
    for one in ALL_DEFINITIONS:
        how = one.calculation
        for condition in (*how.where, *(how.base_where or ())):
            field = PRODUCTS[one.source].find(f"{how.table}.{condition.field}")
            if condition.op == "in" and field is not None and field.kind == "code":
                assert set(condition.values) <= set(field.codes), one.id


def test_operands_are_indicators_that_are_there_and_not_derived_themselves() -> None:
    operands = {name for one in ALL_DEFINITIONS for name in one.calculation.operands}

    assert operands <= set(DEFINITIONS)
    assert [name for name in operands if DEFINITIONS[name].calculation.operands] == []


def test_every_rule_is_explained_and_has_its_slow_twin() -> None:
    used = {one.calculation.agg for one in ALL_DEFINITIONS}

    assert used == set(RULES) == set(SLOW_RULES) | set(DERIVED_RULES)


def test_what_is_derived_comes_after_what_it_is_made_of() -> None:
    order = list(DEFINITIONS)

    for one in ALL_DEFINITIONS:
        for name in one.calculation.operands:
            assert order.index(name) < order.index(one.id)


@pytest.mark.parametrize(
    "change",
    [
        {"agg": "max"},
        {"where": ()},
        {"value": "tax_fen"},
        {"offset": 12},
        {"constant": 1},
        {"series": True},
    ],
    ids=str,
)
def test_another_calculation_is_another_version(change: dict[str, object]) -> None:
    first = DEFINITIONS["ent.inv.out_valid_amt.all.l12m.sum"]

    changed = dataclasses.replace(
        first, calculation=dataclasses.replace(first.calculation, **change)
    )

    assert (changed.id, changed.version == first.version) == (first.id, False)


def test_another_word_in_a_name_is_the_same_version() -> None:
    first = ALL_DEFINITIONS[0]

    assert dataclasses.replace(first, name_zh="别的名称").version == first.version


def test_the_library_has_one_hash_over_names_and_versions() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", LIBRARY_SHA256)
    assert all(re.fullmatch(r"[0-9a-f]{12}", one.version) for one in ALL_DEFINITIONS)


def test_amounts_are_exact_to_the_fen_and_ratios_to_a_hundredth_of_a_percent() -> None:
    other = {one.id for one in ALL_DEFINITIONS if one.decimals != DECIMALS[one.unit]}

    assert {name.rpartition(".")[2] for name in other} == {"avg_m"}


def test_every_domain_has_a_name_and_every_section_an_anchor_of_its_own() -> None:
    assert set(DOMAIN_NAMES) == set(CATALOGUE)
    assert len({section.anchor for section in SECTIONS}) == len(SECTIONS)


def test_windows_reach_back_in_full_months() -> None:
    as_of = AsOf(date(2026, 8, 31))

    assert (as_of.first_day(12).isoformat(), as_of.last_day.isoformat()) == (
        "2025-08-01",
        "2026-07-31",
    )


@pytest.mark.parametrize("window", Window)
def test_a_window_is_days_months_or_everything(window: Window) -> None:
    assert (window.days > 0) + (window.months > 0) + (window is Window.NOW) == 1


def history(name: str) -> int:
    definition: Definition = DEFINITIONS[name]
    return definition.history_months


def test_history_is_the_window_and_what_it_is_compared_with() -> None:
    assert history("ent.inv.out_valid_amt.all.l12m.sum") == 12
    assert history("ent.inv.out_valid_amt.all.l12m.yoy") == 24
    assert history("ent.tax.vat_sales.all.l24m.yoy") == 36
    assert history("ent.tax.penalty.all.l24m.cnt") == 0
