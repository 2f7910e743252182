"""Compute indicators (计算指标): named indicators as of a day, for whoever watches a loan."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.contracts.risk import IndicatorAnswer, IndicatorQuestion, IndicatorReading
from puhui.tenancy import bank_id
from risk.domain.errors import IndicatorNotFound
from risk.domain.indicators.library import ALL_DEFINITIONS, LIBRARY_SHA256
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import IndicatorValue
from risk.usecases.compute_decision import indicators_of
from risk.usecases.read_facts import ReadFacts

NAMES = frozenset(one.id for one in ALL_DEFINITIONS)


@dataclass(frozen=True)
class ComputeIndicators:
    """Read the documents and answer the indicators that were named, in their order.

    A document that cannot be had makes its indicators `missing`, `stale` …, never zero;
    `IndicatorNotFound` names what the catalogue does not have.
    """

    read_facts: ReadFacts

    def __call__(self, question: IndicatorQuestion) -> IndicatorAnswer:
        unknown = sorted(set(question.names) - NAMES)
        if unknown:
            rule = "must be in the indicator catalogue"
            raise IndicatorNotFound(f"names: {unknown[0]} {rule}", field="names", rule=rule)
        facts = self.read_facts(bank_id(question.bank_id), question.facts)
        values = indicators_of(facts, AsOf(question.as_of))
        return IndicatorAnswer(
            as_of=question.as_of,
            library_sha256=LIBRARY_SHA256,
            readings=tuple(_reading(name, values[name]) for name in question.names),
        )


def _reading(name: str, value: IndicatorValue) -> IndicatorReading:
    return IndicatorReading(name=name, state=value.state.value, value=value.decimal)
