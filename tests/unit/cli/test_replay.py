"""`puhui replay` and `puhui explain` with nothing running: an archive folder is all they need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli import build
from infra.demo.archive_export import FOLDER, KEY_FILE, export_archive
from infra.demo.archive_keys import KeyFile
from tests.support.risk import a_document, a_healthy_firm
from tests.support.risk_archive import archived

STOPPED = [row for row in a_healthy_firm() if row["issued_on"] < "2025-12-01"]
FIRMS = [
    a_document(a_healthy_firm()),
    a_document([row | {"counterparty": "B1"} for row in a_healthy_firm()]),
    a_document(STOPPED),
]
SOURCE, DECISIONS = archived(FIRMS)
IDS = [decision.result.decision_id for decision in DECISIONS]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / FOLDER
    export_archive(SOURCE, folder, KeyFile.made(tmp_path / KEY_FILE))
    return folder


def run(command: str, archive: Path, *arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(build(), [command, "--archive", str(archive), *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_every_decision_replays(archive: Path) -> None:
    code, printed, _ = run("replay", archive, "--all", "--json")

    assert (code, json.loads(printed)) == (0, {"decisions": 3, "identical": 3, "different": []})


def test_one_decision_replays(archive: Path) -> None:
    code, printed, _ = run("replay", archive, IDS[0])

    assert (code, "1 of 1 identical" in printed) == (0, True)


def test_an_altered_fact_is_named_and_the_exit_code_says_so(archive: Path) -> None:
    path = sorted((archive / "documents").iterdir())[0]
    body = bytearray(path.read_bytes())
    body[100] ^= 1
    path.write_bytes(bytes(body))

    code, printed, _ = run("replay", archive, "--all", "--json")

    report = json.loads(printed)
    (different,) = report["different"]
    assert (code, report["decisions"], report["identical"]) == (1, 3, 2)
    assert different["decision_id"] in IDS
    assert different["first_difference"] == {
        "part": "fact",
        "path": "$.request.facts[0].sha256",
        "recorded": path.stem,
        "recomputed": f"documents {path.stem}: seal broken",
    }


def test_for_people_a_difference_is_named_in_words(archive: Path) -> None:
    for path in (archive / "artefacts").glob("policy-*"):
        path.unlink()

    code, printed, _ = run("replay", archive, "--all")

    assert (code, "策略 policy" in printed, "0 of 3" in printed) == (1, True, True)


@pytest.mark.parametrize("arguments", [(), ("--all", IDS[0])])
def test_it_wants_one_decision_or_all(archive: Path, arguments: tuple[str, ...]) -> None:
    code, _, said = run("replay", archive, *arguments)

    assert (code, said) == (2, "puhui: name one decision, or --all\n")


@pytest.mark.parametrize("command", ["replay", "explain"])
def test_an_unknown_decision_is_one_sentence(archive: Path, command: str) -> None:
    code, _, said = run(command, archive, "dec-unknown")

    assert (code, said) == (2, "puhui: no decision dec-unknown is in the archive\n")


def test_the_two_buckets_belong_together(archive: Path) -> None:
    done = CliRunner().invoke(build(), ["replay", "--all", "--bucket", "records"])

    assert (done.exit_code, "belong together" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (IDS[0], ["通过 approve", "AUTO_APPROVED", "额度 limit: 500,000.00 CNY"]),
        (IDS[1], ["转人工 refer", "● TOP_BUYER", "近12个月销项交易对手第一大占比 = 1.0000"]),
        (IDS[2], ["拒绝 decline", "● SALES_STOPPED", "客户:"]),
    ],
)
def test_an_explanation_says_what_decided(archive: Path, decision: str, said: list[str]) -> None:
    code, printed, _ = run("explain", archive, decision)

    assert code == 0
    assert [text for text in said if text not in printed] == []
    assert "未定 undetermined" in printed


def test_in_full_also_what_did_not_fire_is_shown(archive: Path) -> None:
    short, full = run("explain", archive, IDS[0])[1], run("explain", archive, IDS[0], "--full")[1]

    assert ("FIRM_TOO_YOUNG" in short, "○ FIRM_TOO_YOUNG" in full) == (False, True)


def test_an_explanation_tells_what_every_model_said(archive: Path) -> None:
    code, printed, _ = run("explain", archive, IDS[0])

    assert code == 0
    assert "M02 黑白灰名单模型:  名单筛查等级 未命中" in printed
    assert "M07 材料真伪与流水可信模型:  未调用：无银行流水" in printed
    assert "未命中任何名单" in printed
    assert "● GREY_LISTED" not in printed
