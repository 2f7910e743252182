"""A cloud in one process leaves the process as it found it."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from infra.local.errors import LocalCloudError
from infra.local.functions import FunctionSpec
from infra.local.handler_image import HandlerImage
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


def test_closing_waits_for_the_handler_that_runs_and_no_other_runs_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started, may_end, answers, before = threading.Event(), threading.Event(), [], dict(os.environ)

    def handler(event: Any, context: Any) -> str:
        started.set()
        may_end.wait(10)
        return os.environ["WHOSE"]

    code = ModuleType("slow_code")
    code.handler = handler  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "slow_code", code)
    image = HandlerImage(lambda: set())
    spec = FunctionSpec(name="f", arn="arn", handler="slow_code.handler", environment={}, paths=())
    environment = {**before, "WHOSE": "the function's"}
    task = threading.Thread(target=lambda: answers.append(image.run(spec, environment, {})))

    task.start()
    started.wait(10)
    closing = threading.Thread(target=image.close)
    closing.start()
    closing.join(0.05)
    assert closing.is_alive()

    may_end.set()
    closing.join(10)
    task.join(10)
    assert [one.json() for one in answers] == ["the function's"]
    assert dict(os.environ) == before
    assert b"the cloud is closed" in image.run(spec, environment, {}).payload
