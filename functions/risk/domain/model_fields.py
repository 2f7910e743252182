"""What policies and readers may name of the answers of models that are code.

    model.debt_burden.multi_lender_level      one of the words, the best first
    model.credit_limit.limit_fen              a number with the unit of its name

A word that only says that nothing is known (`undetermined`, `unidentified`) has no place in the
order: a policy reads null, as of a model that was not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, Literal

PREFIX: Final = "model."
UNKNOWN: Final = "不明"
USUAL_LEVEL: Final = 3
LEVELS: Final[Mapping[str, int]] = {"identity_consistency": 4}
"""Sensitivity (JR/T 0197) of an answer: that of the most sensitive fact that it was made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelField:
    """One field of a model's answer."""

    model: str
    field: str
    name_zh: str
    unit: str
    """`text`, or the unit that the numbers of policies have."""
    words: Mapping[str, str] | None = None
    """Every word with its Chinese name, from the best to the worst."""
    unknown: Mapping[str, str] | None = None
    """Words that say that nothing is known."""
    worse: Literal["higher", "lower"] | None = None
    """In which direction a number is worse."""
    lowest: int | None = 0
    products: tuple[str, ...] = ()
    """The documents without which it is always null."""
    unless: str | None = None
    """A flag of the answer that says that the field follows from unknown facts alone."""
    for_policies: bool = True
    """False where the model answers after the policy, or where no decision asks it yet."""

    @property
    def name(self) -> str:
        """As policies write it."""
        return f"{PREFIX}{self.model}.{self.field}"

    def known(self, answer: Any) -> Any:
        """The field of an answer, or None where it says that nothing is known."""
        if answer is None or (self.unless is not None and getattr(answer, self.unless)):
            return None
        found = getattr(answer, self.field)
        return None if self.unknown is not None and found in self.unknown else found

    def told(self, answer: Mapping[str, Any]) -> str:
        """A recorded answer's field as people read it: what is not known is said to be so."""
        value = answer[self.field]
        if value is None or (self.unless is not None and answer[self.unless]):
            return UNKNOWN
        if self.words is not None:
            return {**self.words, **(self.unknown or {})}[value]
        if self.unit == "fen":
            return f"{Decimal(value).scaleb(-2):,.2f}元"
        if self.unit == "ppm":
            return f"{Decimal(value).scaleb(-4):.2f}%"
        return f"{Decimal(value).scaleb(-2):.2f}%" if self.unit == "bps" else f"{value}"


def _word(path: str, name_zh: str, words: Mapping[str, str], **others: Any) -> ModelField:
    model, _, field = path.partition(".")
    return ModelField(model=model, field=field, name_zh=name_zh, unit="text", words=words, **others)


def _number(
    path: str, name_zh: str, worse: Literal["higher", "lower"], **others: Any
) -> ModelField:
    """The unit is the end of the field's name."""
    model, _, field = path.partition(".")
    unit = field.rpartition("_")[2]
    return ModelField(model=model, field=field, name_zh=name_zh, unit=unit, worse=worse, **others)


