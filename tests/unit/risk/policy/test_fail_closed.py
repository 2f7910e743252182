"""Missing never helps, in counts: thousands of firms, requests and things that are not there."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import pytest

from layers.models.training.firms import read_firms
from puhui.columns import read_columns
from puhui.contracts.facts import INVOICE_SCHEMA
from risk.domain.facts import Fact
from risk.domain.indicators.values import IndicatorValue, State, Values
from risk.domain.policy.document import read_policy
from risk.domain.policy.waivable import waivable_codes
from tests.support.real_data import REAL_FIRMS, needs_real_firms
from tests.support.risk import (
    AS_OF,
    a_healthy_firm,
    columns_of,
    numbered,
)
from tests.support.risk_policies import OTHER_INDICATORS, OTHER_PRODUCTS
from tests.unit.risk.policy.fail_closed import (
    DRAFTED,
    LOSSES,
    PUBLISHED,
    Case,
    as_seen,
    better,
    pairs,
)
from tests.unit.risk.policy.spoiling import cell, spoiled

Firms = Sequence[tuple[Fact, Values]]
REAL_DAY = date(2020, 3, 1)
FEW = 400
DISHONEST = ("ent.jud.list.dishonest.now.cnt", "own.jud.list.dishonest.now.cnt")
MANY = 10_000


@pytest.fixture(scope="module")
def synthetic_firms() -> Firms:
    """Healthy firms of every size, more or less thinned out, concentrated and voided."""
    chance = random.Random(11)
    found = []
    for _ in range(60):
        rows = a_healthy_firm(chance.choice([10, 100, 300, 600, 1_500, 3_000]) * 1_000)
        last = chance.choice(["2026-08-01", "2026-08-01", "2026-06-01", "2026-03-20"])
        kept = [row for row in rows if row["issued_on"] < last and chance.random() < 0.97]
        if chance.random() < 0.2:
            kept = [row | {"counterparty": "B1"} for row in kept]
        columns = columns_of(numbered(kept))
        found.append(as_seen(Fact(product=INVOICE_SCHEMA, state=State.OK, columns=columns), AS_OF))
    return found


@pytest.fixture(scope="module")
def real_firms() -> Firms:
    found = []
    for labelled in (True, False):
        for firm in read_firms(REAL_FIRMS, labelled=labelled):
            columns = read_columns(INVOICE_SCHEMA, firm.body)
            fact = Fact(product=INVOICE_SCHEMA, state=State.OK, columns=columns)
            found.append(as_seen(fact, REAL_DAY))
    return found


def violations(firms: Firms, count: int, seed: int) -> tuple[list[str], Counter[str]]:
    """The cases that a loss has helped, and how often each verdict was there to be moved."""
    seen: Counter[str] = Counter()
    helped = []
    for kind, case, poorer in pairs(firms, count, seed):
        before, after = case.evaluated(), poorer.evaluated()
        seen[f"{case.policy.version} {before.verdict}"] += 1
        if better(after, before):
            helped.append(f"{kind}: {before.verdict} → {after.verdict}")
    return helped, seen


def test_nothing_that_becomes_unavailable_helps(synthetic_firms: Firms) -> None:
    helped, seen = violations(synthetic_firms, FEW, seed=1)

    assert helped == []
    assert len(seen) == 6, "otherwise this would hold for nothing"


@pytest.mark.full
def test_nothing_that_becomes_unavailable_helps_in_ten_thousand_cases(
    synthetic_firms: Firms,
) -> None:
    assert violations(synthetic_firms, MANY, seed=2)[0] == []


@pytest.mark.full
@pytest.mark.data
@needs_real_firms
def test_nothing_that_becomes_unavailable_helps_a_real_firm(real_firms: Firms) -> None:
    helped, seen = violations(real_firms, MANY, seed=3)

    assert (helped, len(seen)) == ([], 6)


def waiving(case: Case, codes: Iterable[str]) -> Case:
    return replace(case, waived=dict.fromkeys(codes, "wvr-1"))


def test_nothing_that_becomes_unavailable_helps_whom_everything_waivable_was_waived(
    synthetic_firms: Firms,
) -> None:
    waived, helped = 0, []
    for kind, case, poorer in pairs(synthetic_firms, FEW, seed=5):
        codes = waivable_codes(case.policy)
        before, after = waiving(case, codes).evaluated(), waiving(poorer, codes).evaluated()
        waived += any(one.waived_by for one in before.outcomes)
        if better(after, before):
            helped.append(f"{kind}: {before.verdict} → {after.verdict}")

    assert (helped, waived > FEW // 10) == ([], True)


def test_no_waiver_reaches_a_rule_that_fired_for_lack_of_data(synthetic_firms: Firms) -> None:
    """Not even if the policy let every rule be waived."""
    waived, unknown = 0, []
    for kind, case, poorer in pairs(synthetic_firms, FEW, seed=6):
        for one in (case, poorer):
            every = waiving(one, [rule.code for rule in one.policy.rules])
            found = [each for each in every.evaluated().outcomes if each.waived_by]
            waived += len(found)
            unknown += [
                f"{kind}: {each.rule.code}"
                for each in found
                if not each.holds or any(value.state is not State.OK for value in each.found)
            ]

    assert (unknown, waived > FEW) == ([], True)


def test_a_rule_that_lets_the_unknown_pass_would_be_noticed(synthetic_firms: Firms) -> None:
    forgetful = read_policy(spoiled(cell("operation", "top_buyer", "c6", "> 0.7")))

    helped = [
        kind
        for kind, case, poorer in pairs(synthetic_firms, FEW, seed=4, policies=[forgetful])
        if better(poorer.evaluated(), case.evaluated())
    ]

    assert "what a rule read" in helped


def test_every_loss_and_both_policies_occur(synthetic_firms: Firms) -> None:
    drawn = list(pairs(synthetic_firms, 100, seed=1))

    assert {kind for kind, _, _ in drawn} == set(LOSSES)
    assert {case.policy.version for _, case, _ in drawn} == {PUBLISHED.version, DRAFTED.version}


def only_invoices(**changes: object) -> Case:
    columns = columns_of(a_healthy_firm())
    fact = Fact(product=INVOICE_SCHEMA, state=State.OK, columns=columns)
    fact, values = as_seen(fact, AS_OF)
    (_, case, _) = next(iter(pairs([(fact, values)], 1, seed=0)))
    healthy = {"state": "ok", "hits": []}
    request = case.request.model_copy(
        update={"established_on": date(2015, 3, 9), "term_months": 12, "amount_fen": 50_000_000}
    )
    fields = {
        "facts": (fact,),
        "values": values,
        "screening": healthy,
        "request": request,
        "lenders": 0,
    }
    return Case(**{"policy": DRAFTED, **fields, **changes})  # type: ignore[arg-type]


def brings_everything() -> Case:
    case = only_invoices()
    usual = {
        name: IndicatorValue(State.OK, 60 if "history" in name else 0, 0)
        for name in OTHER_INDICATORS
    }
    others = tuple(Fact(product=product, state=State.OK) for product in OTHER_PRODUCTS)
    return replace(case, facts=(*case.facts, *others), values={**case.values, **usual})


@pytest.mark.parametrize("state", [None, *(state for state in State if state is not State.OK)])
def test_a_product_that_is_not_there_fires_its_rules(state: State | None) -> None:
    whole = brings_everything()
    others = tuple(one for one in whole.facts if one.product != "judicial/1")
    judicial = () if state is None else (Fact(product="judicial/1", state=state),)
    lost = dict.fromkeys(DISHONEST, IndicatorValue(state or State.MISSING))
    asked = replace(whole, facts=(*others, *judicial), values={**whole.values, **lost})

    found = asked.evaluated()

    assert (whole.evaluated().verdict, found.verdict) == ("approve", "decline")
    assert {one.rule.code for one in found.outcomes} == {"ENT_DISHONEST", "OWNER_DISHONEST"}
    assert not any(one.holds for one in found.outcomes)
