"""The `puhui` command: groups are found, trouble is one sentence, starting it is cheap."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli import build, command_groups
from infra.local import overrides, running, state_files
from infra.local.errors import NotRunning

ROOT = Path(__file__).parents[3]


def test_every_command_is_found() -> None:
    names = {group.__name__.rpartition(".")[2] for group in command_groups()}

    assert {"up", "token", "show", "dlq"} <= names


def test_help_lists_the_commands() -> None:
    result = CliRunner().invoke(build(), ["--help"])

    assert result.exit_code == 0
    assert all(name in result.output for name in ("up", "token", "show", "dlq"))


def test_building_the_command_line_loads_nothing_heavy() -> None:
    code = "import sys, infra.cli; infra.cli.build(); print(*sys.modules)"

    done = subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert not {"boto3", "moto", "aws_cdk", "numpy", "onnxruntime"} & set(done.stdout.split())


def test_a_command_that_needs_a_cloud_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(NotRunning, match="puhui up"):
        running.running_cloud(tmp_path)


def test_the_description_of_a_cloud_that_is_gone_does_not_count(tmp_path: Path) -> None:
    gone = {"pid": 2**22 - 1, "gateway_url": "x"}
    (tmp_path / "cloud-1.json").write_text(json.dumps(gone))

    assert running.description_of(tmp_path) is None


def test_an_unknown_role_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(overrides, "STATE_DIR", tmp_path)

    result = CliRunner().invoke(build(), ["token", "--role", "king", "--bank", "north"])

    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_the_youngest_living_cloud_is_found(tmp_path: Path) -> None:
    for name, started in (("older", 1000), ("younger", 2000)):
        path = tmp_path / f"cloud-{name}.json"
        path.write_text(json.dumps({"pid": os.getpid(), "gateway_url": name}))
        os.utime(path, (started, started))

    found = running.description_of(tmp_path)

    assert found is not None
    assert found["gateway_url"] == "younger"


def test_logs_of_a_living_cloud_are_kept(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.log").write_text("x")
    announcement = state_files.announce(tmp_path, {"gateway_url": "x"})
    state_files.forget_old_logs(tmp_path)
    kept = list((tmp_path / "logs").iterdir())
    announcement.unlink()

    state_files.forget_old_logs(tmp_path)

    assert (len(kept), list((tmp_path / "logs").iterdir())) == (1, [])
