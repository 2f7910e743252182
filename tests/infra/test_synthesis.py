"""A synthesis is made once for each state of the sources; the CDK command line reads it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from infra import synth
from infra.config import ROOT, existing_modules
from infra.node import bundled_node
from infra.synth import SynthesisFailed, synthesise

CDK = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace CDK by a list of what was asked of it."""
    asked: list[str] = []

    def run(outdirs: dict[str, Path]) -> None:
        for selected, outdir in outdirs.items():
            asked.append(selected)
            outdir.mkdir()

    monkeypatch.setattr(synth, "_run", run)
    return asked


def test_a_second_synthesis_of_the_same_sources_is_found(tmp_path: Path, runs: list[str]) -> None:
    first = synthesise(tmp_path, ["risk"])

    second = synthesise(tmp_path, ["risk"])

    assert first == second
    assert runs == ["risk"]


def test_each_selection_has_an_assembly_of_its_own(tmp_path: Path, runs: list[str]) -> None:
    assert synthesise(tmp_path, ["risk"]) != synthesise(tmp_path, None)
    assert synthesise(tmp_path, ["a", "b"]) == synthesise(tmp_path, ["b", "a"])


def test_changed_sources_are_synthesised_again(
    tmp_path: Path, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = synthesise(tmp_path)

    monkeypatch.setattr(synth, "SOURCES", ("cdk.json",))

    assert synthesise(tmp_path) != before


def test_an_assembly_of_sources_that_changed_meanwhile_is_not_found_again(
    tmp_path: Path, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = iter(["before", "after", "before", "before"])
    monkeypatch.setattr(synth, "_sources_digest", lambda: next(digests))
    torn = synthesise(tmp_path)

    whole = synthesise(tmp_path)

    assert torn.is_dir()
    assert torn != whole
    assert runs == ["all", "all"]


def test_what_a_synthesis_does_not_read_does_not_change_it() -> None:
    sources = {path.relative_to(ROOT).as_posix() for path in synth._source_files()}

    assert "infra/app.py" in sources
    assert "layers/core/python/puhui/errors.py" in sources
    assert not [one for one in sources if one.startswith(("infra/local/", "infra/cli/", "tests/"))]
    assert not [one for one in sources if one.endswith(".pyc")]


def test_a_failed_synthesis_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(SynthesisFailed, match="no stack for module"):
        synthesise(tmp_path, ["unheard"])

    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_old_assemblies_are_forgotten(
    tmp_path: Path, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synth, "KEPT_ASSEMBLIES", 2)

    for module in ("one", "two", "three"):
        last = synthesise(tmp_path, [module])

    kept = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert len(kept) == 2
    assert last in kept


@pytest.mark.skipif(not CDK.is_file(), reason="the CDK command line is not installed: npm ci")
def test_the_cdk_command_line_synthesises_a_chosen_module(tmp_path: Path) -> None:
    node, module = bundled_node(), min(existing_modules())
    assert node is not None

    done = subprocess.run(  # noqa: S603 (our own command line)
        [node, CDK, "synth", "--quiet", "-c", f"modules={module}", "-o", tmp_path / "out"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    (manifest,) = (tmp_path / "out").glob("assembly-*/manifest.json")
    stacks = [
        artifact["properties"]["stackName"]
        for artifact in json.loads(manifest.read_text(encoding="utf-8"))["artifacts"].values()
        if artifact["type"] == "aws:cloudformation:stack"
    ]
    assert sorted(stacks) == sorted([f"puhui-dev-{module}", "puhui-dev-platform"])
