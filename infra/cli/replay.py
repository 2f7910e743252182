"""`puhui replay`: archived decisions computed again, offline, and compared to the byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.console import console, errors, fail
from infra.cli.decision_archive import (
    ArchiveOption,
    BucketOption,
    DocumentsOption,
    KeyOption,
    opened,
)

if TYPE_CHECKING:
    from risk.record_ports import DecisionArchive
    from risk.usecases.replay_decision import Replay

SHOWN_HASH_CHARACTERS = 16


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay")(replay)


def replay(
    decision_id: Annotated[str | None, typer.Argument(help="One decision.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every decision of the archive.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    archive: ArchiveOption = None,
    key: KeyOption = None,
    bucket: BucketOption = None,
    documents_bucket: DocumentsOption = None,
) -> None:
    """Compute archived decisions again without a network; exit code 1 when any differs."""
    from puhui.errors import PuhuiError

    if (decision_id is None) != every:
        fail("name one decision, or --all")
    source = opened(archive, key, bucket, documents_bucket)
    try:
        ids = list(source.decisions()) if decision_id is None else [decision_id]
        replays = list(_replayed(source, ids))
    except PuhuiError as trouble:
        fail(trouble.message)
    report = report_of(replays)
    if as_json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(replays)
    if report["different"]:
        raise typer.Exit(1)


def report_of(replays: Sequence[Replay]) -> dict[str, Any]:
    """How many decisions are the same, and where each of the others first differs."""
    different = [
        {"decision_id": one.decision_id, "first_difference": one.differences[0].document}
        for one in replays
        if one.differences
    ]
    return {
        "decisions": len(replays),
        "identical": len(replays) - len(different),
        "different": different,
    }


def _replayed(source: DecisionArchive, ids: Sequence[str]) -> Iterator[Replay]:
    """Replay one after the other; all share the models that are loaded."""
    from infra.cli.train_models import ARTEFACTS
    from infra.code_version import code_version
    from risk.adapters.archived_engines import ArchivedEngines
    from risk.adapters.artefact_shelf import ArtefactShelf
    from risk.adapters.no_network import no_network
    from risk.usecases.replay_decision import ReplayDecision

    again = ReplayDecision(
        archive=source,
        engines=ArchivedEngines(),
        shipped=ArtefactShelf(ARTEFACTS, code_version()),
        isolated=no_network,
    )
    with errors.status("Replaying … 重放中") as status:
        for at, decision_id in enumerate(ids, start=1):
            status.update(f"Replaying 重放 {at}/{len(ids)}")
            yield again(decision_id)


def _print(replays: Sequence[Replay]) -> None:
    from risk.domain.difference import PART_NAMES

    for one in replays:
        for difference in one.differences:
            part = f"{PART_NAMES[difference.part]} {difference.part}"
            console.print(f"[red]✗[/] {one.decision_id}  [bold]{part}[/]  ", end="")
            shown = difference.document
            console.print(
                f"{shown['path']}: {shown['recorded']} → {shown['recomputed']}", markup=False
            )
        if one.differences and one.recomputed_verdict not in (None, one.verdict):
            console.print(f"  verdict 结论: {one.verdict} → {one.recomputed_verdict}")
    same = sum(1 for one in replays if one.identical)
    if same and any(one.code_changed for one in replays):
        console.print("Another version of the code than the one that decided. 代码版本已变。")
    mark = "[green]✓[/]" if same == len(replays) else "[red]✗[/]"
    console.print(
        f"{mark} {same} of {len(replays)} identical 逐字节一致, computed offline 离线计算"
    )
