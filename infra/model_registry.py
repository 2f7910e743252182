"""The registry of models on disk: asking, verifying, and promoting what was trained."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from infra.model_cards import CARD, GOLDEN, sealed
from puhui.errors import PuhuiError
from puhui.strict_json import loads
from risk.adapters.graph_models import GraphModels, StageModels
from risk.adapters.model_answers import ModelAnswers
from risk.adapters.model_cards import ModelCards
from risk.adapters.text_models import FOLDER as TEXT_SIGNALS
from risk.adapters.text_models import SCHEMA as TEXT_CARD
from risk.adapters.text_models import TextModel
from risk.domain.models.card import auc_of
from risk.domain.models.catalogue import BY_ID, EVERY, CatalogueEntry
from risk.usecases.verify_models import Verification, VerifyModels

LARGEST_LOSS_OF_AUC: Final = 0.02
"""A new version may rank this much worse on its own held-out data ✎; the note must say why."""
LARGEST_DIFFERENCE: Final = 1e-5


class PromotionRefused(ValueError):
    """A trained model may not take the place of the one that is served."""


def any_model(folder: Path) -> ModelAnswers:
    """Whatever model lies in a folder, by its id."""
    cards = ModelCards(folder)
    return ModelAnswers(cards, GraphModels(cards))


def verified(
    folder: Path, entries: Sequence[CatalogueEntry], day: date
) -> tuple[Verification, ...]:
    """Hashes, cards and golden vectors of the models in a folder."""
    models = any_model(folder)
    return VerifyModels(models.cards, models)(entries, day)


def stage_problems(folder: Path) -> list[str]:
    """Where the graph of a stage does not answer what its models' own graphs answer.

    Each golden vector goes through both; the least difference counts.
    """
    cards, found = ModelCards(folder), []
    single = GraphModels(cards)
    for stage in sorted({one.stage for one in EVERY if one.is_onnx}):
        whole = StageModels(cards, stage)
        try:
            for model in whole.members:
                for vector in loads(cards.part(model.id, GOLDEN))["vectors"]:
                    given = vector["inputs"].get
                    if whole.answers(given)[model.id] != single.answer(model.id, given):
                        found.append(f"{stage}: {model.id} answers otherwise: {vector['name']}")
        except PuhuiError as error:
            found.append(f"{stage}: {error.message}")
    return found


def text_problems(folder: Path) -> list[str]:
    """Why the trained model of texts may not be asked; nothing where a bank has none."""
    if not (folder / TEXT_SIGNALS).exists():
        return []
    try:
        TextModel(folder / TEXT_SIGNALS).load()
    except PuhuiError as error:
        return [f"{TEXT_SIGNALS}: {error.message}"]
    return []


def promote(
    trained: Path, registry: Path, *, approver: str, note: str, version: str | None = None
) -> dict[str, Any]:
    """Copy a trained model into the registry with its approval; `PromotionRefused` says why not.

    A training does not know what is served, so whoever promotes says which version it becomes.
    """
    if not approver.strip() or not note.strip():
        raise PromotionRefused("--approver and --note: must say who approved it and where")
    card = _read(trained / CARD)
    if version is not None:
        card["version"] = version
        (trained / CARD).write_text(_text(card), encoding="utf-8")
    if card.get("schema") == TEXT_CARD:
        return _promote_texts(trained, registry / TEXT_SIGNALS, approver=approver, note=note)
    entry = BY_ID.get(str(card.get("id")))
    if entry is None or trained.name != entry.id:
        raise PromotionRefused(f"{trained}: the folder must have the name of a model of the 28")
    served = _read(registry / entry.id / CARD)
    (trained / CARD).write_text(sealed(entry, trained), encoding="utf-8")
    (found,) = verified(trained.parent, [entry], date.today())  # noqa: DTZ011
    refused = [*found.problems, *_not_worse(card, served)]
    if refused:
        raise PromotionRefused(f"{entry.id} is not promoted: {'; '.join(refused)}")
    return _published(trained, registry / entry.id, served, approver=approver, note=note)


def _promote_texts(trained: Path, target: Path, *, approver: str, note: str) -> dict[str, Any]:
    """The first one of a bank replaces none; `note` says by what right it learned from its texts.

    It has a folder of its own beside the 28; the model of texts asks it, and M24 asks that one.
    """
    card = _read(trained / CARD)
    served = _read(target / CARD) if target.exists() else None
    refused = [] if served is None else _not_worse(card, served)
    try:
        TextModel(trained).load()
    except PuhuiError as error:
        refused.append(error.message)
    if refused:
        raise PromotionRefused(f"{TEXT_SIGNALS} is not promoted: {'; '.join(refused)}")
    target.mkdir(exist_ok=True)
    return _published(trained, target, served, approver=approver, note=note)


def _published(
    trained: Path, target: Path, served: Mapping[str, Any] | None, *, approver: str, note: str
) -> dict[str, Any]:
    """Copy everything, and the card with its approval."""
    card = _read(trained / CARD) | {
        "approver": approver,
        "approval_note": note,
        "approved_on": date.today().isoformat(),  # noqa: DTZ011
        "replaces": served and {"version": served["version"], "sha256": served["sha256"]},
    }
    for path in sorted(trained.iterdir()):
        if path.is_file() and path.suffix in {".json", ".onnx"}:
            shutil.copyfile(path, target / path.name)
    (target / CARD).write_text(_text(card), encoding="utf-8")
    return card


def _text(card: Mapping[str, Any]) -> str:
    return json.dumps(card, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _not_worse(card: Mapping[str, Any], served: Mapping[str, Any]) -> list[str]:
    """Why a version may not follow the one that is served."""
    found = []
    if _version(card) <= _version(served):
        told = f"version: {card.get('version')} does not follow {served['version']}"
        found.append(f"{told}; say which it becomes with --as-version")
    new, old = auc_of(card), auc_of(served)
    if new is not None and old is not None and new < old - LARGEST_LOSS_OF_AUC:
        found.append(f"auc_mean: {new} is more than {LARGEST_LOSS_OF_AUC} below {old}")
    fidelity = (card.get("fidelity") or {}).get("largest_difference_below")
    if fidelity is not None and fidelity > LARGEST_DIFFERENCE:
        found.append(f"fidelity: {fidelity} is more than {LARGEST_DIFFERENCE}")
    return found


def _version(card: Mapping[str, Any]) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in str(card["version"]).split("."))
    except (KeyError, ValueError) as error:
        raise PromotionRefused("version: must be three numbers, such as 1.1.0") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PromotionRefused(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise PromotionRefused(f"{path} is no JSON: {error}") from error
    return dict(document)
