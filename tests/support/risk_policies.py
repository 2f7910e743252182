"""The draft that asks more data products, with the indicators that it reads of them."""

from __future__ import annotations

from typing import Final

from risk.adapters.packaged_policies import MODULE
from risk.domain.inputs import InputDefinition, definition_of

DRAFT: Final = MODULE / "policies" / "drafts" / "sme_invoice_loan-2027.1.1.json"
OTHER_PRODUCTS: Final = ("bureau/1", "judicial/1", "multi_lender/1", "registration/1", "tax/1")
_OTHERS: Final = {
    "own.bur.queries.all.l3m.cnt_org": ("近3个月查询机构数", "count", "bureau/1"),
    "own.bur.overdue.m3p.l24m.cnt_month": ("近24个月M3及以上逾期月数", "month", "bureau/1"),
    "own.bur.history.all.now.value": ("截至当日信用历史月数", "month", "bureau/1"),
    "own.mul.id.all.l3m.cnt_org": ("近3个月多头申请机构数", "count", "multi_lender/1"),
    "ent.tax.credit_grade.all.now.value": ("截至当日纳税信用等级", "level", "tax/1"),
    "ent.jud.list.dishonest.now.cnt": ("截至当日失信企业记录次数", "count", "judicial/1"),
    "own.jud.list.dishonest.now.cnt": ("截至当日失信企业主记录次数", "count", "judicial/1"),
    "ent.reg.anomaly.abnormal_operation.now.cnt": ("经营异常次数", "count", "registration/1"),
    "ent.reg.anomaly.serious_illegal.now.cnt": ("严重违法次数", "count", "registration/1"),
}
OTHER_INDICATORS: Final = {
    name: InputDefinition(name=name, name_zh=zh, unit=unit, products=(product,))
    for name, (zh, unit, product) in _OTHERS.items()
}


def catalogue(name: str) -> InputDefinition | None:
    """The library, and the indicators of other products that the draft reads."""
    return definition_of(name) or OTHER_INDICATORS.get(name)
