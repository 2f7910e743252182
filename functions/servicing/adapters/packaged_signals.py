"""The signal library that is published with the code, as a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from puhui.strict_json import loads
from servicing.domain.warning.library import SignalLibrary, read_library

PACKAGED: Final = Path(__file__).resolve().parents[1] / "parameters" / "early_warning.json"


@cache
def packaged_signals(path: Path = PACKAGED) -> SignalLibrary:
    """Read once a process."""
    return read_library(loads(path.read_bytes()))
