"""Names the code that decides by its content; every decision's record carries it."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from infra.config import ROOT

SOURCES_OF_A_DECISION: Final = ("functions/risk", "layers/core/python/puhui")
CODE_VERSION_CHARACTERS: Final = 16


@cache
def code_version() -> str:
    """The hash of every source and table of risk and of the kernel."""
    digest = hashlib.sha256()
    for source in SOURCES_OF_A_DECISION:
        for path in sorted((ROOT / source).rglob("*")):
            if path.is_file() and path.suffix in {".py", ".json"}:
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:CODE_VERSION_CHARACTERS]
