"""The commands of a documentation page, run as a reader would, beside the output it prints."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

FENCE = "```"
PROMPT = "$ "
HEREDOC = re.compile(r"<<'(\w+)'")
COMMAND_TIMEOUT_SECONDS = 120
PATIENCE_SECONDS = 15.0
PAUSE_SECONDS = 0.5
COLUMNS = "110"
"""As wide as the page's tables."""
IDS = re.compile(r"qry-[0-9a-f]{32}")
VARYING = (
    (IDS, "qry-*"),
    (re.compile(r"cli-[0-9a-f]{16}"), "cli-*"),
    (re.compile(r"(?<=已发布        )\d{4}-\d{2}-\d{2}"), "day*"),
    (re.compile(r"\b\d+ ms\b"), "* ms"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "sha256*"),
    (re.compile(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z"), "time*"),
)
"""What differs from run to run: ids, hashes and times."""


@dataclass(frozen=True)
class Step:
    """A command of the page and what it prints, with the lines where the output stands."""

    command: str
    output: str
    first: int
    end: int

    @property
    def stable(self) -> str:
        """The output without what differs from run to run."""
        found = self.output
        for pattern, word in VARYING:
            found = pattern.sub(word, found)
        return found


def steps_of(text: str) -> Iterator[Step]:
    """Every command after a prompt in the fenced blocks of a page, in order."""
    lines = text.split("\n")
    number, fenced = 0, False
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.startswith(FENCE):
            fenced = not fenced
        elif fenced and line.startswith(PROMPT):
            command = [line.removeprefix(PROMPT)]
            if heredoc := HEREDOC.search(line):
                stop = lines.index(heredoc[1], number)
                command += lines[number : stop + 1]
                number = stop + 1
            first = number
            while not lines[number].startswith((PROMPT, FENCE)):
                number += 1
            yield Step("\n".join(command), _said(lines[first:number]), first, number)


@dataclass
class PageWalk:
    """Runs the commands of a page one after the other, in a folder of their own."""

    folder: Path
    environment: dict[str, str]
    follows: tuple[str, ...] = ()
    """Parts of commands that show what follows within seconds: they are repeated until then."""
    _ids: dict[str, str] = field(default_factory=dict)
    """The page's ids and those of this run: later commands name earlier answers."""

    def run(self, step: Step) -> Step:
        """The same step as this run sees it."""
        command = IDS.sub(lambda found: self._ids.get(found[0], found[0]), step.command)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            seen = replace(step, command=command, output=self._printed(command))
            patient = any(part in command for part in self.follows) and time.monotonic() < deadline
            if seen.stable == step.stable or not patient:
                break
            time.sleep(PAUSE_SECONDS)
        known = IDS.findall(step.output)
        self._ids.update(zip(known, IDS.findall(seen.output), strict=False))
        return seen

    def _printed(self, command: str) -> str:
        done = subprocess.run(  # noqa: S603  (commands of our own page)
            ["bash", "-c", f"exec 2>&1\n{command}"],  # noqa: S607
            cwd=self.folder,
            env={**os.environ, **self.environment, "COLUMNS": COLUMNS},
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_SECONDS,
            check=False,
        )
        return _said(done.stdout.split("\n"))


def rewritten(text: str, pairs: list[tuple[Step, Step]]) -> str:
    """The page with what this run printed; commands and everything else stay."""
    lines = text.split("\n")
    ids: dict[str, str] = {}
    for before, now in reversed(pairs):
        ids.update(zip(IDS.findall(before.command), IDS.findall(now.command), strict=True))
        blank = [""] if lines[before.end].startswith(PROMPT) and now.output else []
        lines[before.first : before.end] = [*now.output.split("\n"), *blank] if now.output else []
    return IDS.sub(lambda found: ids.get(found[0], found[0]), "\n".join(lines))


def _said(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n")
