"""Prints an application's story for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from infra.local.story import Story

STATUS_NAMES = {
    "RUNNING": "办理中 running",
    "SUCCEEDED": "已结案 closed",
    "FAILED": "处理失败 failed",
    "TIMED_OUT": "已超时 timed out",
    "ABORTED": "已中止 aborted",
}
MAX_ITEMS = 12
MAX_DEPTH = 4
MILLISECONDS = 1000


def print_story(console: Console, story: Story) -> None:
    """Stations first, then what every module tells."""
    console.print(f"\n[bold]{story.application_id}[/]  {STATUS_NAMES[story.status]}")
    console.print(f"bank {story.bank_id}, started {story.started:%Y-%m-%d %H:%M:%S}")
    facts = "  ".join(f"{name} {value}" for name, value in story.facts.items() if name != "bank_id")
    console.print(facts, markup=False)
    console.print(_stations(story))
    for title, content in story.chapters.items():
        tree = Tree(f"[bold]{title}[/]")
        _grow(tree, content, depth=0)
        console.print(tree)


def _stations(story: Story) -> Table:
    table = Table("station", "state", "名称", "entered", "took", "tries", "errors")
    for step in story.steps:
        table.add_row(
            step.station,
            step.state,
            step.title,
            f"{step.entered:%H:%M:%S}",
            _duration(step.seconds),
            str(step.attempts) if step.attempts > 1 else "",
            ", ".join(step.errors),
        )
    return table


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "waiting"
    return f"{seconds * MILLISECONDS:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _grow(tree: Tree, content: Any, *, depth: int) -> None:
    if depth >= MAX_DEPTH:
        tree.add("…")
    elif isinstance(content, Mapping):
        for name, value in content.items():
            _branch(tree, str(name), value, depth)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for value in content[:MAX_ITEMS]:
            _branch(tree, "-", value, depth)
        if len(content) > MAX_ITEMS:
            tree.add(f"… {len(content) - MAX_ITEMS} more")
    else:
        tree.add(str(content))


def _branch(tree: Tree, name: str, value: Any, depth: int) -> None:
    if isinstance(value, Mapping | list | tuple) and value:
        _grow(tree.add(name), value, depth=depth + 1)
    elif value not in (None, [], {}, ""):
        tree.add(f"{name}: {value}".replace("[", "\\["))
