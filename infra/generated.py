"""Files that are written from the sources and committed: written by a command, checked by CI."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from infra.config import ROOT


def write_or_check(
    command: str, description: str | None, produce: Callable[[], Mapping[Path, str]]
) -> int:
    """Write the files, or with `--check` say which of them are not what would be written."""
    parser = argparse.ArgumentParser(prog=f"python -m {command}", description=description)
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    checking = parser.parse_args().check
    files = produce()
    if not checking:
        write(files)
        return 0
    stale = differences(files)
    for path in stale:
        sys.stdout.write(f"{path.relative_to(ROOT)} is stale: run python -m {command}\n")
    return 1 if stale else 0


def write(files: Mapping[Path, str]) -> None:
    """Write each file, and remove its generated neighbours that nothing makes any more."""
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in _leftovers(files):
        path.unlink()


def differences(files: Mapping[Path, str]) -> list[Path]:
    """List files that are missing, different, or no longer made by anything."""
    stale = [
        path
        for path, text in files.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    return [*stale, *_leftovers(files)]


def _leftovers(files: Mapping[Path, str]) -> list[Path]:
    """Find files beside the generated ones, in folders that hold generated files only."""
    folders = {path.parent for path in files if path.parent != ROOT / "docs"}
    return sorted(
        path
        for folder in folders
        if folder.is_dir()
        for path in folder.iterdir()
        if path.is_file() and path not in files
    )
