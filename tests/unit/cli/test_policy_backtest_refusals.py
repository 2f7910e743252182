"""`puhui policy backtest` refuses in one clear sentence what it cannot run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.policy_backtest import a_file, a_policy, bank_folder, refused, run


def test_a_policy_with_findings_is_refused_with_them(tmp_path: Path, people: Path) -> None:
    result = run(a_policy(tmp_path, score_too_low="[9..3]"), people)

    assert result.exit_code == 1
    assert "INTERVAL_INVERTED" in result.stdout


def test_an_old_policy_with_findings_is_refused_too(
    policy: Path, tmp_path: Path, people: Path
) -> None:
    bad = a_policy(tmp_path, "bad.json", score_too_low="[9..3]")

    result = run(policy, people, "--against", str(bad), "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["findings"][0]["code"] == "INTERVAL_INVERTED"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--amount-yuan", "0"], "--amount-yuan: rule range"),
        (["--chart", "chart.gif"], "--chart: rule suffix"),
        (["--chart", "no/such/folder/chart.svg"], "--chart: rule writable"),
        (["--against", "absent.json"], "absent.json cannot be read"),
    ],
)
def test_a_bad_option_is_one_sentence(
    policy: Path, people: Path, more: list[str], words: str
) -> None:
    assert words in refused(policy, people, *more)


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "20260801"])
def test_a_day_that_is_none_is_refused(policy: Path, people: Path, day: str) -> None:
    assert "--as-of: rule date" in refused(policy, people, day=day)


def test_a_day_before_every_policy_asks_for_one(policy: Path, people: Path) -> None:
    assert "--against" in refused(policy, people, day="2010-01-01")


def test_a_day_before_every_price_is_refused(policy: Path, people: Path) -> None:
    said = refused(policy, people, "--against", str(policy), day="2010-01-01")

    assert "--as-of: rule risk.pricing.in_force" in said


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"label": "no"}, "field label: rule file"),
        ({"subject": ""}, "field subject: rule required"),
        ({"subject": 3}, "field subject: rule file"),
        ({"remark": "x"}, "field remark: rule file"),
        ({"request": {"as_of": "2026-01-01"}}, "field request.as_of: rule unknown"),
        ({"request": {"amount_fen": -1}}, "field request.amount_fen: rule greater_than"),
        ({"request": {"term_months": "x"}}, "field request.term_months: rule int"),
        ({"documents": {"nothing/1": {}}}, "no product nothing/1"),
        ({"documents": {"tax/1": {}}}, "documents.tax/1: field"),
        ({"documents": {"tax/1": "lost", "tax": "lost"}}, "rule state"),
        ({"documents": {"tax/1": "stale", "tax": "stale"}}, "given twice"),
    ],
)
def test_a_bad_file_is_told_with_field_and_rule(
    policy: Path, tmp_path: Path, more: dict[str, Any], words: str
) -> None:
    a_file(tmp_path / "bad", **more)

    assert words in refused(policy, tmp_path / "bad")


@pytest.mark.parametrize("text", ["", "{", "[1]", "[" * 100_000, '"\\ud800"'])
def test_what_is_no_json_is_told(policy: Path, tmp_path: Path, text: str) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "one.json").write_text(text, encoding="utf-8")

    assert "one.json: field" in refused(policy, folder)


def test_one_subject_twice_is_refused(policy: Path, people: Path) -> None:
    (people / "again.json").write_bytes((people / "S1.json").read_bytes())

    assert "field subject: rule unique" in refused(policy, people)


def test_a_folder_without_applicants_is_refused(policy: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    assert "--population: rule files" in refused(policy, empty)
    assert "--population: rule folder" in refused(policy, empty / "absent")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"是否违约": "也许"}, "field 是否违约: rule data.outcome"),
        ({"申请金额": "many"}, "rule data.firm"),
        ({"成立日期": "soon"}, "rule data.firm"),
        ({"行业": "A"}, "rule data.columns"),
        ({"行业门类": "Z"}, "field request.industry_section"),
    ],
)
def test_a_bad_enterprises_file_is_told(
    policy: Path, tmp_path: Path, cells: dict[str, str], words: str
) -> None:
    firm = {"企业代号": "甲1", "企业名称": "甲公司"} | cells

    assert words in refused(policy, bank_folder(tmp_path / "bank", [firm]))


def test_a_bad_invoice_line_is_told_with_its_number(policy: Path, tmp_path: Path) -> None:
    firm = {"企业代号": "甲1", "企业名称": "甲公司"}
    folder = bank_folder(tmp_path / "bank", [firm], status="也许")

    assert "output_invoices.csv, line 2" in refused(policy, folder)
