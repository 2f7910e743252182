"""The 综合融资成本明示表 of a loan (金规〔2026〕2号)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from puhui.contracts.disclosure import CostDisclosure, CostItem, LoanFee
from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from puhui.money import Money
from servicing.domain.disclosure.contingent import contingent_costs
from servicing.domain.disclosure.cost import (
    all_in_cost_pct,
    contract_pct,
    convention,
    yearly_pct,
)
from servicing.domain.disclosure.fees import ChargedFee, charged_fees
from servicing.domain.disclosure.wording import charged_how, method_name, rate_basis
from servicing.domain.plan import Plan
from servicing.domain.schedule import Schedule

NOTHING_ELSE: Final = (
    "除本表列明的项目外，贷款人及其合作机构不向借款人收取任何其他利息、费用，"
    "不预先在本金中扣除利息。"
)
THE_LENDER: Final = "贷款人"
"""Who collects interest, where whoever asks does not say the bank's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTerms:
    """What besides the plan decides what a loan costs."""

    lender: str = THE_LENDER
    fees: Sequence[LoanFee] = ()
    settlement: SettlementParameters = CN_DEFAULT


def cost_disclosure(plan: Plan, schedule: Schedule, cost: CostTerms) -> CostDisclosure:
    """Everything that the borrower pays if the loan is repaid as planned, and if it is not."""
    terms = schedule.terms
    fees = charged_fees(cost.fees, schedule)
    total_fees = Money.total(fee.total for fee in fees)
    return CostDisclosure(
        lender=cost.lender,
        principal_fen=terms.principal.minor,
        annual_rate_bps=terms.annual_rate_bps,
        term_months=terms.term_months,
        method=terms.method,
        method_name=method_name(terms, cost.settlement),
        rate_basis=rate_basis(cost.settlement),
        disbursement_date=terms.disbursement_date,
        maturity_date=schedule.maturity_date,
        schedule_sha256=schedule.sha256,
        items=(_interest(schedule, cost), *(_fee(fee, schedule) for fee in fees)),
        total_cost_fen=(schedule.total_interest + total_fees).minor,
        apr_pct=all_in_cost_pct(plan, fees),
        convention=convention(plan.terms.frequency.every),
        contingent=contingent_costs(cost.settlement, terms, cost.lender),
        statement=NOTHING_ELSE,
    )


def _interest(schedule: Schedule, cost: CostTerms) -> CostItem:
    terms = schedule.terms
    return CostItem(
        kind="interest",
        name="贷款利息",
        charged_how=charged_how(terms.method, cost.settlement),
        annual_pct=contract_pct(terms.annual_rate_bps),
        amount_fen=schedule.total_interest.minor,
        collector=cost.lender,
    )


def _fee(charged: ChargedFee, schedule: Schedule) -> CostItem:
    return CostItem(
        kind=charged.fee.kind,
        name=charged.fee.name,
        charged_how=charged.charged_how,
        annual_pct=yearly_pct(charged.total, schedule),
        amount_fen=charged.total.minor,
        collector=charged.fee.payee,
    )
