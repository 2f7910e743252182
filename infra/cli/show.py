"""`puhui show APPLICATION_ID`: one application's whole story."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from infra.cli.console import console


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("show")(show)


def show(
    application_id: Annotated[str, typer.Argument(help="As `intake` or `factory` gave it.")],
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Tell an application's story: stations, timeline, decision, contract, loan and ledger."""
    from infra.local.running import running_cloud
    from infra.local.story import tell

    story = tell(running_cloud(), application_id)
    if as_json:
        console.print(json.dumps(story.document(), ensure_ascii=False, indent=2), markup=False)
        return
    from infra.cli.story_page import print_story

    print_story(console, story)
