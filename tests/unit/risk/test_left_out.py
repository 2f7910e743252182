"""Leaving a document out of the question never helps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.contracts.facts import INVOICE_SCHEMA
from puhui.contracts.risk import DecisionResult
from puhui.strict_json import dumps
from puhui.tenancy import BankId
from risk.domain.policy import SEVERITY, Policy
from tests.support.risk import (
    AS_OF,
    PackagedForAll,
    a_decide,
    a_document,
    a_healthy_firm,
    a_reference,
    a_request,
)
from tests.support.risk_policies import OTHER_PRODUCTS
from tests.unit.risk.indicators.random_documents import a_maker
from tests.unit.risk.policy.fail_closed import DRAFTED, PUBLISHED

INVOICES = a_document(a_healthy_firm())
SUBSETS = st.sets(st.sampled_from(OTHER_PRODUCTS))


@dataclass(frozen=True)
class OnePolicy(PackagedForAll):
    """The bank's own policy decides."""

    policy: Policy = DRAFTED

    def in_force(self, bank_id: BankId, day: date) -> Policy:
        return self.policy


def documents(seed: int) -> Mapping[str, bytes]:
    """A healthy firm's invoices, and another document of each product: without rows, or any."""
    chance = Random(seed)
    found = {INVOICE_SCHEMA: INVOICES}
    for product in OTHER_PRODUCTS:
        document = a_maker(chance, AS_OF).document(product)
        if chance.random() < 0.8:
            document |= {key: [] for key, table in document.items() if isinstance(table, list)} | {
                "row_count": 0
            }
        found[product] = dumps(document).encode()
    return found


def answer(policy: Policy, brought: Mapping[str, bytes]) -> DecisionResult:
    keys = {product: f"intake/north/{product.replace('/', '-')}" for product in brought}
    references = [
        a_reference(body, keys[product], product=product) for product, body in brought.items()
    ]
    bodies = {keys[product]: body for product, body in brought.items()}
    decide = replace(a_decide(bodies), policies=OnePolicy(policy))
    return decide(a_request(references)).result


def without(brought: Mapping[str, bytes], left_out: Iterable[str]) -> Mapping[str, bytes]:
    return {product: body for product, body in brought.items() if product not in left_out}


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    brought=SUBSETS,
    left_out=st.sets(st.sampled_from((*OTHER_PRODUCTS, INVOICE_SCHEMA)), min_size=1),
)
def test_leaving_references_out_never_moves_the_verdict_up(
    seed: int, brought: set[str], left_out: set[str]
) -> None:
    whole = without(documents(seed), set(OTHER_PRODUCTS) - brought)
    richer, poorer = answer(DRAFTED, whole), answer(DRAFTED, without(whole, left_out))

    assert SEVERITY[poorer.verdict] >= SEVERITY[richer.verdict]
    if poorer.verdict == richer.verdict == "approve":
        assert poorer.limit_fen <= richer.limit_fen
        assert poorer.annual_rate_bps >= richer.annual_rate_bps


def test_a_document_that_nobody_brings_is_missing() -> None:
    brought = documents(2)

    whole, poorer = answer(DRAFTED, brought), answer(DRAFTED, without(brought, ["judicial/1"]))

    assert (whole.verdict, poorer.verdict) == ("refer", "decline")
    assert [one.code for one in poorer.reasons] == ["ENT_DISHONEST", "OWNER_DISHONEST"]


@pytest.mark.parametrize("seed", range(8))
def test_what_the_policy_does_not_read_changes_no_answer(seed: int) -> None:
    brought = documents(seed)

    whole, poorer = answer(PUBLISHED, brought), answer(PUBLISHED, without(brought, OTHER_PRODUCTS))

    assert whole.verdict == poorer.verdict == "approve"
    assert (whole.reasons, whole.limit_fen) == (poorer.reasons, poorer.limit_fen)
