"""Runs a training in an environment of its own, whose 900 MB of libraries nothing else needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from infra.own_environment import EnvironmentFailed, OwnEnvironment, Say
from layers.models.training.options import Options

TRAINING: Final = OwnEnvironment(
    group="training",
    what="training",
    needed=("onnx", "sklearn", "onnxruntime", "lightgbm", "optbinning"),
    size="900 MB",
)
TRAINING_TIMEOUT_SECONDS: Final = 3_600
TABLE_MODULE: Final = "layers.models.training.tabular"
TABLE_TIMEOUT_SECONDS: Final = 6 * 3_600
"""A bound for what hangs; 200,000 rows take minutes to an hour, depending on the machine."""


def run_training(
    module: str, data: Path | None, output: Path, *, say: Say, more: Sequence[str] = ()
) -> dict[str, Any]:
    """Run a training module, over a folder where it needs one, and answer what it prints."""
    of = [] if data is None else ["--data", str(data.resolve())]
    arguments = [module, *of, "--output", str(output.resolve()), *more]
    return _figures(TRAINING.run(TRAINING.python(say), arguments, TRAINING_TIMEOUT_SECONDS))


def merge_stages(folder: Path, *, say: Say) -> None:
    """Write the graph of each stage anew from the models that are served."""
    arguments = ["layers.models.training.merge_stage", "--folder", str(folder.resolve())]
    TRAINING.run(TRAINING.python(say), arguments, TRAINING_TIMEOUT_SECONDS)


def run_table_training(options: Options, *, say: Say) -> dict[str, Any]:
    """Train on a table, telling the progress, and answer the figures that it prints."""
    arguments = [TABLE_MODULE, *options.arguments()]
    return _figures(TRAINING.follow(TRAINING.python(say), arguments, TABLE_TIMEOUT_SECONDS, say))


def _figures(printed: str) -> dict[str, Any]:
    try:
        figures: dict[str, Any] = json.loads(printed)
    except ValueError as error:
        raise EnvironmentFailed("the training printed no figures") from error
    return figures
