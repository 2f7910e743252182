"""`puhui train tabular`: what is refused before anything is installed, and what people read."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra import own_environment, training
from infra.cli import build
from infra.cli.train_tables import RISKIER_BY
from infra.own_environment import EnvironmentFailed
from layers.models.training import reject_inference
from tests.unit.training.tables import cells, write

MODEL = {"auc": [0.8, 0.01], "ks": 0.5, "brier": 0.1, "calibration_slope": 1.0, "n": 60}
REPORT: dict[str, Any] = {
    **MODEL,
    "dataset": "tabular", "trained": True, "protocol": "1 x 5", "defaults": 15, "positive": "bad",
    "scorecard": MODEL, "notes": ["age [is] left out"], "warnings": ["city: AUC 0.99 alone"],
    "approval_at_bad_rate": {
        "bad_rate_max": 0.015, "champion": 0.5, "scorecard": 0.4, "best_feature": 0.3,
        "best_feature_name": "age",
    },
    "out_of_time": {"champion": {**MODEL, "auc": 0.7, "mean_pd": 0.2}, "bad_rate_test": 0.3},
}  # fmt: skip


def run(*arguments: str) -> tuple[int, str, str]:
    answer = CliRunner().invoke(build(), ["train", *arguments])
    return answer.exit_code, answer.stdout, answer.stderr


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[training.Options]:
    """What the training was asked for, instead of a training."""
    found: list[training.Options] = []

    def trained(options: training.Options, **_: Any) -> dict[str, Any]:
        found.append(options)
        return REPORT

    monkeypatch.setattr(training, "run_table_training", trained)
    return found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--target", "nothing"), "--target: the file has no column nothing"),
        (("--target", "city"), "city: has 3 values where two are needed"),
        (("--target", "outcome", "--positive", "maybe"), "--positive: outcome has no maybe"),
        (("--target", "outcome", "--drop", "age,x"), "--drop: the file has no column x"),
        (("--target", "outcome", "--monotone", "x:1"), "--monotone: there is no feature x"),
        (("--target", "outcome", "--calibration", "best"), "--calibration: best"),
        ((), "--target: name the column"),
        (("--target", "outcome", "--reject-factor", "0.5"), "--reject-factor: must be from 1"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_with_code_2(
    tmp_path: Path, asked: list[training.Options], arguments: tuple[str, ...], said: str
) -> None:
    path = write(tmp_path / "table.csv", cells())

    code, _, errors = run("tabular", "--data", str(path), *arguments)

    assert (code, asked) == (2, [])
    assert errors.startswith(f"puhui: {said}")
    assert len(errors.splitlines()) == 1


def test_a_name_without_data_says_what_is_missing(asked: list[training.Options]) -> None:
    code, _, errors = run("gmsc")

    assert (code, asked) == (2, [])
    assert "--data" in errors


def test_the_factor_of_refused_applicants_is_that_of_the_training() -> None:
    assert RISKIER_BY == reject_inference.RISKIER_BY


def test_refused_applicants_travel_to_the_training_and_are_told(
    tmp_path: Path, asked: list[training.Options], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "table.csv", cells())
    refused = write(tmp_path / "refused.csv", {"age": ["30"], "city": ["Lima"]})
    told = {"rows": 1, "factor": 2.0, "note": "assumed"}
    monkeypatch.setitem(REPORT, "rejects", told)

    _, printed, _ = run(
        "tabular", "--data", str(path), "--target", "outcome", "--rejects", str(refused),
        "--reject-factor", "2",
    )  # fmt: skip

    assert [(one.rejects, one.reject_factor) for one in asked] == [(refused, 2.0)]
    assert "拒绝样本: 1 rows, factor 2; assumed" in printed


def test_people_read_figures_notes_and_warnings(
    tmp_path: Path, asked: list[training.Options]
) -> None:
    path = write(tmp_path / "table.csv", cells())

    code, printed, _ = run("tabular", "--data", str(path), "--target", "outcome")

    assert code == 0
    assert [options.target for options in asked] == ["outcome"]
    for words in ("0.8000", "跨期", "age [is] left out", "WARNING city", "50.0%"):
        assert words in printed


def test_machines_read_the_report_as_it_is(tmp_path: Path, asked: list[training.Options]) -> None:
    path = write(tmp_path / "table.csv", cells())

    _, printed, _ = run("tabular", "--data", str(path), "--target", "outcome", "--json")

    assert json.loads(printed) == REPORT
    assert len(asked) == 1


def test_progress_is_told_while_it_runs_and_trouble_with_its_last_words() -> None:
    script = "import sys; print('one', file=sys.stderr); print(2); sys.exit(len(sys.argv) - 1)"
    said: list[str] = []

    def followed(*arguments: str) -> str:
        command = [sys.executable, "-c", script, *arguments]
        return own_environment.follow(command, "training", 60, os.environ, said.append)

    assert followed() == "2\n"
    with pytest.raises(EnvironmentFailed, match="one"):
        followed("more")
    assert said == ["one", "one"]
