"""How a plan's own rules are told to the borrower (还款方式、收取方式、利率方式)."""

from __future__ import annotations

from typing import Final

from puhui.china.amounts import percent
from puhui.contracts.settlement import SettlementParameters
from puhui.settlement_names import value_name
from servicing.domain.plan.methods import method_of
from servicing.domain.schedule import LoanTerms
from servicing.domain.settlement import profile_of

REST_DAYS: Final = "休息日以放款时已公布的放假安排为准，未公布的年份以周六、周日为准"
SHIFTS: Final = {
    "NEXT": f"还款日遇休息日的，顺延至下一工作日（{REST_DAYS}）",
    "PREVIOUS": f"还款日遇休息日的，提前至上一工作日（{REST_DAYS}）",
}
INTEREST_ONLY: Final = ("INTEREST_FIRST", "REVOLVING")
REPRICING_DAYS: Final = {"ANNIVERSARY": "每年的放款对应日", "EACH_PERIOD": "每个还款日"}


def method_name(terms: LoanTerms, settlement: SettlementParameters) -> str:
    """The method and what its product adds: 等额本金（按月还款，按120个月摊还，…）."""
    name, added = method_of(terms.method).name, _added(terms, settlement)
    period = value_name("instalment_period", settlement)
    often = f"{period}{'付息' if terms.method in INTEREST_ONLY else '还款'}"
    every = profile_of(settlement).every_months
    if method_of(terms.method).at_once or (every == 1 and not added):
        return name
    return f"{name}（{'，'.join((often, *added))}）"


def _added(terms: LoanTerms, settlement: SettlementParameters) -> list[str]:
    repaying = profile_of(settlement).repaying_by(terms.method)
    months = settlement.amortisation_months or 0
    told = []
    if repaying["amortised_over"] and months > terms.term_months:
        told.append(f"按{months}个月摊还，到期归还剩余本金")
    if repaying["percent"]:
        told.append(f"每期归还本金的{percent(repaying['percent'])}，到期归还剩余本金")
    if repaying["principal_grace"]:
        told.append(f"前{repaying['principal_grace']}期只付息不还本")
    return told


def charged_how(method: str, settlement: SettlementParameters) -> str:
    """How interest is charged: by the plan, and what moves its days or its first instalment."""
    told = [f"{method_of(method).name}，按还款计划逐期收取"]
    if profile_of(settlement).repaying_by(method)["first_by_days"]:
        told.append("首期利息按实际天数计收")
    if settlement.holiday_shift != "NONE":
        told.append(SHIFTS[settlement.holiday_shift])
    return "；".join(told)


def rate_basis(settlement: SettlementParameters) -> str:
    """Whether the rate is fixed; a floating one is told with its day, and how it was reckoned."""
    if settlement.repricing == "NONE":
        return "固定利率，借款期限内利率不作调整"
    day = REPRICING_DAYS.get(settlement.repricing, f"每年{settlement.repricing_day}")
    from_when = "" if settlement.segment_interest else "，新利率自当日起的首个还款日起执行"
    return (
        f"浮动利率，以贷款市场报价利率（LPR）加减点确定，{day}按当日适用的LPR重定价{from_when}，"
        "本表按放款时的利率测算"
    )
