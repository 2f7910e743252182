"""Documents of a firm that brings everything, and what the models are asked about it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, Final

from puhui.clock import utc_from_text
from puhui.columns import read_columns
from puhui.contracts.risk import DecisionRequest
from risk.domain.facts import Fact
from risk.domain.graph.graph import Graph
from risk.domain.graph.snapshot import snapshot_of
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import State
from risk.domain.model_inputs.asking import BEFORE_THE_POLICY, ask
from risk.domain.model_inputs.known import Known
from risk.domain.model_told import Told
from risk.domain.record import Given
from risk.usecases.ask_models import segment_of
from risk.usecases.compute_decision import indicators_of, number_of
from tests.support.risk import ASK_MODELS, MODELS, PARAMETERS, a_request
from tests.support.whole_documents import WHOLE, Documents

DAY: Final = date(2025, 3, 1)
"""The packaged LPR history reaches it."""
ALONE: Final = snapshot_of(Graph(), "firm:0", DAY)
"""Relations of somebody of whom nothing is recorded."""


def whole(**changes: Any) -> Documents:
    """All documents, to be changed: `whole()["tax/1"]["snapshot"]["profit_fen"] = …`."""
    return copy.deepcopy(WHOLE) | changes


def body_of(product: str, document: Mapping[str, Any]) -> bytes:
    """The document as it travels, declaring what it holds."""
    tables = [rows for rows in document.values() if isinstance(rows, list)]
    frame = {
        "schema": product,
        "source": "tests",
        "period_from": "2020-01-01",
        "period_to": "2025-02-28",
        "row_count": sum(map(len, tables)),
    }
    return json.dumps({**frame, **document}, ensure_ascii=False).encode()


def facts_of(documents: Mapping[str, Mapping[str, Any]]) -> tuple[Fact, ...]:
    """Every document, read."""
    return tuple(
        Fact(product=product, state=State.OK, columns=read_columns(product, body_of(product, one)))
        for product, one in documents.items()
    )


def asked(**changes: Any) -> DecisionRequest:
    """A firm asks on the day for 300,000 yuan."""
    return a_request(**{"as_of": DAY, "amount_fen": 30_000_000} | changes)


def a_hit(level: str) -> dict[str, Any]:
    """A hit by code on the named list, as records keep it."""
    return {
        "entry_id": f"ent-{level}",
        "list": level,
        "match": "code",
        "score_ppm": 1_000_000,
        "counts_as": level,
    }


def a_screening(*levels: str, state: str = "ok") -> dict[str, Any]:
    """Hits by code on the named lists."""
    return {"state": state, "hits": [a_hit(level) for level in levels]}


def screened(screening: Mapping[str, Any]) -> Told:
    """What M02 tells of a screening."""
    (model,) = (one for one in BEFORE_THE_POLICY if one.id == "name_list_match")
    known = replace(_nothing(), given=given_of(screening))
    (told,) = ask([model], known, ASK_MODELS.formulas.served)
    return told


@cache
def _nothing() -> Known:
    return known_of({})


def given_of(screening: Mapping[str, Any] | None) -> Given:
    """What was looked up beside the facts."""
    return Given(
        decided_at=utc_from_text("2025-03-01T04:00:00.000000Z"),
        code_version="test",
        screening=screening,
        graph=ALONE,
    )


def known_of(
    documents: Mapping[str, Mapping[str, Any]],
    request: DecisionRequest | None = None,
    screening: Mapping[str, Any] | None = None,
) -> Known:
    """What a decision knows with these documents; without a screening nobody is listed."""
    request = request or asked()
    facts = facts_of(documents)
    values = indicators_of(facts, AsOf(request.as_of))
    answers = MODELS.listen(segment_of(request), lambda name: number_of(values, name), ())
    return ASK_MODELS.known(
        request,
        facts,
        values,
        given_of(screening or a_screening()),
        PARAMETERS.on(request.as_of),
        answers,
    )


def told_of(known: Known, grade: str | None = "A") -> dict[str, Told]:
    """What all models tell, by their ids."""
    told = ASK_MODELS.after_the_policy(known, ASK_MODELS.before_the_policy(known), grade)
    return {one.id: one for one in told}
