"""Signals: what each compares, which colour it reaches, and that worse is never lighter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.strict_json import loads
from servicing.adapters.packaged_signals import PACKAGED
from servicing.domain.errors import LibraryNotValid
from servicing.domain.warning.colour import Colour, gravest, together
from servicing.domain.warning.library import DOMAIN_NAMES, read_library
from servicing.domain.warning.signal import Compare, Signal
from tests.support.warnings import LIBRARY, RULES

SIGNALS = {one.code: one for one in LIBRARY.signals}
numbers = st.decimals(-1_000, 1_000, places=2)
signals = st.sampled_from(LIBRARY.signals)
FALLING = {Compare.AT_MOST, Compare.FALL, Compare.FALL_RATE}


def test_the_library_covers_its_twelve_domains_with_more_than_forty_signals() -> None:
    assert len(LIBRARY.signals) >= 40
    assert {one.domain for one in LIBRARY.signals} == set(DOMAIN_NAMES)


@pytest.mark.parametrize("signal", LIBRARY.signals, ids=lambda one: one.code)
def test_every_signal_says_where_its_bounds_come_from(signal: Signal) -> None:
    assert "" not in (signal.name, signal.source)
    assert signal.confidence in {"✔", "◐", "✎"}


@pytest.mark.parametrize(
    ("code", "value", "before", "colour"),
    [
        ("INV_SALES_FALL", "70.1", "100", Colour.NONE),
        ("INV_SALES_FALL", "70", "100", Colour.YELLOW),
        ("INV_SALES_FALL", "50", "100", Colour.ORANGE),
        ("INV_SALES_FALL", "0", "100", Colour.RED),
        ("INV_SALES_FALL", "0", "0", Colour.NONE),
        ("BUR_DEBT_RISE", "1", "0", Colour.ORANGE),
        ("BUR_DEBT_RISE", "0", "0", Colour.NONE),
        ("JUD_NEW_CASE", "3", "2", Colour.YELLOW),
        ("JUD_NEW_CASE", "2", "2", Colour.NONE),
        ("JUD_DISHONEST", "1", "1", Colour.RED),
        ("AGR_NDVI", "-0.3", "0", Colour.ORANGE),
        ("DEV_NUMBER", "0", "1", Colour.YELLOW),
        ("DEV_NUMBER", "1", "1", Colour.NONE),
        ("REL_OVERDUE", "7", "0", Colour.YELLOW),
        ("REL_OVERDUE", "31", "0", Colour.RED),
    ],
)
def test_a_signal_reaches_its_colour(code: str, value: str, before: str, colour: Colour) -> None:
    assert SIGNALS[code].measure(Decimal(value), Decimal(before)).colour is colour


@given(signals, numbers, numbers, numbers)
def test_a_worse_value_never_gets_a_lighter_colour(
    signal: Signal, one: Decimal, other: Decimal, before: Decimal
) -> None:
    low, high = sorted((one, other))
    better, worse = (high, low) if signal.compare in FALLING else (low, high)

    lighter = signal.measure(better, before).colour.weight
    graver = signal.measure(worse, before).colour.weight

    assert graver >= lighter


@given(st.lists(st.tuples(st.sampled_from(sorted(DOMAIN_NAMES)), st.sampled_from(Colour))))
def test_more_warnings_never_make_less(found: list[tuple[str, Colour]]) -> None:
    rules: dict[str, Any] = {
        "orange_from_domains": RULES.orange_from_domains,
        "red_from_domains": RULES.red_from_domains,
    }

    fewer = max(gravest(c for _, c in found[1:]).weight, together(found[1:], **rules).weight)

    assert max(gravest(c for _, c in found).weight, together(found, **rules).weight) >= fewer


def test_several_domains_are_graver_together() -> None:
    yellow = [("INV", Colour.YELLOW), ("TAX", Colour.YELLOW)]

    assert together(yellow, orange_from_domains=3, red_from_domains=3) is Colour.NONE
    third = [*yellow, ("JUD", Colour.YELLOW)]
    assert together(third, orange_from_domains=3, red_from_domains=3) is Colour.ORANGE


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"bounds": {"yellow": None, "orange": None, "red": None}}, "must have a bound"),
        ({"bounds": {"yellow": "3", "orange": "2", "red": None}}, "must have graver bounds last"),
        ({"domain": "XYZ"}, "must be of one of the twelve domains"),
        ({"product": None}, "must name its document"),
        ({"code": "BUR_OVERDUE_AMOUNT"}, "must be there once"),
    ],
)
def test_a_library_with_a_senseless_row_is_refused_whole(change: Any, rule: str) -> None:
    document = loads(PACKAGED.read_bytes())
    document["signals"][0].update(change)

    with pytest.raises(LibraryNotValid, match=rule):
        read_library(document)
