"""Files and functions keep to the house's sizes, and the lint that says so can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.config import ROOT
from infra.lint.sizes import EXCEPTIONS, FOLDERS, findings


def written(folder: Path, *, lines: int = 0, function_lines: int = 0) -> Path:
    """A file that ends after so many lines, or a function that does."""
    body = "\n".join(f"    x{number} = {number}" for number in range(function_lines - 1))
    text = "\n".join(["# line"] * lines) if lines else f"@cache\ndef long():\n{body}"
    (folder / "one.py").write_text(f"{text}\n", encoding="utf-8")
    return folder


def test_the_sources_keep_to_the_sizes() -> None:
    assert findings([ROOT / name for name in FOLDERS]) == []


@pytest.mark.parametrize(
    ("sizes", "found"),
    [
        ({"lines": 300}, []),
        ({"lines": 301}, ["one.py has 301 lines, at most 300"]),
        ({"function_lines": 40}, []),
        ({"function_lines": 41}, ["one.py:2 long has 41 lines, at most 40"]),
    ],
)
def test_one_line_more_is_too_long(tmp_path: Path, sizes: dict[str, int], found: list[str]) -> None:
    assert findings([written(tmp_path, **sizes)], tmp_path, {}) == found


def test_an_exception_counts_as_long_as_it_is_needed(tmp_path: Path) -> None:
    exceptions = {"one.py": "because"}

    long = findings([written(tmp_path, lines=301)], tmp_path, exceptions)
    short = findings([written(tmp_path, lines=300)], tmp_path, exceptions)

    assert (long, short) == ([], ["one.py is short enough: take its exception away"])


def test_every_exception_says_why() -> None:
    assert all(reason for reason in EXCEPTIONS.values())
