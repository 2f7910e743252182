"""Policies in files: their bytes, the models that they may call, and what the linter says."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.cli.console import console, fail
from infra.config import ROOT

if TYPE_CHECKING:
    from risk.domain.policy.findings import Finding

ARTEFACTS: Final = ROOT / "layers" / "models" / "artefacts"
SEVERITY_NAMES: Final = {"error": "错误", "warning": "提示"}


def read_body(file: Path) -> bytes:
    """The bytes of a policy's file."""
    try:
        return file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}")


def served_models() -> Mapping[str, str]:
    """The version of each scorecard in the models layer: what a policy may call."""
    cards = (json.loads(path.read_text(encoding="utf-8")) for path in ARTEFACTS.glob("*/card.json"))
    return {card["id"]: card["version"] for card in cards if card["kind"] == "scorecard"}


def show_findings(file: Path, findings: tuple[Finding, ...], as_json: bool) -> None:
    """Say what the linter found, as JSON or for people."""
    if as_json:
        shown = {"file": str(file), "findings": [one.to_json() for one in findings]}
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
        return
    for one in findings:
        name = SEVERITY_NAMES[one.severity]
        console.print(f"{name} {one.code}  {one.path}", markup=False)
        console.print(f"    {one.message}", markup=False)
    found = f"{len(findings)} findings 处问题" if findings else "no findings 没有问题"
    console.print(f"{file.name}: {found}", markup=False)
