"""The registry of models as tables and lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from risk.domain.models.card import auc_of
from risk.domain.models.catalogue import KIND_NAMES, SEGMENT_NAMES, STAGE_NAMES
from risk.usecases.verify_models import Verification

HASH_CHARACTERS: Final = 12
LABELS: Final = {
    "algorithm": "算法 algorithm",
    "data_source": "数据来源 data source",
    "training_window": "训练窗口 training window",
    "performance_window": "表现窗口 performance window",
    "bad_definition": "坏样本定义 bad definition",
    "sample": "样本 sample",
    "performance": "效果 performance",
    "calibration": "校准 calibration",
    "missing_policy": "缺失处理 missing policy",
    "owner": "负责人 owner",
    "approver": "审批人 approver",
    "approval_note": "审批说明 approval",
    "expires_on": "失效日 expires on",
    "fallback": "降级 fallback",
    "artefact": "文件 artefact",
    "sha256": "sha256",
    "code": "代码 code",
}


def listing(cards: Sequence[Mapping[str, Any]]) -> Table:
    """One line a model."""
    table = _table("风险模型 Risk models", "编号", "名称", "阶段", "客群", "类型", "版本", "AUC")
    for card in cards:
        table.add_row(
            card["id"],
            f"{card['name_zh']}\n{card['english_id']}",
            STAGE_NAMES[card["stage"]],
            "全部" if len(card["segments"]) == len(SEGMENT_NAMES) else "".join(card["segments"]),
            KIND_NAMES[card["kind"]],
            card["version"],
            _auc(card),
        )
    return table


def card_lines(card: Mapping[str, Any]) -> Iterator[str]:
    """Everything on a card, the most important first."""
    yield f"{card['id']} {card['name_zh']} {card['name_en']}  {card['version']}"
    segments = "、".join(SEGMENT_NAMES[one] for one in card["segments"])
    yield f"{STAGE_NAMES[card['stage']]} · {KIND_NAMES[card['kind']]} · {segments}"
    for key, label in LABELS.items():
        if card.get(key) is not None:
            yield f"{label}: {_shown(card[key])}"
    yield "输出 output:"
    yield from (f"  {name}: {meaning}" for name, meaning in card["output"].items())
    yield "输入 inputs:"
    yield from (f"  {_input(one)}" for one in card["inputs"])
    yield "局限 limitations:"
    yield from (f"  {one}" for one in card["limitations"])


def verification(found: Sequence[Verification]) -> Table:
    """One line a model: whether it is what its card says."""
    table = _table(
        "模型验证 Verification", "编号", "名称", "版本", "sha256", "金样 vectors", "结论"
    )
    for one in found:
        table.add_row(
            one.entry.catalogue_id,
            one.entry.name_zh,
            one.version or "—",
            (one.sha256 or "—")[:HASH_CHARACTERS],
            str(one.vectors),
            "通过 ok" if one.holds else f"不通过 {len(one.problems)}",
        )
    return table


def _input(entry: Mapping[str, Any]) -> str:
    if "indicator" in entry:
        return f"{entry['indicator']}@{entry['version']}  {entry['name_zh']}"
    missing = "，可缺失 may be missing" if entry.get("may_be_missing") else ""
    return f"{entry['name']}: {entry.get('type', 'number')}{missing}"


def _auc(card: Mapping[str, Any]) -> str:
    """Held-out AUC; never without the word where the data is synthetic."""
    value = auc_of(card)
    if value is None:
        return "—"
    return f"SYNTHETIC\n{value:.3f}" if card.get("synthetic") else f"{value:.3f}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "，".join(f"{key} {_shown(one)}" for key, one in value.items())
    return str(value)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    return table
