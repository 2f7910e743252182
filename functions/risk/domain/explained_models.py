"""What the models said in a decision, as people read it: Chinese names beside codes and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from risk.domain.model_fields import FIELDS, fields_of, level_of
from risk.domain.model_not_asked import WHY_NOT
from risk.domain.models.catalogue import BY_ID

HIDDEN: Final = "****"
PPM_PER_PERCENT: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedModel:
    """One model of a record."""

    id: str
    catalogue_id: str
    name_zh: str
    figures: tuple[tuple[str, str], ...] = ()
    """What it answered, by Chinese names."""
    reasons: tuple[str, ...] = ()
    silent: str | None = None
    """Why it answered nothing."""


def explained_models(
    entries: list[Mapping[str, Any]], clear_level: int
) -> tuple[ExplainedModel, ...]:
    """Every model of a record, in its order."""
    return tuple(_explained(one, clear_level) for one in entries)


def shown_entries(entries: list[Mapping[str, Any]], clear_level: int) -> list[Mapping[str, Any]]:
    """The record's own entries without the answers that the reader may not see."""
    return [
        {**one, "answer": HIDDEN} if "answer" in one and level_of(one["id"]) > clear_level else one
        for one in entries
    ]


def hidden_fields(clear_level: int) -> set[str]:
    """Inputs of policies that tell such an answer."""
    return {name for name, one in FIELDS.items() if level_of(one.model) > clear_level}


def _explained(entry: Mapping[str, Any], clear_level: int) -> ExplainedModel:
    known = BY_ID[entry["id"]]
    return ExplainedModel(
        id=known.id,
        catalogue_id=known.catalogue_id,
        name_zh=known.name_zh,
        figures=tuple(_figures(entry, clear_level)),
        reasons=tuple(_reasons(entry, clear_level)),
        silent=_silence(entry),
    )


def _silence(entry: Mapping[str, Any]) -> str | None:
    if "not_asked" in entry:
        return f"未调用：{WHY_NOT[entry['not_asked']]}"
    if "refused" in entry:
        told = entry["refused"]
        return f"输入不被接受：{told['field']} {told['rule']}"
    return None


def _figures(entry: Mapping[str, Any], clear_level: int) -> Iterator[tuple[str, str]]:
    """What people read first: of a statistical model its probability, of another its fields."""
    if "probability_ppm" in entry:
        yield "概率", f"{entry['probability_ppm'] / PPM_PER_PERCENT:.2f}%"
        if entry["points"] is not None:
            yield "评分", f"{entry['points']}"
    elif "answer" in entry:
        for one in fields_of(entry["id"]):
            hidden = level_of(entry["id"]) > clear_level
            yield one.name_zh, HIDDEN if hidden else one.told(entry["answer"])


def _reasons(entry: Mapping[str, Any], clear_level: int) -> Iterator[str]:
    if "answer" in entry and level_of(entry["id"]) <= clear_level:
        yield from (reason["text"] for reason in entry["answer"]["reasons"])
