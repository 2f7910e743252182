"""The invoice grid as data: names, versions, units, and one value by hand for each of its parts."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from decimal import Decimal

import pytest

from puhui.contracts.facts import InvoiceRow
from risk.domain.indicators.library import ALL_DEFINITIONS, LIBRARY_SHA256
from risk.domain.indicators.months import AsOf
from tests.support.risk import AS_OF, an_invoice, numbered
from tests.unit.risk.test_indicator_truth import compute

NAME = re.compile(
    r"ent\.inv\.(out|in)_(valid_amt|valid_cnt|valid|red|void|party)\.all"
    r"\.(now|l1m|l3m|l6m|l12m|l24m)\.[a-z0-9_]+"
)
FIRM = numbered(
    [
        an_invoice(issued_on="2026-07-10", counterparty="B1", amount_fen=6_000_00),
        an_invoice(issued_on="2026-07-20", counterparty="B2", amount_fen=3_000_00),
        an_invoice(issued_on="2026-07-21", counterparty="B2", amount_fen=-1_000_00),
        an_invoice(issued_on="2026-07-22", counterparty="B3", amount_fen=1_000_00, status="void"),
        an_invoice(issued_on="2026-06-30", counterparty="B1", amount_fen=2_000_00),
        an_invoice(issued_on="2026-01-15", counterparty="B4", amount_fen=5_000_00),
        an_invoice(issued_on="2025-05-05", counterparty="B1", amount_fen=4_000_00),
        an_invoice(issued_on="2026-07-01", counterparty="S1", amount_fen=700_00, direction="in"),
    ]
)
INVOICE_DEFINITIONS = [one for one in ALL_DEFINITIONS if one.domain == "inv"]
INVOICE_NAMES = [one.id for one in INVOICE_DEFINITIONS]
BY_HAND = {
    "ent.inv.out_valid_amt.all.l1m.sum": "8000.00",
    "ent.inv.out_valid_amt.all.l3m.avg_m": "3333.33",
    "ent.inv.out_valid_amt.all.l3m.max_m": "8000.00",
    "ent.inv.out_valid_amt.all.l3m.cv": "1.0198",
    "ent.inv.out_valid_cnt.all.l12m.sum": "4",
    "ent.inv.out_valid_cnt.all.l12m.avg_m": "0.3333",
    "ent.inv.in_valid_amt.all.l1m.sum": "700.00",
    "ent.inv.out_red.all.l3m.cnt_rate": "0.2500",
    "ent.inv.out_red.all.l3m.amt_rate": "0.0909",
    "ent.inv.out_void.all.l3m.cnt_rate": "0.2000",
    "ent.inv.out_void.all.l3m.amt_rate": "0.0769",
    "ent.inv.out_party.all.l6m.distinct": "2",
    "ent.inv.out_party.all.l6m.top1": "0.8000",
    "ent.inv.out_party.all.l6m.hhi": "0.6800",
    "ent.inv.out_party.all.l6m.new_share": "0.2000",
    "ent.inv.out_valid_amt.all.l1m.mom": "3.0000",
    "ent.inv.out_valid_amt.all.l6m.hoh": "1.0000",
    "ent.inv.out_valid_amt.all.l12m.yoy": "2.7500",
    "ent.inv.out_valid.all.l12m.max_gap_day": "167",
    "ent.inv.out_valid.all.l12m.zero_month": "9",
    "ent.inv.out_valid.all.now.days_since_last": "12",
    "ent.inv.out_valid.all.l24m.active_month": "4",
    "ent.inv.out_valid.all.now.history_month": "15",
}


@pytest.mark.parametrize(("name", "value"), BY_HAND.items())
def test_an_indicator_is_what_a_person_works_out_by_hand(name: str, value: str) -> None:
    assert compute(FIRM)[name].decimal == Decimal(value)


def test_the_grid_has_its_130_places_and_no_name_twice() -> None:
    counts = Counter(definition.id for definition in INVOICE_DEFINITIONS)

    assert (len(INVOICE_DEFINITIONS), max(counts.values())) == (130, 1)


def test_every_name_says_subject_domain_measure_filter_window_and_aggregate() -> None:
    assert [name for name in INVOICE_NAMES if not NAME.fullmatch(name)] == []


def test_every_indicator_of_the_grid_is_computed_and_no_other() -> None:
    assert set(compute(FIRM)) == set(INVOICE_NAMES)


def test_display_names_are_as_unique_as_the_places_they_are_generated_from() -> None:
    both = [(one.name_zh, one.name_en) for one in INVOICE_DEFINITIONS]

    assert len({zh for zh, _ in both}) == len({en for _, en in both}) == len(INVOICE_NAMES)


def test_sources_are_fields_of_the_document() -> None:
    used = {field for one in INVOICE_DEFINITIONS for field in one.fields}

    assert used <= {f"rows.{field}" for field in InvoiceRow.model_fields}


def test_another_rule_is_another_version() -> None:
    first = INVOICE_DEFINITIONS[0]
    calculation = dataclasses.replace(first.calculation, agg="avg_m")
    changed = dataclasses.replace(first, calculation=calculation)

    assert (changed.id, changed.version == first.version) == (first.id, False)


def test_versions_pin_the_library_that_models_were_trained_on() -> None:
    """A change of this hash needs a new training: cards name the version of each input."""
    versions = {one.version for one in INVOICE_DEFINITIONS}

    assert len(versions) == len(INVOICE_DEFINITIONS)
    assert re.fullmatch(r"[0-9a-f]{64}", LIBRARY_SHA256)


def test_windows_reach_back_in_full_months() -> None:
    as_of = AsOf(AS_OF.replace(day=31))

    assert (as_of.first_day(12).isoformat(), as_of.last_day.isoformat()) == (
        "2025-08-01",
        "2026-07-31",
    )
