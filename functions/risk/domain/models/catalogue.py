"""The 28 risk models (28个风险模型): which there are, for whom, at which stage and of what kind.

Source: the product's catalogue of models; ids are stable and are what records refer to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Stage = Literal["pre_loan", "in_loan", "post_loan"]
Segment = Literal["E", "S", "F", "C", "T"]
Kind = Literal["scorecard", "trees", "rules", "formula", "graph"]

STAGE_NAMES: Final[Mapping[Stage, str]] = {
    "pre_loan": "贷前",
    "in_loan": "贷中",
    "post_loan": "贷后",
}
SEGMENT_NAMES: Final[Mapping[Segment, str]] = {
    "E": "小微企业",
    "S": "个体工商户与小微企业主",
    "F": "农户",
    "C": "个人消费",
    "T": "科创企业",
}
KIND_NAMES: Final[Mapping[Kind, str]] = {
    "scorecard": "评分卡",
    "trees": "梯度提升树",
    "rules": "规则",
    "formula": "公式",
    "graph": "图",
}
ALL: Final[tuple[Segment, ...]] = ("E", "S", "F", "C", "T")
ONNX_KINDS: Final = frozenset({"scorecard", "trees"})
"""Served as ONNX graphs; the other kinds are code with parameters."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One model of the catalogue."""

    catalogue_id: str
    id: str
    name_zh: str
    stage: Stage
    segments: tuple[Segment, ...]
    kind: Kind

    @property
    def is_onnx(self) -> bool:
        """Whether its artefact is a graph."""
        return self.kind in ONNX_KINDS


def _entry(
    catalogue_id: str, name: str, name_zh: str, stage: Stage, segments: str, kind: Kind
) -> CatalogueEntry:
    chosen = ALL if segments == "all" else tuple(one for one in ALL if one in segments)
    return CatalogueEntry(catalogue_id, name, name_zh, stage, chosen, kind)


CATALOGUE: Final = (
    _entry("M01", "admission_policy", "客户准入模型", "pre_loan", "all", "rules"),
    _entry("M02", "name_list_match", "黑白灰名单模型", "pre_loan", "all", "rules"),
    _entry("M03", "identity_consistency", "身份一致性核验模型", "pre_loan", "all", "rules"),
    _entry("M04", "application_fraud_score", "申请反欺诈评分", "pre_loan", "SFC", "trees"),
    _entry("M05", "ring_fraud_graph", "团伙欺诈图谱模型", "pre_loan", "all", "graph"),
    _entry("M06", "broker_detection", "中介代办识别模型", "pre_loan", "SFC", "trees"),
    _entry("M07", "document_authenticity", "材料真伪与流水可信模型", "pre_loan", "ES", "rules"),
    _entry("M08", "sme_application_score", "小微企业申请评分卡", "pre_loan", "E", "scorecard"),
    _entry(
        "M09",
        "owner_application_score",
        "个体工商户与小微企业主评分卡",
        "pre_loan",
        "S",
        "scorecard",
    ),
    _entry("M10", "farmer_credit_rating", "农户信用评级模型", "pre_loan", "F", "scorecard"),
    _entry("M11", "thin_file_score", "信用白户评分模型", "pre_loan", "SFC", "trees"),
    _entry("M12", "tax_invoice_score", "税票经营评分模型", "pre_loan", "ES", "trees"),
    _entry("M13", "tech_enterprise_score", "科创企业评价模型", "pre_loan", "T", "scorecard"),
    _entry("M14", "debt_burden", "多头共债与偿债能力模型", "in_loan", "all", "formula"),
    _entry("M15", "income_recognition", "经营收入认定模型", "in_loan", "ESF", "formula"),
    _entry("M16", "working_capital_demand", "流动资金需求测算模型", "in_loan", "ES", "formula"),
    _entry("M17", "credit_limit", "授信额度模型", "in_loan", "all", "formula"),
    _entry("M18", "rate_pricing", "利率定价模型", "in_loan", "all", "formula"),
    _entry("M19", "collateral_guarantee", "担保缓释评估模型", "in_loan", "ESF", "formula"),
    _entry("M20", "group_concentration", "关联与集中度模型", "in_loan", "all", "formula"),
    _entry("M21", "drawdown_payment_check", "用信支付审核模型", "in_loan", "all", "rules"),
    _entry("M22", "behaviour_score", "贷后行为评分卡", "post_loan", "all", "scorecard"),
    _entry("M23", "fund_use_monitor", "资金用途监测模型", "post_loan", "all", "rules"),
    _entry("M24", "early_warning", "风险预警模型", "post_loan", "all", "rules"),
    _entry("M25", "contagion", "关联风险传导模型", "post_loan", "ES", "graph"),
    _entry("M26", "renewal_decision", "续贷评估模型", "post_loan", "ESF", "rules"),
    _entry("M27", "five_tier_ecl", "五级分类与减值模型", "post_loan", "all", "formula"),
    _entry("M28", "collection_score", "催收评分模型", "post_loan", "all", "scorecard"),
)
COMPONENTS: Final = (
    _entry("M24", "early_warning_trees", "风险预警评分", "post_loan", "all", "trees"),
    _entry("M24", "text_severity", "舆情与司法文本严重程度", "post_loan", "all", "rules"),
)
"""Parts of a model that are artefacts of their own: what the rules of M24 take for signals."""
EVERY: Final = (*CATALOGUE, *COMPONENTS)
BY_ID: Final[Mapping[str, CatalogueEntry]] = {one.id: one for one in EVERY}
BY_CATALOGUE_ID: Final[Mapping[str, CatalogueEntry]] = {one.catalogue_id: one for one in CATALOGUE}


def find(name: str) -> CatalogueEntry | None:
    """A model by its id or by its number in the catalogue, however written.

    >>> find("m08").id
    'sme_application_score'
    """
    return BY_ID.get(name.lower()) or BY_CATALOGUE_ID.get(name.upper())
