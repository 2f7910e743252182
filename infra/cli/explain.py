"""`puhui explain DECISION_ID`: why a decision was what it was, for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.cli.console import console, fail
from infra.cli.decision_archive import (
    ArchiveOption,
    BucketOption,
    DocumentsOption,
    KeyOption,
    opened,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    decision_id: Annotated[str, typer.Argument(help="As `puhui show` names it.")],
    full: Annotated[
        bool, typer.Option("--full", help="Also the inputs of rules that did not fire.")
    ] = False,
    archive: ArchiveOption = None,
    key: KeyOption = None,
    bucket: BucketOption = None,
    documents_bucket: DocumentsOption = None,
) -> None:
    """Print an archived decision: verdict, reasons, models, facts, every rule, labels, hashes."""
    from infra.cli.explanation_page import print_explanation
    from puhui.errors import PuhuiError
    from risk.domain.explanation import HIGHEST_LEVEL
    from risk.domain.policy.document import read_policy
    from risk.domain.record import Pin
    from risk.usecases.explain_decision import ExplainDecision

    source = opened(archive, key, bucket, documents_bucket)
    try:
        found = ExplainDecision(source)(source.record(decision_id), HIGHEST_LEVEL)
        pin = Pin("policy", found.record["manifest"]["policies"][0]["sha256"])
        policy = read_policy(source.artefact(pin))
    except PuhuiError as trouble:
        fail(trouble.message)
    print_explanation(console, found, policy, full=full)
