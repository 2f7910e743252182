"""Random cases in which something becomes unavailable, and the two answers to compare."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from puhui.contracts.facts import INVOICE_SCHEMA
from puhui.contracts.risk import DecisionRequest
from risk.domain.evaluation import Evaluation
from risk.domain.facts import Fact
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import IndicatorValue, State, Values
from risk.domain.inputs import inputs_of, products_of
from risk.domain.model_told import Told
from risk.domain.policy import SEVERITY, Policy
from risk.domain.policy.document import read_policy
from risk.domain.policy.walk import evaluate
from risk.domain.scorecard import score
from risk.usecases.compute_decision import indicators_of
from tests.support.asked_models import a_hit, screened
from tests.support.risk import AS_OF, MODELS, PARAMETERS, POLICIES, a_request
from tests.support.risk_models import answer_of, golden_inputs
from tests.support.risk_policies import DRAFT, OTHER_INDICATORS, OTHER_PRODUCTS

CARD: Final = MODELS.card("sme_application_score")
PUBLISHED: Final = POLICIES.in_force(AS_OF)
DRAFTED: Final = read_policy(DRAFT.read_bytes())
BUREAU: Final = "bureau/1"
NOT_OK: Final = [state for state in State if state is not State.OK]
USED: Final = sorted(
    (PUBLISHED.inputs | DRAFTED.inputs) & set(DEFINITIONS)
    | {one.indicator for one in CARD.inputs}
    | set(OTHER_INDICATORS)
)

MADE_FROM: Final = {
    product: [name for name in DEFINITIONS if product in products_of(name)]
    for product in (INVOICE_SCHEMA, *OTHER_PRODUCTS)
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything that a decision may depend on."""

    policy: Policy
    request: DecisionRequest
    facts: tuple[Fact, ...]
    values: Values
    screening: Mapping[str, Any]
    lenders: int | None = None
    """Of an applicant who brings a bureau report: what M14 counts."""
    waived: Mapping[str, str] = field(default_factory=dict)

    def evaluated(self) -> Evaluation:
        """The answer."""
        numbers = [self.values[one.indicator].number for one in CARD.inputs]
        return evaluate(
            self.policy,
            inputs_of(
                self.request,
                self.facts,
                self.values,
                screening=self.screening,
                told=self.told,
            ),
            scores={CARD.id: score(CARD, MODELS.contributions_e4(CARD.id, numbers))},
            parameters=PARAMETERS.on(AS_OF),
            waived=self.waived,
        )

    @property
    def told(self) -> tuple[Told, ...]:
        """What the models answer that a policy reads; M14 without a bureau report nothing."""
        level = screened(self.screening)
        brought = any(one.product == BUREAU and one.state is State.OK for one in self.facts)
        if self.lenders is None or not brought:
            return (level,)
        inputs = golden_inputs("debt_burden", lender_count=self.lenders, recent_inquiry_count=0)
        return level, Told(id="debt_burden", answer=answer_of("debt_burden", inputs))


def better(one: Evaluation, other: Evaluation) -> bool:
    """Whether the customer would rather have the first."""
    if SEVERITY[one.verdict] != SEVERITY[other.verdict]:
        return SEVERITY[one.verdict] < SEVERITY[other.verdict]
    if one.verdict != "approve":
        return False
    longest, other_longest = (each.term_cap_months or 360 for each in (one, other))
    return (
        one.limit_fen > other.limit_fen or one.rate_bps < other.rate_bps or longest > other_longest
    )


def pairs(
    firms: Sequence[tuple[Fact, Values]],
    count: int,
    seed: int,
    policies: Sequence[Policy] = (PUBLISHED, DRAFTED),
) -> Iterator[tuple[str, Case, Case]]:
    """So many random cases, each with what it becomes when something is not available."""
    chance = random.Random(seed)
    for _ in range(count):
        fact, values = chance.choice(firms)
        case = _case(chance, fact, values, chance.choice(policies))
        kind = chance.choice(list(LOSSES))
        yield kind, case, LOSSES[kind](chance, case)


