"""`puhui indicators`: what the library has, what one indicator means, and what a subject's are."""

from __future__ import annotations

import json
import sys
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from infra.cli.console import fail

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Only = Annotated[str, typer.Option(help="Names that fit a pattern: 'own.bur.*'.", metavar="GLOB")]
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
ISO_DATE_LENGTH: Final = 10


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="指标库 The indicator library: list, explain, compute.", no_args_is_help=True
    )
    group.command("list")(list_indicators)
    group.command("explain")(explain)
    group.command("compute")(compute)
    app.add_typer(group, name="indicators")


def list_indicators(only: Only = "*", as_json: Json = False) -> None:
    """List every indicator of the library with its definition."""
    from infra.indicator_views import described
    from risk.domain.indicators.library import DEFINITIONS, LIBRARY_SHA256

    names = _matching(only)
    if as_json:
        listed = [described(DEFINITIONS[name]) for name in names]
        _print_json({"count": len(listed), "library_sha256": LIBRARY_SHA256, "indicators": listed})
        return
    from infra.cli.indicator_tables import listing

    _print(listing(names))


def explain(
    name: Annotated[str, typer.Argument(help="As in `puhui indicators list`.")],
    as_json: Json = False,
) -> None:
    """Say what an indicator is: its rule, its rows, its window, where it comes from."""
    from infra.indicator_views import described
    from risk.domain.indicators.library import DEFINITIONS

    _check_name(name)
    if as_json:
        _print_json(described(DEFINITIONS[name]))
        return
    from infra.cli.indicator_tables import explanation

    _print(explanation(DEFINITIONS[name]))


def compute(
    facts: Annotated[
        Path,
        typer.Option(help="A file {subject, documents}, or a folder with <product>.json each."),
    ],
    as_of: Annotated[str, typer.Option(help="The day from which to look back.", metavar="DATE")],
    only: Only = "*",
    explained: Annotated[
        str | None, typer.Option("--explain", help="List the rows that made this one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compute a subject's indicators from fact documents as of a day."""
    from infra.indicator_documents import FactsNotReadable, read_facts
    from risk.domain.indicators.engine import compute as compute_all
    from risk.domain.indicators.months import AsOf

    day, names = _day(as_of), _matching(only)
    if explained is not None:
        _check_name(explained)
    try:
        found = read_facts(facts)
    except FactsNotReadable as error:
        fail(str(error))
    values = compute_all(found, AsOf(day))
    if explained is not None:
        _explain_value(explained, found, values, AsOf(day), as_json)
        return
    if as_json:
        from infra.indicator_evidence import value_of

        _print_json({name: value_of(values[name]) for name in names})
        return
    from infra.cli.indicator_tables import values_table

    _print(values_table(names, values))


def _explain_value(name: str, facts: Any, values: Any, as_of: Any, as_json: bool) -> None:
    from infra.indicator_evidence import evidence

    found = evidence(name, facts, values, as_of)
    if as_json:
        _print_json(found)
        return
    from infra.cli.indicator_tables import evidence_table

    _print(evidence_table(found))


def _matching(pattern: str) -> list[str]:
    from risk.domain.indicators.library import DEFINITIONS

    names = [name for name in DEFINITIONS if fnmatchcase(name, pattern)]
    if not names:
        fail(f"--only: no indicator fits {pattern}")
    return names


def _check_name(name: str) -> None:
    from risk.domain.indicators.library import DEFINITIONS

    if name not in DEFINITIONS:
        near = get_close_matches(name, DEFINITIONS, n=3)
        fail(f"there is no indicator {name}" + (f"; near: {', '.join(near)}" if near else ""))


def _day(text: str) -> date:
    try:
        if len(text) != ISO_DATE_LENGTH:
            raise ValueError(text)
        day = date.fromisoformat(text)
    except ValueError:
        fail(f"--as-of: {text} is no date like 2026-08-01")
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        fail(f"--as-of: {text} is not between the years {EARLIEST_YEAR} and {LATEST_YEAR}")
    return day


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _print_json(value: Any) -> None:
    _print(json.dumps(value, ensure_ascii=False, indent=2))
