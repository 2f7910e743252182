"""Whatever a decision lacks, no model that is asked inside it answers better.

A document that is not there, a field that is null and a screening that nobody made are taken away
from a firm, an owner and a farmer who bring everything. Each figure of an answer is compared by
itself, in the order that the model's own tests give it; no answer is worst.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Final, get_args

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from puhui.contracts.risk import DecisionRequest
from puhui.fact_schemas import PRODUCTS
from risk.domain.graph.graph import PPM
from risk.domain.model_fields import FIELDS
from risk.domain.model_told import Told
from risk.domain.models import (
    admission_policy,
    credit_limit,
    debt_burden,
    group_concentration,
    identity_consistency,
    income_recognition,
    name_list_match,
    rate_pricing,
    ring_fraud_graph,
    working_capital_demand,
)
from tests.support.asked_models import a_screening, asked, known_of, told_of, whole
from tests.unit.risk.models.in_loan import MODELS, rank

Place = tuple[str, str, int, str]
"""Product, table, row and field; the snapshot is a table of one row."""
RING_LEVELS: Final = get_args(ring_fraud_graph.Level)
LEVELS: Final = ("credible", "doubtful", "not_credible")
FAVOURS: Final[dict[str, Callable[[Any], tuple[int, ...]]]] = {
    **{one.model_id: one.favours for one in MODELS},
    "name_list_match": lambda one: (rank(one.level, name_list_match.ORDER),),
    "admission_policy": lambda one: (
        rank(one.decision, admission_policy.ORDER),
        len([reason for reason in one.reasons if reason.code != "ADMITTED"]) * -1,
    ),
    "identity_consistency": lambda one: (rank(one.result, identity_consistency.ORDER),),
    "ring_fraud_graph": lambda one: (
        rank(one.level, RING_LEVELS),
        -(PPM + 1 if one.score_ppm is None else one.score_ppm),
    ),
    "document_authenticity": lambda one: (rank(one.level, LEVELS), -one.suspicion_ppm),
}
SECTIONS: Final = {"firm": "F", "sole_proprietor": "F", "person": "A"}
REQUESTS: Final = st.sampled_from(list(SECTIONS)).map(
    lambda kind: asked(customer_kind=kind, industry_section=SECTIONS[kind])
)


def nullable() -> list[Place]:
    """Every field that is filled and could be empty, once for each row of a table."""
    found = []
    for product, document in whole().items():
        tables = {name: table.fields for name, table in PRODUCTS[product].tables.items()}
        fields = {**tables, "snapshot": PRODUCTS[product].snapshot or {}}
        for table, rows in document.items():
            for number, row in enumerate(rows if isinstance(rows, list) else [rows]):
                found += [
                    (product, table, number, name)
                    for name, value in row.items()
                    if value is not None and fields[table][name].nullable
                ]
    return found


PLACES: Final = nullable()
BY_FIELD: Final = sorted({(product, table, name) for product, table, _, name in PLACES})


def emptied(documents: dict[str, Any], place: Place) -> None:
    product, table, number, name = place
    if product in documents:
        rows = documents[product][table]
        (rows[number] if isinstance(rows, list) else rows)[name] = None


def favours(told: Told | None) -> tuple[int, ...] | None:
    return None if told is None or told.answer is None else FAVOURS[told.id](told.answer)


def helped(before: dict[str, Told], after: dict[str, Told]) -> list[str]:
    """Every model some figure of whose answer is better than before."""
    found = []
    for name, told in after.items():
        now, then = favours(told), favours(before.get(name))
        if now is not None and (then is None or any(b > a for a, b in zip(then, now, strict=True))):
            found.append(name)
    return found


@pytest.fixture(scope="module")
def wholly() -> dict[str, dict[str, Told]]:
    """What the models tell of each kind of customer who brings everything."""
    return {
        kind: told_of(known_of(whole(), asked(customer_kind=kind, industry_section=section)))
        for kind, section in SECTIONS.items()
    }


@settings(max_examples=60, deadline=None)
@given(request=REQUESTS, data=st.data())
def test_nothing_that_is_not_there_makes_an_answer_better(
    wholly: dict[str, dict[str, Told]], request: DecisionRequest, data: st.DataObject
) -> None:
    documents = whole()
    gone = data.draw(st.sets(st.sampled_from(sorted(documents)), max_size=4))
    fields = data.draw(st.sets(st.sampled_from(BY_FIELD), max_size=4))
    screening = data.draw(st.sampled_from([a_screening(), a_screening(state="missing")]))
    assume(gone or fields or screening["state"] != "ok")
    for product in gone:
        del documents[product]
    for product, table, name in fields:
        rows = [one for one in PLACES if (one[0], one[1], one[3]) == (product, table, name)]
        for place in data.draw(st.lists(st.sampled_from(rows), min_size=1, max_size=3)):
            emptied(documents, place)

    after = told_of(known_of(documents, request, screening))

    assert helped(wholly[request.customer_kind], after) == []


@settings(max_examples=40, deadline=None)
@given(request=REQUESTS, data=st.data())
def test_what_is_lost_beside_what_is_lost_already_does_not_help_either(
    request: DecisionRequest, data: st.DataObject
) -> None:
    """Also of a customer against whom something speaks."""
    documents = whole()
    documents["device/1"]["checks"][2]["result"] = "fail"
    documents["tax/1"]["snapshot"]["profit_fen"] = data.draw(st.integers(-(10**9), 10**9))
    for account in documents["bureau/1"]["accounts"]:
        account["balance_fen"] = data.draw(st.integers(0, 10**9))
    first, second = (
        data.draw(st.sets(st.sampled_from(sorted(documents)), max_size=3)) for _ in range(2)
    )
    poorer = {name: one for name, one in documents.items() if name not in first}
    poorest = {name: one for name, one in copy.deepcopy(poorer).items() if name not in second}

    before, after = (told_of(known_of(one, request)) for one in (poorer, poorest))

    assert helped(before, after) == []


def test_every_product_is_missed_by_some_model(wholly: dict[str, dict[str, Told]]) -> None:
    """Otherwise the properties above would hold for nothing."""
    missed = set()
    for kind, section in SECTIONS.items():
        for product in whole():
            documents = whole()
            del documents[product]
            request = asked(customer_kind=kind, industry_section=section)
            after = told_of(known_of(documents, request))
            before = wholly[kind]
            if any(after[name].document != one.document for name, one in before.items()):
                missed.add(product)

    assert missed == set(whole())


def test_what_policies_read_is_worse_in_the_models_own_order() -> None:
    words = {
        name: (*one.words, *(one.unknown or {}))
        for name, one in FIELDS.items()
        if one.words is not None
    }

    assert words == {
        "model.name_list_match.level": name_list_match.ORDER,
        "model.admission_policy.decision": admission_policy.ORDER,
        "model.identity_consistency.result": identity_consistency.ORDER,
        "model.ring_fraud_graph.level": RING_LEVELS,
        "model.document_authenticity.level": LEVELS,
        "model.income_recognition.confidence": income_recognition.CONFIDENCES,
        "model.debt_burden.multi_lender_level": debt_burden.LEVELS,
        "model.debt_burden.burden": debt_burden.BURDENS,
        "model.working_capital_demand.status": working_capital_demand.STATUSES,
        "model.group_concentration.status": group_concentration.STATUSES,
        "model.rate_pricing.status": rate_pricing.STATUSES,
        "model.credit_limit.status": credit_limit.STATUSES,
    }
