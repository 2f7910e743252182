"""Ask models (询问模型): what the models that are code say of an applicant, before any policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from puhui.contracts.risk import DecisionRequest
from risk.domain.evaluation import Parameters
from risk.domain.facts import Fact
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import Values
from risk.domain.model_inputs.asking import AFTER_THE_POLICY, BEFORE_THE_POLICY, ask
from risk.domain.model_inputs.known import Known, documents_of
from risk.domain.model_told import Told
from risk.domain.models.catalogue import Segment
from risk.domain.record import Given
from risk.domain.statistical import StatisticalAnswer
from risk.ports import Formulas

FARMING = "A"
"""GB/T 4754-2017 section A: agriculture, forestry, animal husbandry and fishery."""


@dataclass(frozen=True)
class AskModels:
    """Gather what is known once, and ask; a model that may not be trusted is not asked."""

    formulas: Formulas

    def known(
        self,
        request: DecisionRequest,
        facts: Sequence[Fact],
        values: Values,
        given: Given,
        parameters: Parameters,
        answers: Sequence[StatisticalAnswer] = (),
    ) -> Known:
        """What there is to ask about."""
        return Known(
            request=request,
            segment=segment_of(request),
            documents=documents_of(facts, AsOf(request.as_of)),
            values=values,
            given=given,
            statistical={one.model.id: one for one in answers},
            parameters=parameters,
        )

    def before_the_policy(self, known: Known) -> tuple[Told, ...]:
        """What a policy may read."""
        refused = known.given.refused_ids
        return ask(BEFORE_THE_POLICY, known, self.formulas.served, refused=refused)

    def after_the_policy(
        self, known: Known, told: Sequence[Told], grade: str | None
    ) -> tuple[Told, ...]:
        """Everything told, with what needs the policy's grade."""
        graded, refused = replace(known, grade=grade), known.given.refused_ids
        more = ask(
            AFTER_THE_POLICY, graded, self.formulas.served, refused=refused, before=tuple(told)
        )
        return (*told, *more)


def segment_of(request: DecisionRequest) -> Segment:
    """Whom the models take an applicant for; a person in agriculture (section A) is a farmer."""
    if request.customer_kind == "firm":
        return "E"
    if request.customer_kind == "sole_proprietor":
        return "S"
    return "F" if request.industry_section == FARMING else "C"
