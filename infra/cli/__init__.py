"""The `puhui` command: one file per command group, each found by itself and cheap to import."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

EXIT_TROUBLE = 2


def main() -> None:
    """Run the command line; trouble is one sentence and exit code 2, never a traceback."""
    from infra.local.errors import LocalCloudError

    try:
        build()()
    except LocalCloudError as error:
        sys.stderr.write(f"puhui: {error}\n")
        sys.exit(EXIT_TROUBLE)
    except BrokenPipeError:
        sys.exit(1)


def build() -> Any:
    """The application with every command group of this folder."""
    import typer

    app = typer.Typer(
        name="puhui",
        help="Puhui 普惠: inclusive lending on this machine.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_show_locals=False,
        rich_markup_mode="rich",
    )
    app.callback()(_describe)
    for group in command_groups():
        group.register(app)
    return app


def command_groups() -> Iterator[ModuleType]:
    """Every module of this package that has a `register(app)`, by name."""
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        module = importlib.import_module(f"{__name__}.{found.name}")
        if hasattr(module, "register"):
            yield module


def _describe() -> None:
    """Puhui 普惠: inclusive lending on this machine."""
