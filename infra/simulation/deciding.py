"""Who gets a loan: firms by the policy in force, owners and farmers by the model of their segment.

The shipped policy is for firms with invoices; the owner of a firm stands surety (实控人保证), and
M09 must say of this owner what it must say of one who asks himself. For the others the rule is:
every document is there, M04 and M06 find nothing, and the segment's score (M09, M10, of people
without a credit account M11) gives a probability of default of at most `max_pd_percent`; the price
is M18's. Whatever belongs to a person (转人工) is not lent: the simulation has no underwriter.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

from infra.simulation.asking import Asking
from infra.simulation.models import Models
from infra.simulation.options import (
    BANK,
    BRANCH,
    BROKER_LINE_PPM,
    FRAUD_LINE_PPM,
    FUNDING_BPS,
    LEAST_FEN,
    LEAST_RATE_BPS,
    MOST_FEN,
    MOST_RATE_BPS,
    PPM_PER_PERCENT,
    PRODUCT_CODE,
    TERM_MONTHS,
)
from infra.simulation.papers import PRODUCTS, facts_on, values_on
from puhui.china import lpr
from puhui.contracts.risk import DecisionRequest, Verdict
from risk.adapters.carded_formulas import CardedFormulas
from risk.adapters.onnx_models import OnnxModels
from risk.adapters.packaged_policies import PackagedParameters, PackagedPolicies
from risk.adapters.zen_tables import ZenTables
from risk.domain.backtest import Applicant
from risk.domain.evaluation import Evaluation
from risk.domain.facts import Fact
from risk.domain.indicators.values import State, Values
from risk.domain.policy.walk import evaluate
from risk.usecases.ask_models import AskModels
from risk.usecases.back_test_policy import inputs_of_trial
from risk.usecases.compute_decision import scores_of
from sandbox.domain.applicant import Applicant as Papers
from sandbox.domain.economy.trade import books_of
from sandbox.domain.providers.books import months_before

LGD_PPM: Final = 450_000
"""As in functions/risk/parameters/pricing.json ✎."""
OWNER: Final = "owner_application_score"
SCORES: Final = {"S": OWNER, "F": "farmer_credit_rating"}
THIN: Final = "thin_file_score"
FRAUD: Final = "application_fraud_score"
BROKER: Final = "broker_detection"
PRICE: Final = "rate_pricing"
PUBLICATION_DAY: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided about an application, by which rule, and why."""

    verdict: Verdict
    by: str
    """The policy with its version, or the model of the segment."""
    why: tuple[str, ...]
    pd_ppm: int | None = None
    amount_fen: int = 0
    rate_bps: int = 0
    operating_bps: int = 0
    """What a year of work on such a loan costs, by M18."""
    values: Values = field(default_factory=dict, compare=False, repr=False)
    """The indicators that were known."""


