"""How commands speak: one console for people, one way to fail."""

from __future__ import annotations

from typing import NoReturn

import typer
from rich.console import Console

EXIT_TROUBLE = 2
COMMAND = ".venv/bin/puhui"
"""How the command is called everywhere: setting up puts nothing on the PATH."""
console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def fail(message: str, *, code: int = EXIT_TROUBLE) -> NoReturn:
    """Say in one sentence what is wrong and end the command."""
    errors.print(f"puhui: {message}", markup=False)
    raise typer.Exit(code)
