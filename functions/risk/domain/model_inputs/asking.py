"""Asks the models that are code, each after those whose answers it needs; nothing is raised.

A model answers, or is not asked because its whole source is absent, or refuses an input by field
and rule. Only an answer is worth anything to a policy or to another model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from risk.domain.model_inputs import (
    admission_policy,
    collateral_guarantee,
    credit_limit,
    debt_burden,
    document_authenticity,
    group_concentration,
    identity_consistency,
    income_recognition,
    name_list_match,
    rate_pricing,
    ring_fraud_graph,
    working_capital_demand,
)
from risk.domain.model_inputs.known import Answers, Known, NotAsked
from risk.domain.model_told import Serve, Told
from risk.domain.models import admission_policy as m01
from risk.domain.models import collateral_guarantee as m19
from risk.domain.models import credit_limit as m17
from risk.domain.models import debt_burden as m14
from risk.domain.models import document_authenticity as m07
from risk.domain.models import group_concentration as m20
from risk.domain.models import identity_consistency as m03
from risk.domain.models import income_recognition as m15
from risk.domain.models import name_list_match as m02
from risk.domain.models import rate_pricing as m18
from risk.domain.models import ring_fraud_graph as m05
from risk.domain.models import working_capital_demand as m16
from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.catalogue import BY_ID


@dataclass(frozen=True, slots=True)
class AskedModel:
    """One model: how its inputs are made, and the function that answers."""

    id: str
    inputs: Callable[[Known, Answers], Any]
    answer: Callable[[Any, Any], Any]


BEFORE_THE_POLICY: Final = (
    AskedModel("name_list_match", name_list_match.inputs, m02.judged),
    AskedModel("admission_policy", admission_policy.inputs, m01.answer),
    AskedModel("identity_consistency", identity_consistency.inputs, m03.answer),
    AskedModel("ring_fraud_graph", ring_fraud_graph.inputs, m05.answer),
    AskedModel("document_authenticity", document_authenticity.inputs, m07.judged),
    AskedModel("income_recognition", income_recognition.inputs, m15.answer),
    AskedModel("debt_burden", debt_burden.inputs, m14.answer),
    AskedModel("working_capital_demand", working_capital_demand.inputs, m16.answer),
    AskedModel("collateral_guarantee", collateral_guarantee.inputs, m19.answer),
    AskedModel("group_concentration", group_concentration.inputs, m20.answer),
    AskedModel("rate_pricing", rate_pricing.inputs, m18.answer),
)
"""A policy may read what these answer; each stands behind those that it needs."""
AFTER_THE_POLICY: Final = (AskedModel("credit_limit", credit_limit.inputs, m17.answer),)
"""Needs the grade, which the policy gives."""
ASKED: Final = tuple(one.id for one in (*BEFORE_THE_POLICY, *AFTER_THE_POLICY))
"""Every model that is code and may answer in a decision."""


def ask(
    models: Sequence[AskedModel],
    known: Known,
    serve: Serve,
    *,
    refused: Collection[str] = (),
    before: Sequence[Told] = (),
) -> tuple[Told, ...]:
    """What each of them tells, if it is meant for such an applicant and may be trusted."""
    answers = {one.id: one.answer for one in before if one.answer is not None}
    told = []
    for model in models:
        if model.id in refused or known.segment not in BY_ID[model.id].segments:
            continue
        found = _told(model, known, answers, serve)
        if found.answer is not None:
            answers[model.id] = found.answer
        told.append(found)
    return tuple(told)


def _told(model: AskedModel, known: Known, answers: Answers, serve: Serve) -> Told:
    inputs = model.inputs(known, answers)
    if isinstance(inputs, NotAsked):
        return Told(id=model.id, not_asked=inputs.why)
    served = serve(model.id)
    try:
        answer = model.answer(inputs, served.parameters)
    except ModelInputNotValid as error:
        return Told(id=model.id, model=served, refused=(str(error.field), str(error.rule)))
    return Told(id=model.id, model=served, answer=answer)
