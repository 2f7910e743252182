"""Counts lines: a file has at most 300, a function at most 40, as the house style has it.

python -m infra.lint.sizes [FOLDER…]      functions, layers/core/python and infra when none is named
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from infra.config import ROOT

MAX_FILE_LINES: Final = 300
MAX_FUNCTION_LINES: Final = 40
FOLDERS: Final = ("functions", "layers/core/python", "infra")
EXCEPTIONS: Final[Mapping[str, str]] = {}
"""What may be longer, each with its reason; one that is no longer needed is a finding too."""


def findings(
    folders: Iterable[Path], root: Path = ROOT, exceptions: Mapping[str, str] = EXCEPTIONS
) -> list[str]:
    """Every file and function that is too long, and every exception without its case."""
    looked_at = tuple(folders)
    found = dict(long for folder in looked_at for long in _too_long(folder, root))
    unneeded = [
        name
        for name in exceptions
        if name not in found and _is_in(looked_at, root / name.partition(" ")[0])
    ]
    return [
        *(told for name, told in found.items() if name not in exceptions),
        *(f"{name} is short enough: take its exception away" for name in unneeded),
    ]


def _too_long(folder: Path, root: Path) -> Iterator[tuple[str, str]]:
    """Name and sentence of each; a function counts from `def` to its last line."""
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        lines = len(text.splitlines())
        if lines > MAX_FILE_LINES:
            yield name, f"{name} has {lines} lines, at most {MAX_FILE_LINES}"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    told = f"{name}:{node.lineno} {node.name} has {lines} lines"
                    yield f"{name} {node.name}", f"{told}, at most {MAX_FUNCTION_LINES}"


def _is_in(folders: Iterable[Path], path: Path) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def main() -> int:
    """Print what is too long; 1 if anything is."""
    folders = [Path(name).resolve() for name in sys.argv[1:]] or [ROOT / name for name in FOLDERS]
    found = findings(folders)
    for told in found:
        sys.stdout.write(f"{told}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