def as_seen(fact: Fact, as_of: date) -> tuple[Fact, Values]:
    """A firm's invoices with the indicators that follow from them."""
    return fact, dict(indicators_of([fact], AsOf(as_of)))


def _case(chance: random.Random, fact: Fact, values: Values, policy: Policy) -> Case:
    # Most firms bring everything, and little of it is adverse: the approved can lose most.
    share = chance.choice([1.0] * 4 + [0.4])
    brought = [one for one in OTHER_PRODUCTS if chance.random() < share]
    others = {name: _other(chance, name, brought) for name in OTHER_INDICATORS}
    request = a_request(
        amount_fen=chance.randrange(10, 101) * 1_000_000,
        established_on=chance.choice([None, date(2026, 1, 1), *[date(2012, 1, 1)] * 8]),
        term_months=chance.choice([12] * 9 + [24]),
        application_id=f"app-{chance.randrange(10**6)}",
    )
    return Case(
        policy=policy,
        request=request,
        facts=(fact, *(Fact(product=product, state=State.OK) for product in brought)),
        values={**values, **others},
        screening={
            "state": "ok",
            "hits": [a_hit(key) for key in ("black", "grey", "white") if chance.random() < 0.03],
        },
        lenders=chance.choice([0] * 40 + [1, 4, 7]),
    )


def _other(chance: random.Random, name: str, brought: list[str]) -> IndicatorValue:
    if OTHER_INDICATORS[name].products[0] not in brought:
        return IndicatorValue(State.MISSING)
    usual = 60 if "history" in name else 0
    return IndicatorValue(State.OK, chance.choice([usual] * 40 + [1, 4, 7]), 0)


def _indicators(chance: random.Random, case: Case) -> Case:
    state = chance.choice(NOT_OK)
    lost = chance.sample(USED, chance.choice([1, 1, 2, 5, len(USED)]))
    return _with(case, values={**case.values, **dict.fromkeys(lost, IndicatorValue(state))})


def _what_a_rule_read(chance: random.Random, case: Case) -> Case:
    """The loss that somebody with an interest would choose: what a rule has fired about."""
    fired = [one.rule for one in case.evaluated().outcomes]
    read = [one.name for rule in fired for one in rule.reads if one.name in case.values]
    if not read:
        return _indicators(chance, case)
    lost = dict.fromkeys([chance.choice(read)], IndicatorValue(chance.choice(NOT_OK)))
    return _with(case, values={**case.values, **lost})


def _document(chance: random.Random, case: Case) -> Case:
    """One whole document comes back in another state."""
    state, fact = chance.choice(NOT_OK), chance.choice(case.facts)
    facts = tuple(
        Fact(product=one.product, state=state) if one is fact else one for one in case.facts
    )
    lost = dict.fromkeys(MADE_FROM[fact.product], IndicatorValue(state))
    return _with(case, facts=facts, values={**case.values, **lost})


def _left_out(chance: random.Random, case: Case) -> Case:
    """Some references are not in the request at all."""
    left_out = chance.sample(case.facts, chance.randint(1, len(case.facts)))
    facts = tuple(one for one in case.facts if one not in left_out)
    names = [name for one in left_out for name in MADE_FROM[one.product]]
    lost = dict.fromkeys(names, IndicatorValue(State.MISSING))
    return _with(case, facts=facts, values={**case.values, **lost})


def _everything(chance: random.Random, case: Case) -> Case:
    state = chance.choice(NOT_OK)
    facts = tuple(Fact(product=one.product, state=state) for one in case.facts)
    values = dict.fromkeys(case.values, IndicatorValue(state))
    return _with(case, facts=facts, values=values)


def _screening(chance: random.Random, case: Case) -> Case:
    return _with(case, screening={"state": "missing", "hits": []})


def _founding_day(chance: random.Random, case: Case) -> Case:
    return _with(case, request=case.request.model_copy(update={"established_on": None}))


def _with(case: Case, **changes: Any) -> Case:
    return replace(case, **changes)


LOSSES: Final = {
    "indicators": _indicators,
    "what a rule read": _what_a_rule_read,
    "document": _document,
    "left out": _left_out,
    "everything": _everything,
    "lists": _screening,
    "founding day": _founding_day,
}
