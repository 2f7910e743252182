"""`puhui train`: what it says without data, and where the training libraries come from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra import own_environment, training
from infra.cli import build
from infra.own_environment import EnvironmentFailed, OwnEnvironment

MODEL = "sme_application_score"
KEYS = {"auc_mean", "auc_sd", "ks", "brier", "folds", "n", "features", "sha256", "trained"}


def run(*arguments: str) -> tuple[int, str]:
    answer = CliRunner().invoke(build(), ["train", *arguments])
    return answer.exit_code, answer.stdout


@pytest.mark.parametrize("data", [(), ("--data", "/nowhere")], ids=["not given", "absent"])
def test_without_data_the_committed_card_answers_and_says_so(data: tuple[str, ...]) -> None:
    code, printed = run(MODEL, *data, "--json")

    figures = json.loads(printed)
    assert (code, figures["trained"]) == (0, False)
    assert "nothing was trained" in figures["reason"]
    assert figures.keys() >= KEYS


def test_for_people_it_says_in_words_that_nothing_was_trained() -> None:
    assert "NOT trained 未训练" in run(MODEL)[1]


def test_an_unknown_model_is_one_sentence() -> None:
    code, _ = run("another_model")

    assert code == 2


def test_the_libraries_are_installed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    environment = OwnEnvironment("training", "training", ("a_library_that_nobody_has",), "a lot")

    def install(_: OwnEnvironment, uv: str) -> None:
        installed.append(uv)
        environment.folder.joinpath("bin").mkdir(parents=True, exist_ok=True)
        environment.folder.joinpath("bin", "python").touch()

    monkeypatch.setattr(OwnEnvironment, "folder", property(lambda _: tmp_path / "training"))
    monkeypatch.setattr(own_environment, "uv_command", lambda: "uv")
    monkeypatch.setattr(OwnEnvironment, "_install_with_uv", install)

    said: list[str] = []
    pythons = [environment.python(said.append) for _ in range(2)]

    assert pythons == [tmp_path / "training" / "bin" / "python"] * 2
    assert (installed, len(said)) == (["uv"], 1)


def test_without_uv_pip_installs_the_same_requirements() -> None:
    wanted = training.TRAINING.requirements()

    assert any(one.startswith("scikit-learn") for one in wanted)
    assert any(one.startswith("onnxruntime") for one in wanted)


def test_a_training_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "TRAINING", replace(training.TRAINING, needed=()))

    with pytest.raises(EnvironmentFailed, match="no_such_module"):
        training.run_training("no_such_module", tmp_path, tmp_path, say=lambda _: None)
