"""Draws every state machine as Mermaid, with a table of its states, into docs/statemachines.

python -m infra.diagrams [--check]
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from infra.config import ROOT
from infra.generated import write_or_check
from infra.lint.asl import STATE_MACHINES, all_states

FOLDER: Final = ROOT / "docs" / "statemachines"
SHAPES: Final = {
    "Choice": ("{{", "}}"),
    "Wait": ("[/", "/]"),
    "Pass": ("[", "]"),
    "Succeed": ("([", "])"),
    "Fail": ("([", "])"),
    "Map": ("[[", "]]"),
    "Parallel": ("[[", "]]"),
    "Task": ("[", "]"),
}
MAX_LABEL: Final = 60
EXPRESSION: Final = re.compile(r"^\{%\s*(.*?)\s*%\}$", re.DOTALL)
OWN_TASK: Final = re.compile(r"^\$\{(\w+)\}$")


def documents() -> dict[Path, str]:
    """Write each machine's page as text, by its path."""
    return {
        FOLDER / f"{path.parent.name}-{path.name.removesuffix('.asl.json')}.md": page(
            path, path.read_text(encoding="utf-8")
        )
        for path in sorted(STATE_MACHINES.rglob("*.asl.json"))
    }


def page(path: Path, text: str) -> str:
    """Describe one machine: its sentence, its picture, its states."""
    machine = json.loads(text)
    title = f"{path.parent.name}: {path.name.removesuffix('.asl.json').replace('_', ' ')}"
    return "\n".join(
        [
            f"# {title}",
            "",
            machine["Comment"],
            "",
            f"Source: `{path.relative_to(ROOT).as_posix()}`. Dotted lines are failures that are "
            "caught. This page is written by `python -m infra.diagrams`.",
            "",
            "```mermaid",
            "flowchart TD",
            *(f"    {line}" for line in _flow(machine)),
            "```",
            "",
            "| State | What happens | Calls | Deadline |",
            "|---|---|---|---|",
            *(_row(name, state) for name, state in all_states(machine)),
            "",
        ]
    )


def _flow(machine: dict[str, Any]) -> Iterator[str]:
    names = {name: f"s{number}" for number, (name, _) in enumerate(all_states(machine))}
    yield f"start(( )) --> {names[machine['StartAt']]}"
    yield from _region(machine, names)


def _region(machine: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    for name, state in machine["States"].items():
        opening, closing = SHAPES[state["Type"]]
        yield f'{names[name]}{opening}"{_escaped(name)}"{closing}'
        for inner in (state.get("ItemProcessor"), *state.get("Branches", ())):
            if inner:
                yield f'subgraph {names[name]}_inner["{_escaped(name)}: each"]'
                yield from _region(inner, names)
                yield "end"
                yield f"{names[name]} --- {names[inner['StartAt']]}"
        yield from _edges(name, state, names)


def _edges(name: str, state: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    here = names[name]
    for choice in state.get("Choices", ()):
        yield f'{here} -->|"{_label(choice["Condition"])}"| {names[choice["Next"]]}'
    if "Default" in state:
        yield f'{here} -->|"otherwise"| {names[state["Default"]]}'
    if "Next" in state:
        yield f"{here} --> {names[state['Next']]}"
    for catch in state.get("Catch", ()):
        errors = ", ".join(catch["ErrorEquals"])
        yield f'{here} -.->|"{_escaped(errors)}"| {names[catch["Next"]]}'


def _row(name: str, state: dict[str, Any]) -> str:
    cells = (name, state.get("Comment", ""), _calls(state), _deadline(state))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _calls(state: dict[str, Any]) -> str:
    if state["Type"] != "Task":
        return ""
    arguments = state.get("Arguments", {})
    target = str(arguments.get("FunctionName") or arguments.get("QueueUrl") or "")
    match = OWN_TASK.match(target)
    waits = ", waits for the answer" if state["Resource"].endswith(".waitForTaskToken") else ""
    return f"`{match[1] if match else target}`{waits}"


def _deadline(state: dict[str, Any]) -> str:
    seconds = state.get("TimeoutSeconds", state.get("Seconds"))
    if seconds is None:
        return ""
    if isinstance(seconds, int):
        return f"{seconds} s"
    return f"`{_inside(seconds)}`"


def _label(condition: str) -> str:
    text = " ".join(_inside(condition).split())
    return _escaped(text if len(text) <= MAX_LABEL else f"{text[: MAX_LABEL - 1]}…")


def _inside(expression: str) -> str:
    match = EXPRESSION.match(expression)
    return match[1] if match else expression


def _escaped(text: str) -> str:
    return text.replace('"', "#quot;").replace("$", "#36;")


def main() -> int:
    """Write the pages, or check that they are what would be written."""
    return write_or_check("infra.diagrams", __doc__, documents)


if __name__ == "__main__":
    sys.exit(main())
