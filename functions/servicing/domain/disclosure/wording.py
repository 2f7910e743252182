"""How a plan's own rules are told to the borrower (还款方式、收取方式、利率方式)."""

from __future__ import annotations

from typing import Final

from puhui.china.amounts import percent
from puhui.contracts.settlement import SettlementParameters
from servicing.domain.plan.methods import method_of
from servicing.domain.schedule import LoanTerms
from servicing.domain.settlement import profile_of

REST_DAYS: Final = "休息日以放款时已公布的放假安排为准，未公布的年份以周六、周日为准"
SHIFTS: Final = {
    "NEXT": f"还款日遇休息日的，顺延至下一工作日（{REST_DAYS}）",
    "PREVIOUS": f"还款日遇休息日的，提前至上一工作日（{REST_DAYS}）",
}
REPRICING_DAYS: Final = {"ANNIVERSARY": "每年的放款对应日", "EACH_PERIOD": "每个还款日"}


def method_name(terms: LoanTerms, settlement: SettlementParameters) -> str:
    """The method with what its product adds: 等额本息（按120个月摊还，到期归还剩余本金）."""
    method, repaying = terms.method, profile_of(settlement).repaying_by(terms.method)
    told = [
        f"按{repaying['amortised_over']}个月摊还，到期归还剩余本金"
        if (repaying["amortised_over"] or 0) > terms.term_months
        else "",
        f"每期归还本金的{percent(repaying['percent'])}，到期归还剩余本金"
        if repaying["percent"]
        else "",
        f"前{repaying['principal_grace']}期只付息不还本" if repaying["principal_grace"] else "",
    ]
    added = "，".join(text for text in told if text)
    name = method_of(method).name
    return f"{name}（{added}）" if added else name


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
