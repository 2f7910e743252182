"""Completes every model card from what lies beside it, and writes docs/models.md from them.

python -m infra.model_cards [--check]

Whoever changes parameters, golden vectors or the code of a model seals its card again; CI fails on
a card that does not fit, so no model changes unnoticed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any, Final

from infra.config import ROOT
from infra.model_page import page
from risk.adapters.formula_models import FormulaModel, sha256_of_code
from risk.domain.models.card import SCHEMA, STATISTICAL
from risk.domain.models.catalogue import EVERY, CatalogueEntry

ARTEFACTS: Final = ROOT / "layers" / "models" / "artefacts"
PAGE: Final = ROOT / "docs" / "models.md"
CARD: Final = "card.json"
GOLDEN: Final = "golden.json"
PARAMETERS: Final = "parameters.json"
OWNER: Final = "风险管理部 risk management of the bank that adopts it"
NOT_APPROVED: Final = "not approved by any bank; each adopts it by its own model committee"
EXPIRES_ON: Final = "2027-11-30"
NOTHING_FITTED: Final = "no data: rules and formulas, each number with its source"


def main() -> int:
    """Seal the cards, or with `--check` name those that do not fit."""
    parser = argparse.ArgumentParser(prog="python -m infra.model_cards", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    checking = parser.parse_args().check
    files = {ARTEFACTS / entry.id / CARD: sealed(entry, ARTEFACTS / entry.id) for entry in EVERY}
    cards = {path.parent.name: json.loads(text) for path, text in files.items()}
    files[PAGE] = page(cards)
    for path, text in files.items():
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        if checking:
            name = path.relative_to(ROOT)
            sys.stdout.write(f"{name} is stale: run python -m infra.model_cards\n")
            return 1
        path.write_text(text, encoding="utf-8")
    return 0


def sealed(entry: CatalogueEntry, folder: Path) -> str:
    """The card of a model as text, with all that follows from the files beside it."""
    card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
    card |= {
        "schema": SCHEMA,
        "catalogue_id": entry.catalogue_id,
        "name_zh": entry.name_zh,
        "stage": entry.stage,
        "segments": list(entry.segments),
        "kind": entry.kind,
        "golden_sha256": _sha256(folder / GOLDEN),
    }
    for key, value in (("owner", OWNER), ("approver", None), ("approval_note", NOT_APPROVED)):
        card.setdefault(key, value)
    card.setdefault("expires_on", EXPIRES_ON)
    if entry.is_onnx:
        card.setdefault("code", None)
    else:
        card |= _of_code(entry, folder)
    return json.dumps(card, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _of_code(entry: CatalogueEntry, folder: Path) -> dict[str, Any]:
    model = FormulaModel(entry.id, (folder / PARAMETERS).read_bytes())
    return {
        "artefact": PARAMETERS,
        "sha256": _sha256(folder / PARAMETERS),
        "code": {
            "module": f"risk.domain.models.{entry.id}",
            "modules": model.code_modules,
            "sha256": sha256_of_code(model.code_modules),
        },
        "inputs": model.inputs,
        "data_source": NOTHING_FITTED,
        **dict.fromkeys(STATISTICAL),
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
