"""What an evaluation finds: changes since approval, gaps that never help, and all together."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicing.domain.warning.colour import Colour
from servicing.domain.warning.findings import Findings, WatchFacts, evaluate
from servicing.domain.warning.observation import Reading
from tests.support.warnings import (
    DECIDED,
    LIBRARY,
    RED_LETTER,
    RULES,
    SALES,
    TODAY,
    a_position,
    all_well,
    observed,
)

INVOICES = [one.reads for one in LIBRARY.signals if one.product == "invoice/1"]


def facts(now: dict[str, str] | None = None, **changes: Any) -> WatchFacts:
    """A loan decided from invoices whose indicators are all 0, but those that are named."""
    values = dict.fromkeys(INVOICES, "0") | (now or {})
    readings = {
        name: Reading(state="ok", observed=observed(value)) for name, value in values.items()
    }
    given_values: dict[str, Any] = {
        "as_of": TODAY,
        "position": a_position(),
        "products": frozenset({"invoice/1"}),
        "at_approval": {name: observed(0, DECIDED) for name in INVOICES},
        "now": readings,
    }
    return WatchFacts(**given_values | changes)


def evaluated(given_facts: WatchFacts) -> Findings:
    return evaluate(LIBRARY.signals, given_facts, RULES)


def codes(findings: Findings) -> dict[str, Colour]:
    return {one.code: one.colour for one in findings.found}


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    findings = evaluated(facts())

    assert (findings.found, findings.colour) == ((), Colour.NONE)


def test_a_change_is_measured_against_approval_and_keeps_both_values() -> None:
    approval = {name: observed(0, DECIDED) for name in INVOICES} | {SALES: observed(100, DECIDED)}

    findings = evaluated(facts({SALES: "40"}, at_approval=approval))

    (found,) = findings.found
    (why,) = found.evidence
    assert (found.code, found.colour) == ("INV_SALES_FALL", Colour.ORANGE)
    assert (why.value, why.before, why.measure) == (Decimal(40), Decimal(100), Decimal("0.6"))
    assert (why.observed_on, why.before_on, why.bound) == (TODAY, DECIDED, Decimal("0.5"))


@pytest.mark.parametrize("state", ["missing", "vendor_error", "not_consented", "stale"])
def test_a_value_that_is_missing_today_stands_as_it_was_last_known(state: str) -> None:
    red = observed("0.25", TODAY - timedelta(days=7))
    readings = dict(facts().now) | {RED_LETTER: Reading(state=state)}

    findings = evaluated(facts(now=None, last={RED_LETTER: red}) | Now(readings))

    (found,) = findings.found
    assert (found.code, found.colour) == ("INV_RED_LETTER", Colour.ORANGE)
    assert (found.evidence[0].age_days, found.evidence[0].state) == (7, state)


def test_what_was_never_known_is_a_warning_of_its_own() -> None:
    findings = evaluated(facts(at_approval={}) | Now({}))

    (gap,) = findings.found
    assert (gap.code, gap.colour) == ("INV_NOT_OBSERVABLE", Colour.YELLOW)
    assert {why.reads for why in gap.evidence} == set(INVOICES)
    assert {why.age_days for why in gap.evidence} == {None}


def test_what_has_no_meaning_for_the_debtor_is_no_gap() -> None:
    no_card = dict.fromkeys(INVOICES, Reading(state="undefined"))

    findings = evaluated(facts(at_approval={}) | Now(no_card))

    assert findings.found == ()


def test_what_is_known_only_from_long_ago_is_told_with_its_age() -> None:
    old = TODAY - timedelta(days=RULES.observe_within_days + 1)
    known = {name: observed(0, old) for name in INVOICES}

    findings = evaluated(facts(last=known, at_approval=known) | Now({}))

    (gap,) = findings.found
    assert gap.code == "INV_NOT_OBSERVABLE"
    assert {why.age_days for why in gap.evidence} == {RULES.observe_within_days + 1}


def test_documents_that_the_loans_product_does_not_need_are_not_looked_at() -> None:
    findings = evaluated(facts())

    assert not [one for one in findings.found if one.domain == "TAX"]


def test_our_own_books_are_always_looked_at() -> None:
    findings = evaluated(facts(position=a_position(days_overdue=31, instalments_overdue=1)))

    assert codes(findings)["REL_OVERDUE"] is Colour.RED


def test_without_a_value_at_approval_the_first_known_one_stands_for_it() -> None:
    first = facts({SALES: "100"}, at_approval={})

    baseline = first.baseline
    after = facts({SALES: "40"}, at_approval=baseline)

    assert codes(evaluated(first)) == {}
    assert codes(evaluated(after)) == {"INV_SALES_FALL": Colour.ORANGE}


def test_several_domains_together_are_a_finding_of_their_own() -> None:
    yellow = {"INV_VOID": "0.15", "UTL_ARREARS": "1", "MUL_ORGS": "3"}
    signals = {one.code: one for one in LIBRARY.signals}
    readings = all_well() | {
        signals[code].reads: Reading(state="ok", observed=observed(value))
        for code, value in yellow.items()
    }
    products = frozenset({"invoice/1", "utility/1", "multi_lender/1"})

    findings = evaluated(facts(products=products, at_approval={}) | Now(readings))

    assert codes(findings) == dict.fromkeys(yellow, Colour.YELLOW) | {"ALL_DOMAINS": Colour.ORANGE}
    assert findings.colour is Colour.ORANGE


@given(st.sets(st.sampled_from(INVOICES)), st.decimals(0, 1, places=2))
def test_hiding_sources_never_makes_a_lighter_class(hidden: set[str], red: Decimal) -> None:
    """What was known before stays known, so an outage takes nothing away."""
    seen_once = facts({RED_LETTER: str(red)})
    shown = dict(seen_once.now)
    blind = {
        name: Reading(state="vendor_error") if name in hidden else shown[name] for name in shown
    }

    before = evaluated(seen_once)
    after = evaluated(facts(last=seen_once.known) | Now(blind))

    assert after.colour.weight >= before.colour.weight


class Now:
    """Replaces what is read today: `facts() | Now(readings)`."""

    def __init__(self, readings: dict[str, Reading]) -> None:
        self.readings = readings

    def __ror__(self, other: WatchFacts) -> WatchFacts:
        return WatchFacts(
            as_of=other.as_of,
            position=other.position,
            products=other.products,
            at_approval=other.at_approval,
            last=other.last,
            now=self.readings,
        )
