"""The settlement dictionary (结算参数字典): each parameter's source code and Chinese names.

The codes are those of a Chinese settlement system's parameter table; a value without a code is
ours and has no counterpart there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from puhui.contracts.settlement import SettlementParameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a parameter: the name that people read, and its value in the source."""

    name: str
    source_value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter: what people read, the source's code, and its values if it has a list."""

    name: str
    source_code: str | None
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    unit: str = ""


def _v(name: str, source_value: str | None = None) -> Value:
    return Value(name=name, source_value=source_value)


def _p(name: str, code: str | None, unit: str = "", **values: Value) -> Parameter:
    return Parameter(
        name=name,
        source_code=code,
        unit=unit,
        values=MappingProxyType({key.removeprefix("_"): value for key, value in values.items()}),
    )


SETTLEMENT_DICTIONARY: Final[Mapping[str, Parameter]] = MappingProxyType(
    {
        "interest_calc": _p(
            "计息方式",
            "INT_MOD_FLG",
            DAILY=_v("积数计息（按日）", "1"),
            PERIOD=_v("逐笔计息（按期）", "2"),
        ),
        "year_days": _p(
            "计息年基",
            "YEAR_BASE_FLG",
            _360=_v("一年360天", "1"),
            _365=_v("一年365天", "2"),
            ACTUAL=_v("实际天数", "3"),
            _364=_v("一年364天（52周）"),
        ),
        "month_days": _p(
            "计息天数",
            "INT_DAYS_FLG",
            ACTUAL=_v("按实际天数", "1"),
            _30=_v("对年对月对日（每月30天）", "2"),
        ),
        "segment_interest": _p("利率变动分段计息", "SEG_FLG"),
        "head_tail": _p(
            "头尾计息",
            "HEAD_TAIL_FLG",
            HEAD=_v("算头不算尾", "1"),
            BOTH=_v("头尾都算", "2"),
            TAIL=_v("算尾不算头", "3"),
        ),
        "rounding": _p(
            "利息取舍",
            "INT_RND_FLG",
            HALF_UP=_v("四舍五入", "1"),
            DOWN=_v("舍去", "2"),
            UP=_v("进位", "3"),
            HALF_EVEN=_v("银行家舍入"),
        ),
        "decimals": _p("利息小数位", None, "位"),
        "penalty_mode": _p(
            "罚息计收方式",
            "PEN_MOD",
            NONE=_v("不计罚息", "0"),
            OVERDUE_PRINCIPAL=_v("对逾期本金计罚息", "1"),
            WHOLE_PRINCIPAL=_v("对全部本金计罚息", "2"),
        ),
        "grace_days": _p("宽限期", None, "天"),
        "grace_interest": _p(
            "宽限期内计息",
            "IN_PEN_FLG",
            NONE=_v("不计息", "0"),
            NORMAL=_v("按正常利率计息", "1"),
            PENALTY=_v("按罚息利率计息", "2"),
        ),
        "penalty_type": _p(
            "罚息利率类型",
            "PEN_TYP",
            FLOATING=_v("在合同利率上加收"),
            FIXED=_v("固定罚息利率"),
        ),
        "penalty_uplift_pct": _p("逾期加收比例", None, "%"),
        "penalty_rate_bps": _p("固定罚息年利率", None, "基点"),
        "misuse_uplift_pct": _p("挪用加收比例", None, "%"),
        "compound_interest": _p("对欠息计收复利", None),
        "prepay_strategy": _p(
            "提前还款后的还款计划",
            "PAY_CHG_FLG",
            REDUCE_INSTALLMENT=_v("期限不变，减少每期还款", "1"),
            SHORTEN_TERM=_v("每期还款不变，缩短期限", "2"),
            ABSORB_NEXT=_v("冲抵下一期"),
        ),
        "prepay_interest": _p(
            "提前还款计息",
            "CUR_INT_FLG",
            NONE=_v("还款时不收息", "0"),
            FULL_PERIOD=_v("收取整期利息", "1"),
            ON_PREPAID=_v("对提前归还的本金收息", "2"),
        ),
        "prepay_fee_months": _p("提前还款违约金", "BRH_MOD", "个月利息"),
        "allocation": _p(
            "还款冲抵顺序",
            "OVD_PRI_FLG",
            BY_INSTALMENT=_v("横向（逐期冲抵）", "1"),
            BY_COMPONENT=_v("纵向（逐项冲抵）", "2"),
        ),
        "repricing": _p(
            "利率重定价方式",
            "RES_MOD",
            NONE=_v("固定利率，不重定价"),
            ANNIVERSARY=_v("按放款对年日", "1"),
            FIXED_DATE=_v("每年固定日期", "2"),
            EACH_PERIOD=_v("每个还款期", "3"),
        ),
        "repricing_day": _p("重定价日（月-日）", None),
        "holiday_shift": _p(
            "节假日顺延",
            "RES_HOL_FLG",
            NONE=_v("不调整"),
            NEXT=_v("顺延至下一工作日"),
            PREVIOUS=_v("提前至上一工作日"),
        ),
        "due_day": _p(
            "还款日",
            "REPAY_DT_FLG",
            DRAWDOWN_DAY=_v("放款对应日"),
            FIXED=_v("每月固定日"),
        ),
        "due_day_of_month": _p("固定还款日", None, "日"),
        "first_period": _p(
            "首期规则",
            "FST_TM_FLG",
            THIS_MONTH=_v("当月首期"),
            NEXT_MONTH=_v("次月首期"),
            FULL_MONTH=_v("满一个月后首期"),
        ),
        "first_instalment": _p(
            "等额本息首期还款额",
            "FST_PAY_FLG",
            NORMAL=_v("与各期相同"),
            ACTUAL_DAYS=_v("按实际天数计算"),
        ),
        "instalment_period": _p(
            "还款周期",
            None,
            MONTH=_v("按月", "01"),
            QUARTER=_v("按季", "03"),
            HALF_YEAR=_v("按半年", "06"),
            YEAR=_v("按年", "12"),
        ),
        "amortisation_months": _p("气球贷摊还期限", None, "个月"),
        "principal_share_bps": _p("每期还本比例", None, "基点"),
        "principal_grace": _p("还本宽限期", None, "期"),
        "non_accrual_after_days": _p("逾期转非应计天数", "TNSC_FLG", "天"),
    }
)
"""By field of `SettlementParameters`, in its order."""


def value_name(parameter: str, settlement: SettlementParameters) -> str:
    """A parameter's value as people read it: 是, 50%, 四舍五入."""
    described = SETTLEMENT_DICTIONARY[parameter]
    value = getattr(settlement, parameter)
    if value is None:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    known = described.values.get(str(value))
    return f"{value}{described.unit}" if known is None else known.name
