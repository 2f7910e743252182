"""Explanations and listings: names come back to the numbers, and masks hide what they must."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import cycle, islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.errors import RecordOfAnotherKind
from risk.domain.explained_models import HIDDEN
from risk.domain.explanation import HIGHEST_LEVEL, explain
from risk.domain.indicators.values import STATES, IndicatorValue, State
from risk.domain.indicators.vector import IndicatorVector
from risk.domain.listing import LETTERS, Listing, ListingNotReadable, todays_listing
from risk.domain.model_fields import FIELDS
from risk.domain.model_inputs.asking import ASKED
from risk.domain.model_not_asked import WHY_NOT
from risk.usecases.explain_decision import ExplainDecision
from tests.support.asked_models import known_of, told_of, whole
from tests.support.risk import a_document, a_healthy_firm, decided

LISTING = todays_listing()
RECORD: dict[str, Any] = json.loads(decided(a_document(a_healthy_firm())).record)
SALES = "ent.inv.out_valid_amt.all.l12m.sum"
VALUES = st.builds(
    lambda state, scaled: IndicatorValue(state, scaled if state is State.OK else None),
    st.sampled_from(list(State)),
    st.integers(-(10**15), 10**15),
)


@given(values=st.lists(VALUES, min_size=1, max_size=13))
def test_values_come_back_from_a_record_by_name(values: list[IndicatorValue]) -> None:
    named = dict(zip(LISTING.names, cycle(values), strict=False))

    back = LISTING.values(LISTING.write(named))

    assert {name: (one.state, one.scaled) for name, one in back.items()} == {
        name: (one.state, one.scaled) for name, one in named.items()
    }


@given(values=st.lists(VALUES, min_size=1, max_size=13))
def test_the_engines_arrays_are_written_as_its_values_are(values: list[IndicatorValue]) -> None:
    whole = list(islice(cycle(values), len(LISTING.names)))
    vector = IndicatorVector(
        np.array([STATES.index(one.state) for one in whole], np.uint8),
        np.array([one.scaled or 0 for one in whole], np.int64),
    )

    assert LISTING.write(vector) == LISTING.write(dict(vector))


def test_every_state_has_a_letter_of_its_own() -> None:
    assert sorted(LETTERS) == sorted(State)
    assert len(set(LETTERS.values())) == len(State)


def test_a_listing_survives_as_a_document() -> None:
    again = Listing.read(LISTING.body)

    assert (again, again.sha256) == (LISTING, LISTING.sha256)


@pytest.mark.parametrize(
    "recorded",
    [
        {"states": "o", "scaled": [1]},
        {"states": "m" * len(LISTING.names), "scaled": [1]},
        {"states": "o" * len(LISTING.names), "scaled": []},
    ],
)
def test_values_of_another_library_are_not_read(recorded: dict[str, Any]) -> None:
    with pytest.raises(ListingNotReadable):
        LISTING.values(recorded)


def test_a_document_of_another_schema_is_no_listing() -> None:
    with pytest.raises(ListingNotReadable):
        Listing.read(b'{"schema":"other/1"}')


def test_an_explanation_names_what_the_rules_and_the_model_read() -> None:
    found = explain(RECORD, LISTING, HIGHEST_LEVEL)

    sales = next(one for one in found.indicators if one.name == SALES)
    assert (sales.title, sales.value) == ("近12个月销项有效发票金额合计", "7,200,000.00")
    assert {leaf["indicator"] for leaf in RECORD["score"]["contributions"]} <= {
        one.name for one in found.indicators
    }


def test_a_state_is_told_where_there_is_no_value() -> None:
    record = RECORD | {"indicators": LISTING.write({})}

    assert {one.value for one in explain(record, LISTING, HIGHEST_LEVEL).indicators} == {"缺失"}


def sensitive(level: int) -> Listing:
    rows = tuple(
        replace(one, sensitivity=level) if one.id == SALES else one for one in LISTING.indicators
    )
    return Listing(LISTING.library_sha256, rows)


def test_a_value_above_the_readers_level_is_nowhere_in_the_explanation() -> None:
    tree = [
        {"input": SALES, "value": "7200000.00", "op": "lt", "fired": True},
        {"inputs": {SALES: "7200000.00"}, "kind": "scorecard"},
    ]
    record = RECORD | {"tree": tree}

    found = explain(record, sensitive(4), 3)

    shown = json.dumps([found.tree, dict(found.score or {})])
    assert "7200000" not in shown
    assert next(one for one in found.indicators if one.name == SALES).value == HIDDEN
    assert found.tree[0] == {"input": SALES, "value": HIDDEN, "op": "lt", "fired": True}


def test_a_value_at_the_readers_level_is_shown() -> None:
    found = explain(RECORD, sensitive(4), 4)

    assert next(one for one in found.indicators if one.name == SALES).value == "7,200,000.00"


def test_a_record_of_another_schema_is_not_explained() -> None:
    with pytest.raises(RecordOfAnotherKind, match="decision-record/1"):
        ExplainDecision(None)(b'{"schema":"decision-record/1"}', 5)  # type: ignore[arg-type]


def of_everything() -> dict[str, Any]:
    """A record in which every model was asked that can be."""
    told = told_of(known_of(whole()))
    return {**RECORD, "models": [*RECORD["models"][:2], *(one.document for one in told.values())]}


def test_every_model_is_told_with_its_chinese_name_figures_and_reasons() -> None:
    found = {one.id: one for one in explain(of_everything(), LISTING, HIGHEST_LEVEL).models}

    assert [*found] == ["sme_application_score", "tax_invoice_score", *ASKED]
    debts = found["debt_burden"]
    assert (debts.catalogue_id, debts.name_zh) == ("M14", "多头共债与偿债能力模型")
    assert ("多头等级", "低") in debts.figures
    assert ("偿债负担率", "56.31%") in debts.figures
    assert "客户风险类别不明，适用高风险客户的偿债负担上限" in debts.reasons
    assert ("认定年收入", "6,960,000.00元") in found["income_recognition"].figures
    assert ("新增流动资金贷款需求", "不明") in found["working_capital_demand"].figures
    assert ("客户准入结论", "不明") in found["admission_policy"].figures
    assert found["collateral_guarantee"].silent == "未调用：申请未提供担保"
    assert [name for name, _ in found["sme_application_score"].figures] == ["概率", "评分"]


def test_a_refused_input_is_told_by_field_and_rule() -> None:
    entry = {"id": "income_recognition", "refused": {"field": "segment", "rule": "must be known"}}

    (found,) = explain({**RECORD, "models": [entry]}, LISTING, HIGHEST_LEVEL).models

    assert found.silent == "输入不被接受：segment must be known"


def test_the_answer_about_an_identity_is_hidden_below_its_level() -> None:
    found = explain(of_everything(), LISTING, 3)

    identity = next(one for one in found.models if one.id == "identity_consistency")
    recorded = next(one for one in found.shown_record["models"] if one["id"] == identity.id)
    assert identity.figures == (("身份核验结论", HIDDEN),)
    assert (identity.reasons, recorded["answer"]) == ((), HIDDEN)


def test_the_answer_about_an_identity_is_hidden_where_a_policy_read_it() -> None:
    read = {"state": "ok", "value": "inconsistent"}
    node = {"id": "lists", "inputs": {"model.identity_consistency.result": read}}

    hidden, shown = (
        explain({**RECORD, "tree": [node]}, LISTING, level).tree[0] for level in (3, 4)
    )

    assert hidden["inputs"] == {"model.identity_consistency.result": HIDDEN}
    assert shown == node


def test_who_may_see_everything_sees_the_record_as_it_is() -> None:
    record = of_everything()

    assert explain(record, LISTING, HIGHEST_LEVEL).shown_record == record


def test_every_reason_not_to_ask_and_every_word_has_a_chinese_name() -> None:
    words = [*WHY_NOT.values()]
    for one in FIELDS.values():
        words += [one.name_zh, *(one.words or {}).values(), *(one.unknown or {}).values()]

    assert [word for word in words if not any(letter >= "\u4e00" for letter in word)] == []
