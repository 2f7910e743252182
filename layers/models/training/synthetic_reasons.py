"""Reasons of the trained models: a code and a text for staff of each input, a mild one outside."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from layers.models.training.synthetic_inputs import Input

LONGEST_CODE: Final = 60
CUSTOMER_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dev": "申请时的设备与填写信息有待进一步核实",
        "mul": "近期在多家机构申请贷款较多",
        "bur": "征信记录中的负债、逾期或查询情况需要关注",
        "bnk": "账户流水的规模或稳定性有待提高",
        "ssf": "社保缴存的连续性有待提高",
        "rel": "与本行的往来有待积累",
        "rel.repay": "在本行的还款记录需要关注",
        "utl": "水电缴费情况需要关注",
        "agr": "生产经营或信用村评议情况有待提高",
        "jud": "存在需要关注的诉讼信息",
        "reg": "企业登记或资质情况有待完善",
        "tax": "纳税与申报情况有待提高",
        "inv": "开票经营的规模或稳定性有待提高",
        "tech": "科技创新能力有待提高",
        "case": "近期还款与联系情况需要关注",
    }
)
"""By domain or matter in it, for a customer is told the matter and never the measure."""


def reason_of(one: Input, sign: int) -> dict[str, str]:
    """Why an input weighs on a score: its name and the side that is riskier."""
    parts = one.id.split(".")
    domain = parts[1] if len(parts) > 2 else parts[0]
    matter = ".".join(parts[1:3])
    if one.unit == "flag":
        side = "：是" if sign > 0 else "：否或未知"
    else:
        side = "偏高" if sign > 0 else "偏低"
    code = "SCORE_" + "_".join(parts).upper()
    return {
        "code": code[:LONGEST_CODE],
        "text": f"{one.name_zh}{side}",
        "customer_text": CUSTOMER_TEXTS.get(matter, CUSTOMER_TEXTS[domain]),
    }
