"""Runs the tests of fitting where their libraries are: minutes when these are installed first."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from infra.config import ROOT
from infra.own_environment import ONE_THREAD, SOURCE_ROOTS
from infra.training import TRAINING


@pytest.mark.full
def test_the_libraries_prove_it_all() -> None:
    """pytest is lent by this environment; the libraries are those of the training."""
    python = TRAINING.python(lambda _: None)
    lent = Path(pytest.__file__).parents[1]
    roots = os.pathsep.join(str(root) for root in (*SOURCE_ROOTS, lent))

    done = subprocess.run(  # noqa: S603  (our own command line)
        [python, "-m", "pytest", "-p", "no:cacheprovider", "tests/unit/training/test_fitting.py"],
        cwd=ROOT, env={**os.environ, **ONE_THREAD, "PYTHONPATH": roots},
        capture_output=True, text=True, check=False, timeout=1_800,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-3000:]
