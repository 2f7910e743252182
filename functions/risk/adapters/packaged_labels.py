"""The label rules that are published with the code, as a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from risk.domain.labels.rules import LabelRules

PACKAGED: Final = Path(__file__).resolve().parents[1] / "parameters" / "labels.json"


@cache
def packaged_labels(path: Path = PACKAGED) -> LabelRules:
    """Read once a process."""
    return LabelRules.read(path.read_bytes())
