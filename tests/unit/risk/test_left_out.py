"""Leaving a document out of the question never helps: the policy says which are asked."""

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
from puhui.strict_json import dumps, loads
from puhui.tenancy import BankId
from risk.domain.errors import PolicyNotValid
from risk.domain.policy import SEVERITY, Policy
from risk.domain.policy.document import read_policy
from tests.support.risk import (
    AS_OF,
    PackagedForAll,
    a_decide,
    a_document,
    a_healthy_firm,
    a_reference,
    a_request,
)
from tests.support.risk_policies import DRAFT, OTHER_PRODUCTS
from tests.unit.risk.indicators.random_documents import a_maker
from tests.unit.risk.policy.fail_closed import DRAFTED, PUBLISHED, asking

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
    asked=SUBSETS,
    left_out=st.sets(st.sampled_from((*OTHER_PRODUCTS, INVOICE_SCHEMA)), min_size=1),
)
def test_leaving_references_out_never_moves_the_verdict_up(
    seed: int, asked: set[str], left_out: set[str]
) -> None:
    policy, brought = asking(DRAFTED, tuple(sorted(asked))), documents(seed)

    whole, poorer = answer(policy, brought), answer(policy, without(brought, left_out))

    assert SEVERITY[poorer.verdict] >= SEVERITY[whole.verdict]
    if poorer.verdict == whole.verdict == "approve":
        assert poorer.limit_fen <= whole.limit_fen
        assert poorer.annual_rate_bps >= whole.annual_rate_bps


@pytest.mark.parametrize("asked", [("judicial/1",), ("judicial/1", "multi_lender/1")])
def test_a_product_that_the_policy_asks_and_nobody_brings_is_missing(
    asked: tuple[str, ...],
) -> None:
    policy, brought = asking(DRAFTED, asked), documents(0)

    whole, poorer = answer(policy, brought), answer(policy, without(brought, ["judicial/1"]))

    assert (whole.verdict, poorer.verdict) == ("approve", "decline")
    assert [one.code for one in poorer.reasons] == ["ENT_DISHONEST", "OWNER_DISHONEST"]


@pytest.mark.parametrize("policy", [PUBLISHED, asking(DRAFTED, ())], ids=["published", "draft"])
@pytest.mark.parametrize("seed", range(8))
def test_what_the_policy_does_not_ask_changes_no_answer(policy: Policy, seed: int) -> None:
    brought = documents(seed)

    whole, poorer = answer(policy, brought), answer(policy, without(brought, OTHER_PRODUCTS))

    assert whole.verdict == poorer.verdict == "approve"
    assert (whole.reasons, whole.limit_fen) == (poorer.reasons, poorer.limit_fen)


def test_a_policy_with_a_rule_about_a_product_that_it_does_not_ask_is_not_read() -> None:
    body = dumps(loads(DRAFT.read_bytes()) | {"required_products": [INVOICE_SCHEMA]}).encode()

    with pytest.raises(PolicyNotValid, match="PRODUCT_OFF"):
        read_policy(body)
