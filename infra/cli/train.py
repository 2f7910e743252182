"""`puhui train`: train a model of the registry, or on any table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infra.cli.train_models import MODELS, train_model
from infra.cli.train_tables import RISKIER_BY, TABLES, train_table

Data = Annotated[
    Path | None, typer.Option(help="Folder of the named data set, or the table's file.")
]
Output = Annotated[Path | None, typer.Option(help="Where artefacts, card and pictures go.")]
Positive = Annotated[
    str | None, typer.Option(help="tabular: the target's bad value; else the rarer.")
]
Day = Annotated[str | None, typer.Option(help="tabular: column of days, for an out-of-time test.")]
Identifier = Annotated[
    str | None, typer.Option("--id", help="tabular: column that names the rows.")
]
Missing = Annotated[
    str, typer.Option(help="tabular: values that mean none, besides NA, ? and the like: V,W")
]
Monotone = Annotated[str, typer.Option(help="Features whose risk may only rise or fall: A:1,B:-1")]
Repeats = Annotated[
    int | None, typer.Option(min=1, help="Repetitions of the 5 folds; else by size.")
]

Rejects = Annotated[
    Path | None,
    typer.Option(help="tabular: a file of refused applicants, the same columns without outcome."),
]
Factor = Annotated[
    float, typer.Option(help="How much riskier they are than a scorecard of the accepted says.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)


def train(  # noqa: PLR0913, PLR0917  (one argument per option of the command)
    model: Annotated[str, typer.Argument(help=", ".join((*MODELS, *TABLES)))],
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    output: Output = None,
    target: Annotated[str | None, typer.Option(help="tabular: column of the outcome.")] = None,
    positive: Positive = None,
    drop: Annotated[str, typer.Option(help="tabular: columns to leave out: A,B")] = "",
    date: Day = None,
    identifier: Identifier = None,
    missing: Missing = "",
    monotone: Monotone = "",
    calibration: Annotated[str, typer.Option(help="none, platt or isotonic.")] = "none",
    repeats: Repeats = None,
    rejects: Rejects = None,
    reject_factor: Factor = RISKIER_BY,
) -> None:
    """Train, validate and export a model; its libraries are installed on first use."""
    if model in MODELS:
        train_model(model, data, output, as_json)
        return
    train_table(
        as_json, name=model, data=data, output=output, target=target, positive=positive,
        drop=drop, date=date, identifier=identifier, missing=missing, monotone=monotone,
        calibration=calibration, repeats=repeats, rejects=rejects, reject_factor=reject_factor,
    )  # fmt: skip
