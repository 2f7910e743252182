"""Indicators of a loan's debtor: documents from `extdata`, computed by `risk`, both by call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from puhui.contracts.extdata import ExternalDataAnswer, ExternalDataQuery
from puhui.contracts.facts import FactReference
from puhui.contracts.monitoring import MonitoringBasis
from puhui.contracts.risk import IndicatorAnswer, IndicatorQuestion
from puhui.errors import PuhuiError
from puhui.lambda_client import LambdaClient
from servicing.domain.warning.observation import Observed, Reading
from servicing.domain.warning.watch import LoanWatch


class AtOnce(Protocol):
    """Applies a function to all products and answers in their order, as `map` does."""

    def __call__(
        self, ask: Callable[[str], ExternalDataAnswer | FactReference], products: Sequence[str], /
    ) -> Iterable[ExternalDataAnswer | FactReference]:
        """One answer for each product."""
        ...


@dataclass(frozen=True)
class LambdaIndicators:
    """`servicing.warning_ports.Indicators` by the functions `query` and `compute-indicators`.

    Without `extdata` there are the documents of the decision only, which grow stale; without
    `risk` nothing can be computed, and every reading says so. What cannot be had today is a
    reading without a value, never an error: a day is closed while a provider is down.
    """

    client: LambdaClient
    query_arn: str | None
    compute_arn: str | None
    at_once: AtOnce = map
    """How the products of one loan are asked for: one after another, or by threads."""

    def at_approval(self, watch: LoanWatch, names: Sequence[str]) -> Mapping[str, Observed] | None:
        """From the documents of the decision, as of its day."""
        basis = watch.basis
        if basis is None or self.compute_arn is None:
            return None
        try:
            answer = self._compute(watch, self.compute_arn, basis.facts, names, basis.decided_on)
        except PuhuiError:
            return None
        return {
            one.name: Observed(value=one.value, on=basis.decided_on)
            for one in answer.readings
            if one.value is not None
        }

    def today(self, watch: LoanWatch, names: Sequence[str], day: date) -> Mapping[str, Reading]:
        """From documents that are asked for today."""
        if self.compute_arn is None:
            return {name: Reading(state="no_risk") for name in names}
        if watch.basis is None:
            return {name: Reading(state="missing") for name in names}
        facts, ages = self._facts(watch, watch.basis, day)
        try:
            answer = self._compute(watch, self.compute_arn, facts, names, day)
        except PuhuiError:
            return {name: Reading(state="vendor_error") for name in names}
        readings = {}
        for one in answer.readings:
            domain = one.name.split(".")[1]
            on = day - timedelta(days=ages.get(domain, 0))
            observed = None if one.value is None else Observed(value=one.value, on=on)
            readings[one.name] = Reading(state=one.state, observed=observed)
        return readings

    def _facts(
        self, watch: LoanWatch, basis: MonitoringBasis, day: date
    ) -> tuple[tuple[FactReference, ...], Mapping[str, int]]:
        """A document for each product of the decision, and how old each is, by domain."""
        if self.query_arn is None:
            return basis.facts, {}
        facts, ages, arn = [], {}, self.query_arn
        products = sorted(watch.products)

        def ask(product: str) -> ExternalDataAnswer | FactReference:
            return self._query(watch, basis, product, day, arn)

        for product, answer in zip(products, self.at_once(ask, products), strict=True):
            facts.append(answer if isinstance(answer, FactReference) else answer.fact)
            if isinstance(answer, ExternalDataAnswer) and answer.age_days is not None:
                ages[DOMAIN_OF[product]] = answer.age_days
        return tuple(facts), ages

    def _query(
        self, watch: LoanWatch, basis: MonitoringBasis, product: str, day: date, arn: str
    ) -> ExternalDataAnswer | FactReference:
        """One product; no consent is a state of its own, whatever else fails an outage."""
        if basis.party_sealed is None or not basis.consent_ids:
            return FactReference(product=product, state="not_consented")
        query = ExternalDataQuery(
            bank_id=watch.bank_id,
            request_id=f"watch-{watch.loan_id}-{day:%Y%m%d}-{product.replace('/', '-')}",
            application_id=watch.application_id,
            branch_id=watch.branch_id,
            product=product,
            purpose="post_loan",
            consent_ids=basis.consent_ids,
            party_sealed=basis.party_sealed,
            region_code=basis.region_code,
            correlation_id=watch.loan_id,
        )
        try:
            answer = self.client.invoke(arn, query.model_dump(mode="json"))
        except PuhuiError:
            return FactReference(product=product, state="vendor_error")
        return ExternalDataAnswer.model_validate(answer)

    def _compute(
        self,
        watch: LoanWatch,
        arn: str,
        facts: Sequence[FactReference],
        names: Sequence[str],
        as_of: date,
    ) -> IndicatorAnswer:
        question = IndicatorQuestion(
            bank_id=watch.bank_id,
            correlation_id=watch.loan_id,
            as_of=as_of,
            facts=tuple(facts),
            names=tuple(names),
        )
        answer = self.client.invoke(arn, question.model_dump(mode="json"))
        return IndicatorAnswer.model_validate(answer)


DOMAIN_OF: Mapping[str, str] = {
    "bureau/1": "bur",
    "tax/1": "tax",
    "invoice/1": "inv",
    "registration/1": "reg",
    "judicial/1": "jud",
    "bank_flow/1": "bnk",
    "multi_lender/1": "mul",
    "social_security/1": "ssf",
    "utility/1": "utl",
    "agriculture/1": "agr",
    "device/1": "dev",
    "relationship/1": "rel",
}
"""The domain of the indicators that come from a product."""
