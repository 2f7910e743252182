"""A cloud in one process leaves the process as it found it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infra.local.errors import LocalCloudError
from infra.local.inprocess import InProcessCloud
from tests.support import tiny_assembly


def test_the_environment_and_moto_come_back(tmp_path: Path) -> None:
    from moto.awslambda_simple.models import LambdaSimpleBackend

    before, invoke = dict(os.environ), LambdaSimpleBackend.invoke
    folder = tiny_assembly.write(tmp_path)

    with pytest.raises(RuntimeError, match="in the middle"), InProcessCloud(folder):
        raise RuntimeError("in the middle")

    assert dict(os.environ) == before
    assert LambdaSimpleBackend.invoke is invoke


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    folder = tiny_assembly.write(tmp_path)

    with (
        InProcessCloud(folder),
        pytest.raises(LocalCloudError, match="one at a time"),
        InProcessCloud(folder),
    ):
        pass
