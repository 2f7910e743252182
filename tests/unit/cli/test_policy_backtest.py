"""`puhui policy backtest`: three kinds of folders, tables, JSON, a chart."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.backtest_chart import draw
from infra.chart_words import FONTS
from risk.domain.backtest_report import verified_sha256
from risk.domain.indicators.library import LIBRARY_SHA256
from tests.support.policy_backtest import OLD, answered, bank_folder, run
from tests.support.real_data import REAL_FIRMS, needs_real_firms
from tests.support.risk import AS_OF

REAL_DAY = "2020-03-01"


def test_json_files_are_a_population_with_outcomes_and_requests(policy: Path, people: Path) -> None:
    report = answered(policy, people)

    found = {(one["old"], one["new"]): one["count"] for one in report["swap_set"]}
    assert (found["approve", "decline"], found["decline", "decline"]) == (2, 1)
    assert report["population"]["bad_rate_bp"] == 5_000
    assert report["verdicts"]["new"]["decline"]["share_bp"] == 10_000


def test_the_report_names_all_that_it_was_made_with(policy: Path, people: Path) -> None:
    report = answered(policy, people)

    assert report["policies"]["old"]["sha256"] == OLD.sha256
    assert report["policies"]["new"]["version"] == "test-1"
    assert (report["library_sha256"], report["as_of"]) == (LIBRARY_SHA256, AS_OF.isoformat())
    assert report["report_sha256"] == verified_sha256(report)


def test_against_another_file_and_the_same_one_nothing_changes(policy: Path, people: Path) -> None:
    report = answered(policy, people, "--against", str(policy))

    assert report["policies"]["old"] == report["policies"]["new"]
    assert (report["reason_codes"], report["limit_change_fen"]["count"]) == ([], 0)


def test_a_request_without_an_amount_asks_for_that_of_the_command(
    policy: Path, people: Path
) -> None:
    reports = [answered(policy, people, "--amount-yuan", yuan) for yuan in ("100000", "200000")]

    assert reports[0]["population"]["sha256"] != reports[1]["population"]["sha256"]


def test_people_read_tables_in_both_languages(policy: Path, people: Path) -> None:
    said = run(policy, people).stdout

    for words in ("通过 approve", "Swap set", "2  50.00% (1/2)", "SCORE_TOO_LOW", "report_sha256"):
        assert words in said


def test_a_banks_own_folder_says_outcomes_amounts_and_ages(policy: Path, tmp_path: Path) -> None:
    named = {"企业名称": "甲公司", "成立日期": "2015-01-01", "申请金额": "200000"}
    firms = [
        {"企业代号": "甲1", **named, "是否违约": "否"},
        {"企业代号": "乙2", **named, "是否违约": ""},
    ]

    report = answered(policy, bank_folder(tmp_path / "bank", firms))

    everybody = report["population"]
    assert (everybody["count"], everybody["labelled"], everybody["bad"]) == (2, 1, 0)
    assert report["verdicts"]["old"]["approve"]["count"] == 2


def test_the_contests_folder_has_firms_with_and_without_outcome(
    policy: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "contest"
    known = [{"企业代号": "E1", "企业名称": "甲公司", "信誉评级": "D", "是否违约": "是"}]
    bank_folder(folder, known, "labelled_")
    bank_folder(folder, [{"企业代号": "E124", "企业名称": "乙公司"}], "unlabelled_")

    everybody = answered(policy, folder)["population"]

    assert (everybody["count"], everybody["labelled"], everybody["bad"]) == (2, 1, 1)


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_chart_is_a_picture(policy: Path, people: Path, tmp_path: Path, ending: str) -> None:
    chart = tmp_path / f"chart.{ending}"

    assert run(policy, people, "--chart", str(chart)).exit_code == 0

    begins = {"svg": b"<?xml", "png": b"\x89PNG"}[ending]
    assert chart.read_bytes().startswith(begins)


def test_the_same_report_is_the_same_picture(policy: Path, people: Path, tmp_path: Path) -> None:
    report = answered(policy, people)
    charts = [tmp_path / "one.svg", tmp_path / "two.svg"]

    for chart in charts:
        draw(report, chart)

    assert charts[0].read_bytes() == charts[1].read_bytes()


def test_without_a_chinese_font_the_chart_is_in_english(
    policy: Path, people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import matplotlib as mpl

    monkeypatch.setattr("infra.chart_words.FONTS", FONTS / "absent")
    chart = tmp_path / "chart.svg"

    with mpl.rc_context({"svg.fonttype": "none"}):
        draw(answered(policy, people), chart)

    drawn = chart.read_text(encoding="utf-8")
    assert "approve" in drawn
    assert "通过" not in drawn


@pytest.mark.full
@pytest.mark.data
@needs_real_firms
def test_the_real_firms_are_385_of_whom_83_have_an_outcome(policy: Path) -> None:
    report = answered(policy, REAL_FIRMS, day=REAL_DAY)

    everybody = report["population"]
    assert (everybody["count"], everybody["labelled"], everybody["bad"]) == (385, 83, 18)
    assert sum(one["count"] for one in report["swap_set"]) == 385
    approved = report["verdicts"]["old"]["approve"]
    assert approved["bad_rate_bp"] < everybody["bad_rate_bp"]
    assert report["verdicts"]["new"]["approve"]["count"] == 0
