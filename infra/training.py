"""Runs a training in an environment of its own, whose 900 MB of libraries nothing else needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from infra.own_environment import EnvironmentFailed, OwnEnvironment, Say

TRAINING: Final = OwnEnvironment(
    group="training",
    what="training",
    needed=("onnx", "sklearn", "onnxruntime"),
    size="900 MB",
)
TRAINING_TIMEOUT_SECONDS: Final = 1_800


def run_training(module: str, data: Path, output: Path, *, say: Say) -> dict[str, Any]:
    """Run a training module over a folder and answer the figures that it prints."""
    arguments = [module, "--data", str(data.resolve()), "--output", str(output.resolve())]
    printed = TRAINING.run(TRAINING.python(say), arguments, TRAINING_TIMEOUT_SECONDS)
    try:
        figures: dict[str, Any] = json.loads(printed)
    except ValueError as error:
        raise EnvironmentFailed("the training printed no figures") from error
    return figures