@dataclass(frozen=True)
class Decide:
    """Decide about an application from the documents of its month."""

    models: Models
    max_pd_percent: int
    policies: PackagedPolicies = field(default_factory=PackagedPolicies)
    tables: PackagedParameters = field(default_factory=PackagedParameters)

    def __call__(self, asking: Asking) -> Decided:
        member, day = asking.member, asking.asked_on.replace(day=1)
        facts = facts_on(member, PRODUCTS[member.segment])
        values = values_on(facts, day)
        papers = books_of(member).applicant
        rule = self._by_policy if member.segment == "E" else self._by_model
        return replace(rule(asking, papers, facts, values), values=values)

    def _by_policy(
        self, asking: Asking, papers: Papers, facts: list[Fact], values: Values
    ) -> Decided:
        """As a back-test asks the policy: nobody stands on a list, nothing is waived."""
        day = asking.asked_on.replace(day=1)
        policy, parameters = self.policies.in_force(day), self.tables.on(day)
        request = _request(asking, papers, day)
        applicant = Applicant(subject=asking.application_id, request=request, facts=tuple(facts))
        found = evaluate(
            policy,
            inputs_of_trial(self._listening, self._asking, applicant, values, parameters),
            scores=scores_of(self._listening, policy, values),
            parameters=parameters,
            engine=ZenTables(),
        )
        told = self._told(f"{policy.id} {policy.version}", found, day)
        owner_ppm = self.models.probability_ppm(BANK, OWNER, values)
        if told.verdict == "approve" and self._is_too_risky(owner_ppm):
            return Decided(verdict="decline", by=told.by, why=("OWNER_PD_TOO_HIGH",))
        return told

    def _is_too_risky(self, pd_ppm: int) -> bool:
        return pd_ppm > self.max_pd_percent * PPM_PER_PERCENT

    def _told(self, by: str, found: Evaluation, day: date) -> Decided:
        pd_ppm = None if found.score is None else found.score.pd_ppm
        cost = 0
        if found.verdict == "approve":
            cost = self._price("E", day, found.limit_fen, pd_ppm or 0)[1]
        return Decided(
            verdict=found.verdict,
            by=by,
            why=tuple(sorted({one.rule.code for one in found.outcomes})),
            pd_ppm=pd_ppm,
            amount_fen=found.limit_fen if found.verdict == "approve" else 0,
            rate_bps=found.rate_bps if found.verdict == "approve" else 0,
            operating_bps=cost,
        )

    def _by_model(
        self, asking: Asking, papers: Papers, facts: list[Fact], values: Values
    ) -> Decided:
        member = asking.member
        score = _score_of(asking)
        pd_ppm = self.models.probability_ppm(BANK, score, values)
        missing = [one.product for one in facts if one.state is not State.OK]
        doubts = [f"MISSING {one}" for one in missing]
        for model, line in ((FRAUD, FRAUD_LINE_PPM), (BROKER, BROKER_LINE_PPM)):
            if self.models.probability_ppm(BANK, model, values) > line:
                doubts.append(model.upper())
        if self._is_too_risky(pd_ppm):
            return Decided(verdict="decline", by=score, why=("PD_TOO_HIGH",), pd_ppm=pd_ppm)
        if doubts:
            return Decided(verdict="refer", by=score, why=tuple(doubts), pd_ppm=pd_ppm)
        amount = min(papers.amount.minor, MOST_FEN[member.segment])
        rate, cost = self._price(member.segment, asking.asked_on, amount, pd_ppm)
        if rate is None:
            return Decided(verdict="decline", by=score, why=("PRICE_ABOVE_CAP",), pd_ppm=pd_ppm)
        return Decided(
            verdict="approve",
            by=score,
            why=(),
            pd_ppm=pd_ppm,
            amount_fen=amount,
            rate_bps=rate,
            operating_bps=cost,
        )

    def _price(self, segment: str, day: date, amount: int, pd_ppm: int) -> tuple[int | None, int]:
        """M18's rate and the cost of work in it."""
        inputs = {
            "priced_on": day.isoformat(),
            "term_months": TERM_MONTHS,
            "publication": _publication(day),
            "segment": segment,
            "amount_fen": amount,
            "pd_ppm": pd_ppm,
            "lgd_ppm": LGD_PPM,
            "ftp_bps": FUNDING_BPS,
            "policy_discount_bps": None,
            "product_min_bps": LEAST_RATE_BPS,
            "product_max_bps": MOST_RATE_BPS,
        }
        answer = self.models.ask(BANK, PRICE, inputs).answer
        return answer["rate_bps"], int(answer["operating_bps"])

    @cached_property
    def _listening(self) -> OnnxModels:
        return OnnxModels(self.models.cards)

    @cached_property
    def _asking(self) -> AskModels:
        return AskModels(CardedFormulas(self.models.cards))


def _score_of(asking: Asking) -> str:
    """Owners without a credit account have a model of their own, until they have had a loan."""
    thin = asking.member.segment == "S" and asking.member.thin and asking.times == 1
    return THIN if thin else SCORES[asking.member.segment]


def _publication(day: date) -> dict[str, Any] | None:
    """After the packaged history the last LPR known is taken to stand, published every month."""
    if not lpr.is_assumed(day):
        return None
    month = day if day.day >= PUBLICATION_DAY else months_before(day, 1)
    rates = lpr.on(day)
    return {
        "published_on": month.replace(day=PUBLICATION_DAY).isoformat(),
        "one_year_bps": rates.one_year_bps,
        "five_year_bps": rates.five_year_bps,
    }


def _request(asking: Asking, papers: Papers, day: date) -> DecisionRequest:
    segment = asking.member.segment
    return DecisionRequest(
        application_id=asking.application_id,
        correlation_id=asking.application_id,
        customer_id=asking.customer_id,
        bank_id=BANK,
        branch_id=BRANCH,
        customer_kind=papers.party.kind,
        product_code=PRODUCT_CODE[segment],
        amount_fen=papers.amount.minor,
        min_amount_fen=LEAST_FEN,
        max_amount_fen=MOST_FEN[segment],
        min_rate_bps=LEAST_RATE_BPS,
        max_rate_bps=MOST_RATE_BPS,
        term_months=TERM_MONTHS,
        region_code=papers.region_code,
        industry_section=asking.member.section,
        as_of=day,
        established_on=papers.established_on,
        facts=(),
    )
