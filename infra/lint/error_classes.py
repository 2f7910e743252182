"""Every error class that a state machine may name, read from the sources without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from infra.config import ROOT

KERNEL: Final = ROOT / "layers" / "core" / "python" / "puhui"
MODULES: Final = ROOT / "functions"
ROOT_CLASS: Final = "PuhuiError"


@cache
def known_errors() -> dict[str, bool]:
    """Map the name of each of our error classes to whether it is retryable."""
    classes = dict(_classes(_sources()))
    known: dict[str, bool] = {}
    for name in classes:
        retryable = _retryable(name, classes, frozenset())
        if retryable is not None:
            known[name] = retryable
    return known


def _retryable(
    name: str, classes: dict[str, tuple[list[str], bool | None]], seen: frozenset[str]
) -> bool | None:
    """Follow a class to the root of our errors; None if it does not lead there."""
    if name not in classes or name in seen:
        return None
    bases, declared = classes[name]
    if name == ROOT_CLASS:
        return bool(declared)
    for base in bases:
        inherited = _retryable(base, classes, seen | {name})
        if inherited is not None:
            return inherited if declared is None else declared
    return None


def _classes(sources: Iterator[Path]) -> Iterator[tuple[str, tuple[list[str], bool | None]]]:
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases = [ast.unparse(base).rpartition(".")[2] for base in node.bases]
                yield node.name, (bases, _declared(node))


def _declared(node: ast.ClassDef) -> bool | None:
    for statement in node.body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        for target in targets:
            if isinstance(target, ast.Name) and target.id == "retryable":
                return bool(ast.literal_eval(value))
    return None


def _sources() -> Iterator[Path]:
    yield from sorted(KERNEL.rglob("*.py"))
    yield from sorted(MODULES.rglob("*.py"))
