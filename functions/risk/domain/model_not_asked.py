"""Why a model is not asked in a decision: everything that it would be asked about is absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Why = Literal[
    "not_screened",
    "no_graph",
    "no_device",
    "no_bank_flow",
    "no_bureau",
    "no_income_source",
    "no_tax",
    "no_lpr",
    "no_security",
    "no_group_facts",
]
WHY_NOT: Final[Mapping[Why, str]] = {
    "not_screened": "未做名单筛查",
    "no_graph": "关联图谱不可用或申请人身份不明",
    "no_device": "无设备与身份核验资料",
    "no_bank_flow": "无银行流水",
    "no_bureau": "无征信报告",
    "no_income_source": "无任何收入来源资料",
    "no_tax": "无纳税资料",
    "no_lpr": "当日LPR未提供",
    "no_security": "申请未提供担保",
    "no_group_facts": "无工商登记与本行关系资料",
}
"""Codes as records keep them, with what people read."""
