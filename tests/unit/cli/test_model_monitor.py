"""`puhui models monitor` over an archive folder: nothing else is running."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.cli import build
from infra.demo.archive_export import FOLDER, KEY_FILE, export_archive
from infra.demo.archive_keys import KeyFile
from tests.support.monitoring import REAL_MODEL
from tests.support.risk import a_document, a_healthy_firm
from tests.support.risk_archive import InMemoryArchive, archived

LISTENED = "tax_invoice_score"
FIRMS = [
    a_document([row | {"counterparty": f"B{n}"} for row in a_healthy_firm()]) for n in range(3)
]
SOURCE, DECISIONS = archived(FIRMS)


@cache
def app() -> Any:
    return build()


def exported(folder: Path, source: InMemoryArchive = SOURCE) -> Path:
    export_archive(source, folder / FOLDER, KeyFile.made(folder / KEY_FILE))
    return folder / FOLDER


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return exported(tmp_path)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app(), ["models", "monitor", *arguments])


def answered(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(*arguments: str) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    return str(result.stderr)


def a_csv(path: Path, head: Sequence[str], *rows: Sequence[str]) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return str(path)


def outcomes(folder: Path, *rows: Sequence[str]) -> str:
    return a_csv(folder / "outcomes.csv", ("application_id", "result", "known_on"), *rows)


def test_every_model_that_answered_is_told_and_every_other_is_named(archive: Path) -> None:
    told = answered("--archive", str(archive))

    reports = {one["report"]["model_id"]: one["report"] for one in told["models"]}
    assert {name: one["decided"] for name, one in reports.items()} == {REAL_MODEL: 3, LISTENED: 0}
    assert {one["count"] for one in reports.values()} == {3}
    assert "behaviour_score" in told["silent"]
    assert (told["bank_id"], told["night"], told["unreadable"]) == ("north", None, [])


def test_the_page_for_people_names_what_did_not_answer(archive: Path) -> None:
    printed = run("--archive", str(archive)).stdout

    assert "样本不足" in printed
    assert "旁听" in printed
    assert "没有回答 answered in no decision" in printed


def test_outcomes_of_a_file_stand_beside_each_models_score(archive: Path, tmp_path: Path) -> None:
    file = outcomes(
        tmp_path,
        ("app-0", "bad", "2027-08-01"),
        ("app-0", "good", "2027-09-01"),
        ("app-1", "good", "2027-08-01"),
    )

    told = answered("--archive", str(archive), "--outcomes", file)

    vintages = [one["report"]["vintages"][-1] for one in told["models"]]
    assert [(one["count"], one["bad"]) for one in vintages] == [(2, 1), (2, 1)]


def test_reviews_of_a_file_count_as_overrides(archive: Path, tmp_path: Path) -> None:
    first = DECISIONS[0].result.decision_id
    file = a_csv(tmp_path / "reviews.csv", ("decision_id", "outcome"), (first, "changed"))

    told = answered("M08", "--archive", str(archive), "--reviews", file)

    every = told["models"][0]["report"]["rates"][-1]
    assert (every["reviewed"], every["overridden"]) == (1, 1)


def test_a_challenger_is_compared_where_both_answered(archive: Path) -> None:
    told = answered("M08", "--challenger", "M12", "--archive", str(archive))

    swaps = {
        (one["champion"], one["challenger"]): one["count"] for one in told["challenger"]["swaps"]
    }
    approved = sum(one.result.verdict == "approve" for one in DECISIONS)
    assert told["challenger"]["count"] == 3
    assert swaps["approve", "approve"] + swaps["approve", "decline"] == approved
    assert swaps["approve", "decline"] == swaps["decline", "approve"]


def test_one_model_is_told_in_full_and_drawn(archive: Path, tmp_path: Path) -> None:
    chart = tmp_path / "m08.svg"

    printed = run("M08", "--archive", str(archive), "--chart", str(chart)).stdout

    for part in ("稳定性", "比率", "公平性", "模型卡的坏样本", f"图 chart: {chart}"):
        assert part in printed
    assert "<svg" in chart.read_text(encoding="utf-8")


def test_a_record_that_cannot_be_read_is_named_and_hides_no_other(tmp_path: Path) -> None:
    records = {**SOURCE.records, DECISIONS[0].result.decision_id: DECISIONS[0].record}
    folder = exported(tmp_path, replace(SOURCE, records=records))
    lost = DECISIONS[0].result.decision_id
    (folder / "records" / f"{lost}.sealed").unlink()

    told = answered("--archive", str(folder))

    assert (told["unreadable"], told["models"][0]["report"]["count"]) == ([lost], 2)
    assert told["models"][0]["report"]["gaps"]["unreadable"] == 1


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("app-9", "good", "2027-08-01"), "line 2: application_id: nobody decided on it"),
        (("app-0", "late", "2027-08-01"), "line 2: result: must be one of good, bad"),
        (("app-0", "bad", "1.8.2027"), "line 2: known_on: must be a date"),
        (("app-0", "bad", "2020-01-01"), "line 2: known_on: an outcome is not known before"),
    ],
)
def test_an_outcome_that_cannot_be_used_is_named_with_line_and_rule(
    archive: Path, tmp_path: Path, row: Sequence[str], sentence: str
) -> None:
    assert sentence in refused("--archive", str(archive), "--outcomes", outcomes(tmp_path, row))


def test_a_file_without_its_columns_is_refused(archive: Path, tmp_path: Path) -> None:
    file = a_csv(tmp_path / "odd.csv", ("customer_id",), ("cus-1",))

    assert "rule columns: application_id, result" in refused(
        "--archive", str(archive), "--outcomes", file
    )
    assert "no attribute beside customer_id" in refused("--archive", str(archive), "--groups", file)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("M27",), "M27 is no statistical model"),
        (("M99",), "there is no model M99"),
        (("--challenger", "M12"), "--challenger: name another MODEL"),
        (("M12", "--challenger", "M12"), "--challenger: name another MODEL"),
        (("--env", "prod"), "--bank: name the bank"),
        (("--env", "prod", "--archive", "somewhere"), "name one of them"),
        (("--now", "--archive", "somewhere"), "--now measures a cloud's records"),
        (("--outcomes", "file.csv"), "--outcomes: a night's report is kept as it is"),
        (("--chart", "file.pdf"), "--chart: rule suffix"),
        (("--chart", "nowhere/file.svg"), "--chart: rule writable"),
        (("M22", "--archive", "{archive}"), "behaviour_score answered in no decision of north"),
        (("--bank", "south", "M08", "--archive", "{archive}"), "no decision of south"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(
    archive: Path, arguments: Sequence[str], sentence: str
) -> None:
    assert sentence in refused(*(one.format(archive=archive) for one in arguments))
