"""Inputs that the indicator library does not hold, declared here with unit and meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from risk.domain.indicators.library import DEFINITIONS

VERSION_CHARACTERS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input of a model: of the library, or declared."""

    id: str
    name_zh: str
    unit: str
    version: str
    source: str


_DECLARED: Final = (
    ("tech.invention_patents", "有效发明专利件数", "count", "知识产权登记"),
    ("tech.other_patents", "实用新型与外观设计件数", "count", "知识产权登记"),
    ("tech.software_rights", "软件著作权件数", "count", "知识产权登记"),
    ("tech.rd_expense_bps", "近12个月研发费用占销售收入万分比", "bps", "研发费用专项审计"),
    ("tech.rd_staff_percent", "研发人员占比（百分数）", "percent", "企业申报，尽调核实"),
    (
        "tech.qualification_level",
        "科创资质等级（1为国家级小巨人，5为无）",
        "level",
        "工信与科技部门名单",
    ),
    ("tech.core_team_years", "核心团队共事年数", "year", "企业申报，尽调核实"),
    ("tech.core_leavers_l12m", "近12个月核心人员离职数", "count", "企业申报，尽调核实"),
    ("tech.grants_l24m", "近24个月获得政府科技资助项数", "count", "科技部门公示"),
    ("tech.rights_in_dispute", "存在权属纠纷的知识产权件数", "count", "司法与知识产权公告"),
    ("case.days_past_due", "当前逾期天数", "day", "贷款核算"),
    ("case.open_instalments", "未还期数", "count", "贷款核算"),
    ("case.earlier_episodes", "近12期逾期3天以上次数", "count", "贷款核算"),
    ("case.days_since_last_payment", "距上次还款天数", "day", "贷款核算"),
    ("case.answered_percent", "近30天催收电话接通率（百分数）", "percent", "催收记录"),
    ("case.promises_broken", "未兑现还款承诺次数", "count", "催收记录"),
    ("case.promises_kept", "已兑现还款承诺次数", "count", "催收记录"),
    ("case.own_phone_reached", "近30天本人电话可联系", "flag", "催收记录"),
)


def _declared(identity: str, name_zh: str, unit: str, source: str) -> Input:
    text = f"{identity}|{name_zh}|{unit}|{source}"
    version = hashlib.sha256(text.encode()).hexdigest()[:VERSION_CHARACTERS]
    return Input(id=identity, name_zh=name_zh, unit=unit, version=version, source=source)


DECLARED: Final[Mapping[str, Input]] = MappingProxyType(
    {row[0]: _declared(*row) for row in _DECLARED}
)


def input_of(identity: str) -> Input:
    """What is known of an input; an unknown name is a KeyError."""
    if identity in DECLARED:
        return DECLARED[identity]
    found = DEFINITIONS[identity]
    return Input(
        id=found.id,
        name_zh=found.name_zh,
        unit=found.unit.value,
        version=found.version,
        source=found.source,
    )
