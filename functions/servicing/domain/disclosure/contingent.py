"""What only a breach, or the borrower's own wish, would cost (或有成本), with its standard."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from puhui.china.amounts import percent
from puhui.contracts.disclosure import ContingentCost
from puhui.contracts.settlement import SettlementParameters
from servicing.domain.account.rules import ServicingRules
from servicing.domain.plan.methods import method_of
from servicing.domain.schedule import LoanTerms
from servicing.domain.settlement import rules_of

NOT_CHARGED: Final = "不收取"
NOBODY: Final = "无"
PREPAY: Final = "借款人可以随时提前还款"
INTEREST_WAITS: Final = f"{PREPAY}，还款时不收取利息，已计利息于下一还款日收取；全部结清的，"
PREPAY_INTEREST_TEXTS: Final = {
    "ON_PREPAID": f"{PREPAY}，利息计收至还款之日",
    "FULL_PERIOD": f"{PREPAY}，当期利息按整期计收",
    "NONE": f"{INTEREST_WAITS}利息计收至结清之日",
}
ANY_DAY_TEXTS: Final = PREPAY_INTEREST_TEXTS | {
    "ON_PREPAID": PREPAY_INTEREST_TEXTS["NONE"],
    "FULL_PERIOD": f"{INTEREST_WAITS}当期利息按整期计收",
}
"""Where principal is repaid on any day, its interest waits for the interest day."""
PENALTY_BASES: Final = {
    "OVERDUE_PRINCIPAL": "未按期归还的本金，自逾期之日起",
    "WHOLE_PRINCIPAL": "本金逾期的，对全部剩余本金，自逾期之日起",
    "NONE": "未按期归还本金",
}


def contingent_costs(
    settlement: SettlementParameters, terms: LoanTerms, lender: str
) -> tuple[ContingentCost, ...]:
    """Overdue, misuse, compound interest, prepayment: each with standard and collector."""
    rules, annual_rate_bps = rules_of(settlement), terms.annual_rate_bps
    return (
        _overdue(settlement, rules, annual_rate_bps, lender),
        _misuse(rules, annual_rate_bps, lender),
        _compound(settlement, rules, annual_rate_bps, lender),
        _prepayment(settlement, terms.method, lender),
    )


def _overdue(
    settlement: SettlementParameters, rules: ServicingRules, annual_rate_bps: int, lender: str
) -> ContingentCost:
    late = _late_pct(rules, annual_rate_bps)
    charged = settlement.penalty_mode != "NONE"
    if settlement.penalty_type == "FIXED":
        standard = f"年利率{percent(late)}"
    else:
        standard = f"合同利率加收{rules.penalty_uplift_pct}%，即年利率{percent(late)}"
    grace = f"（宽限期{settlement.grace_days}天）" if settlement.grace_days else ""
    return ContingentCost(
        code="overdue",
        name="逾期罚息",
        charged_when=f"{PENALTY_BASES[settlement.penalty_mode]}{grace}",
        standard=standard if charged else NOT_CHARGED,
        annual_pct=late if charged else None,
        collector=lender if charged else NOBODY,
    )


def _misuse(rules: ServicingRules, annual_rate_bps: int, lender: str) -> ContingentCost:
    rate = Decimal(annual_rate_bps * (100 + rules.misuse_uplift_pct)).scaleb(-4)
    return ContingentCost(
        code="misuse",
        name="挪用罚息",
        charged_when="未按约定用途使用的本金，自违约之日起；与逾期罚息不并处，按较高者计收",
        standard=f"合同利率加收{rules.misuse_uplift_pct}%，即年利率{percent(rate)}",
        annual_pct=rate,
        collector=lender,
    )


def _compound(
    settlement: SettlementParameters, rules: ServicingRules, annual_rate_bps: int, lender: str
) -> ContingentCost:
    late = _late_pct(rules, annual_rate_bps)
    charged = settlement.compound_interest and settlement.penalty_mode != "NONE"
    return ContingentCost(
        code="compound",
        name="复利",
        charged_when="未按期支付的利息，自逾期之日起",
        standard=f"罚息利率，即年利率{percent(late)}" if charged else NOT_CHARGED,
        annual_pct=late if charged else None,
        collector=lender if charged else NOBODY,
    )


def _prepayment(settlement: SettlementParameters, method: str, lender: str) -> ContingentCost:
    months, rule = settlement.prepay_fee_months, settlement.prepay_interest
    waits = method_of(method).principal_any_time
    return ContingentCost(
        code="prepayment",
        name="提前还款违约金",
        charged_when=(ANY_DAY_TEXTS if waits else PREPAY_INTEREST_TEXTS)[rule],
        standard=f"按提前归还的本金计收{months}个月的合同利息" if months else NOT_CHARGED,
        annual_pct=None,
        collector=lender if months else NOBODY,
    )


def _late_pct(rules: ServicingRules, annual_rate_bps: int) -> Decimal:
    """Hundredths of a basis point as percent."""
    return Decimal(rules.late_rate(annual_rate_bps)).scaleb(-4)