_UNDETERMINED: Final = {"undetermined": "无法判断"}
_BUREAU: Final = ("bureau/1",)
_BANK: Final = ("bank_flow/1",)
_INCOME_AND_DEBT: Final = (*_BANK, *_BUREAU)
_ALL: Final = (
    _word(
        "name_list_match.level",
        "名单筛查等级",
        {"white": "白名单", "none": "未命中", "grey": "灰名单", "black": "黑名单"},
        unknown={"unidentified": "身份不明"},
    ),
    _word(
        "admission_policy.decision",
        "客户准入结论",
        {"pass": "准入", "refer": "转人工", "reject": "拒绝"},
        unless="incomplete",
        products=("bureau/1", "judicial/1", "multi_lender/1"),
    ),
    _word(
        "identity_consistency.result",
        "身份核验结论",
        {"consistent": "一致", "doubt": "存疑", "inconsistent": "不一致"},
        products=("device/1",),
    ),
    _word(
        "ring_fraud_graph.level",
        "团伙欺诈等级",
        {"none": "无", "low": "低", "medium": "中", "high": "高"},
        unknown={"unknown": "无法判断"},
    ),
    _number("ring_fraud_graph.score_ppm", "团伙可疑度", "higher"),
    _word(
        "document_authenticity.level",
        "流水可信等级",
        {"credible": "可信", "doubtful": "存疑", "not_credible": "不可信"},
        products=_BANK,
    ),
    _number("document_authenticity.suspicion_ppm", "流水可疑度", "higher", products=_BANK),
    _word(
        "income_recognition.confidence",
        "收入认定可信度",
        {"high": "高", "medium": "中", "low": "低"},
        unknown={"none": "未认定"},
        products=_BANK,
    ),
    _number("income_recognition.recognised_fen", "认定年收入", "lower", products=_BANK),
    _number("income_recognition.monthly_income_fen", "认定月净收入", "lower", products=_BANK),
    _word(
        "debt_burden.multi_lender_level",
        "多头等级",
        {"none": "无", "low": "低", "medium": "中", "high": "高"},
        unknown=_UNDETERMINED,
        products=_BUREAU,
    ),
    _word(
        "debt_burden.burden",
        "偿债负担",
        {"within": "上限以内", "above_cap": "超过上限"},
        unknown=_UNDETERMINED,
        products=_INCOME_AND_DEBT,
    ),
    _number("debt_burden.dsr_ppm", "偿债负担率", "higher", products=_INCOME_AND_DEBT),
    _number("debt_burden.dti_ppm", "负债收入比", "higher", products=_INCOME_AND_DEBT),
    _number("debt_burden.total_debt_fen", "计入负债总额（含本次）", "higher", products=_BUREAU),
    _number("debt_burden.lender_count", "授信机构数", "higher", products=_BUREAU),
    _number(
        "debt_burden.recent_inquiry_count", "近3个月贷款与信用卡查询", "higher", products=_BUREAU
    ),
    _word(
        "working_capital_demand.status",
        "流动资金需求测算状态",
        {"determined": "已测算", "refer": "转人工"},
        unknown=_UNDETERMINED,
        products=("tax/1",),
    ),
    _number(
        "working_capital_demand.demand_fen", "新增流动资金贷款需求", "lower", products=("tax/1",)
    ),
    _number("collateral_guarantee.uncovered_fen", "未覆盖敞口", "higher", for_policies=False),
    _number("collateral_guarantee.lgd_ppm", "违约损失率", "higher", for_policies=False),
    _word(
        "group_concentration.status",
        "关联与集中度",
        {"within": "限额以内", "warning": "达到预警线", "breach": "超过限额"},
        unknown=_UNDETERMINED,
        products=("registration/1",),
    ),
    _number(
        "group_concentration.headroom_fen", "集中度余量", "lower", products=("registration/1",)
    ),
    _word(
        "rate_pricing.status",
        "定价状态",
        {"priced": "已定价", "above_cap": "超过利率上限"},
        unknown=_UNDETERMINED,
    ),
    _number("rate_pricing.floor_bps", "保本利率", "higher", lowest=None),
    _number("rate_pricing.rate_bps", "风险定价利率", "higher"),
    _word(
        "credit_limit.status",
        "授信额度测算",
        {"offered": "可授信", "none": "无额度"},
        for_policies=False,
    ),
    _number("credit_limit.limit_fen", "模型测算额度", "lower", for_policies=False),
)
FIELDS: Final[Mapping[str, ModelField]] = MappingProxyType({one.name: one for one in _ALL})
"""By the name that policies write."""


def models_of(names: Iterable[str]) -> list[str]:
    """The models whose answers some names are fields of, each once."""
    return sorted({FIELDS[name].model for name in names if name in FIELDS})


def level_of(model: str) -> int:
    """How sensitive a model's answer is."""
    return LEVELS.get(model, USUAL_LEVEL)


def fields_of(model: str) -> tuple[ModelField, ...]:
    """What people read first of a model's answer."""
    return tuple(one for one in _ALL if one.model == model)
