"""`puhui models`: the 28 models, their cards, whether they are what they say, and their answers."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.console import console, errors, fail
from infra.cli.model_monitor import monitor
from infra.config import ROOT

if TYPE_CHECKING:
    from risk.domain.models.catalogue import CatalogueEntry
    from risk.usecases.verify_models import Verification

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Model = Annotated[str, typer.Argument(help="M08 or sme_application_score.", metavar="MODEL")]
ARTEFACTS = ROOT / "layers" / "models" / "artefacts"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="风险模型 The 28 risk models: list, card, answer, verify, promote, monitor.",
        no_args_is_help=True,
    )
    group.command("list")(list_models)
    group.command("card")(card)
    group.command("answer")(answer)
    group.command("verify")(verify)
    group.command("promote")(promote)
    group.command("monitor")(monitor)
    app.add_typer(group, name="models")


def list_models(as_json: Json = False) -> None:
    """List the 28 models, each with its card."""
    from risk.domain.models.catalogue import CATALOGUE

    cards = [_card(entry) for entry in CATALOGUE]
    if as_json:
        _print_json({"count": len(cards), "models": cards})
        return
    from infra.cli.model_tables import listing

    console.print(listing(cards))


def card(model: Model, as_json: Json = False) -> None:
    """Show a model's card: what it is, what it was made from, what it must not do."""
    found = _card(entry_of(model))
    if as_json:
        _print_json(found)
        return
    from infra.cli.model_tables import card_lines

    for line in card_lines(found):
        console.print(line, markup=False)


def answer(
    model: Model,
    inputs: Annotated[Path, typer.Option(help="A JSON file {input: value}; - reads it from here.")],
) -> None:
    """Ask one model: its inputs as JSON in, its answer as JSON out."""
    from infra.model_registry import any_model
    from puhui.errors import PuhuiError

    entry = entry_of(model)
    try:
        text = sys.stdin.read() if str(inputs) == "-" else inputs.read_text(encoding="utf-8")
        given = json.loads(text)
    except OSError as error:
        fail(f"--inputs: {inputs} cannot be read: {error.strerror}")
    except ValueError as error:
        fail(f"--inputs: {inputs} is no JSON: {error}")
    if not isinstance(given, dict):
        fail("--inputs: must be an object {input: value}")
    try:
        _print_json(any_model(ARTEFACTS).answer(entry.id, given))
    except PuhuiError as error:
        fail(error.message)


def verify(
    models: Annotated[list[str] | None, typer.Argument(help="Which; all without.")] = None,
    folder: Annotated[Path, typer.Option(help="Where the models lie.")] = ARTEFACTS,
    as_json: Json = False,
) -> None:
    """Hash all artefacts again, read the cards, and run the golden vectors."""
    from infra.model_registry import stage_problems, text_problems, verified
    from risk.domain.models.catalogue import EVERY

    entries = [entry_of(one) for one in models] if models else EVERY
    found = verified(folder, entries, date.today())  # noqa: DTZ011  (expiry is a business day)
    merged = [] if models else [*stage_problems(folder), *text_problems(folder)]
    holds = all(one.holds for one in found) and not merged
    if as_json:
        _print_json({"holds": holds, "models": _documents(found), "stages": merged})
    else:
        from infra.cli.model_tables import verification

        console.print(verification(found))
        for one in found:
            for problem in one.problems:
                console.print(f"{one.entry.catalogue_id} {problem}", markup=False)
        for problem in merged:
            console.print(problem, markup=False)
    if not holds:
        raise typer.Exit(1)


def promote(
    folder: Annotated[Path, typer.Argument(help="What `puhui train --output` wrote for a model.")],
    approver: Annotated[str, typer.Option(help="Who approved it: a role or a staff number.")],
    note: Annotated[str, typer.Option(help="Where the approval is on file.")],
    as_version: Annotated[
        str | None, typer.Option(help="The version it becomes, such as 1.1.0.", metavar="VERSION")
    ] = None,
    as_json: Json = False,
) -> None:
    """Put a trained model into the registry, if it holds and is not worse than the one served."""
    from infra.model_registry import PromotionRefused
    from infra.model_registry import promote as promoted
    from infra.own_environment import EnvironmentFailed
    from infra.training import merge_stages
    from puhui.errors import PuhuiError
    from risk.adapters.model_cards import GRAPH
    from risk.domain.models.catalogue import BY_ID

    try:
        found = promoted(folder, ARTEFACTS, approver=approver, note=note, version=as_version)
        if found["artefact"] == GRAPH and found["id"] in BY_ID:
            merge_stages(ARTEFACTS, say=errors.print)
    except (PromotionRefused, PuhuiError, EnvironmentFailed) as error:
        fail(str(error))
    if as_json:
        _print_json(found)
        return
    console.print(f"{found['id']} {found['version']}: promoted 已发布", markup=False)
    for key in ("sha256", "replaces", "approver"):
        console.print(f"  {key:<10}{found[key]}", markup=False)


def entry_of(name: str) -> CatalogueEntry:
    """The catalogue's entry by number or name; anything else ends the command."""
    from risk.domain.models.catalogue import BY_ID, find

    entry = find(name)
    if entry is None:
        near = get_close_matches(name.lower(), BY_ID, n=3)
        fail(f"there is no model {name}" + (f"; near: {', '.join(near)}" if near else ""))
    return entry


def _card(entry: CatalogueEntry) -> dict[str, Any]:
    """The card with the catalogue's number as its id, as the list names models."""
    document = json.loads((ARTEFACTS / entry.id / "card.json").read_text(encoding="utf-8"))
    return {"id": entry.catalogue_id, "english_id": entry.id, **_without_id(document)}


def _without_id(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "id"}


def _documents(found: Sequence[Verification]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.entry.catalogue_id,
            "english_id": one.entry.id,
            "version": one.version,
            "sha256": one.sha256,
            "vectors": one.vectors,
            "holds": one.holds,
            "problems": list(one.problems),
        }
        for one in found
    ]


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
