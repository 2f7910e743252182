"""`puhui policy backtest`: three kinds of folders, tables, JSON, a chart, and clear refusals."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from infra.backtest_chart import FONTS, draw
from infra.cli import build
from infra.demo import api as bank_api
from risk.adapters.packaged_policies import PackagedPolicies
from risk.domain.backtest_report import verified_sha256
from risk.domain.indicators.library import LIBRARY_SHA256
from tests.support.real_data import REAL_FIRMS, needs_real_firms
from tests.support.risk import AS_OF, Row, a_document, a_healthy_firm

OLD = PackagedPolicies().in_force(AS_OF)
REAL_DAY = "2020-03-01"
INVOICE_HEAD = ("企业代号", "发票号码", "开票日期", "金额", "税额", "价税合计", "发票状态")


@cache
def app() -> Any:
    return build()


def run(policy: Path, population: Path, *more: str, day: str = AS_OF.isoformat()) -> Any:
    given = ["--policy", str(policy), "--population", str(population), "--as-of", day]
    return CliRunner().invoke(app(), ["policy", "backtest", *given, *more])


def answered(policy: Path, population: Path, *more: str, day: str = AS_OF.isoformat()) -> Any:
    result = run(policy, population, *more, "--json", day=day)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(policy: Path, population: Path, *more: str, day: str = AS_OF.isoformat()) -> str:
    result = run(policy, population, *more, day=day)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    return str(result.stderr)


def a_policy(folder: Path, name: str = "new.json", **cells: str) -> Path:
    """The policy in force; `row=cell` writes the cell of the score column in the outcome's row."""
    document = json.loads(OLD.source)
    document["version"] = "test-1"
    for row in document["tables"]["outcome"]["rules"]:
        if row["_id"] in cells:
            row["c3"] = cells[row["_id"]]
    path = folder / name
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def a_file(folder: Path, subject: str = "S1", **more: Any) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{subject}.json"
    invoices = json.loads(a_document(a_healthy_firm()))
    whole = {"subject": subject, "documents": {"invoice/1": invoices}} | more
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """Nobody's score is enough for this one."""
    return a_policy(tmp_path, score_too_low="null, < 999")


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Three applicants in JSON: good, bad, and one of whom nothing came."""
    folder = tmp_path / "people"
    a_file(folder, "S1", label=False)
    a_file(folder, "S2", label=True, request={"amount_fen": 20_000_000})
    a_file(folder, "三号", documents={"tax/1": "not_consented"})
    return folder


def bank_folder(
    folder: Path, firms: Sequence[dict[str, str]], prefix: str = "", status: str = "有效"
) -> Path:
    """The firms in the format of docs/data-format.md, each with a healthy firm's invoices."""
    folder.mkdir(exist_ok=True)
    _write(folder / f"{prefix}enterprises.csv", list(firms[0]), [list(f.values()) for f in firms])
    for direction, stem, partner in (
        ("out", "output", "购方单位代号"),
        ("in", "input", "销方单位代号"),
    ):
        rows = [
            _line(firm["企业代号"], row, status)
            for firm in firms
            for row in a_healthy_firm(months=30)
            if row["direction"] == direction
        ]
        _write(folder / f"{prefix}{stem}_invoices.csv", [*INVOICE_HEAD, partner], rows)
    return folder


def _line(firm: str, row: Row, status: str) -> list[str]:
    amounts = (f"{row[key] / 100:.2f}" for key in ("amount_fen", "tax_fen", "total_fen"))
    return [firm, row["number"], row["issued_on"], *amounts, status, row["counterparty"]]


def _write(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])


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

    monkeypatch.setattr("infra.backtest_chart.FONTS", FONTS / "absent")
    chart = tmp_path / "chart.svg"

    with mpl.rc_context({"svg.fonttype": "none"}):
        draw(answered(policy, people), chart)

    drawn = chart.read_text(encoding="utf-8")
    assert "approve" in drawn
    assert "通过" not in drawn


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


class ScriptedDesk:
    """A bank that keeps one checked version, and remembers which report it was told."""

    def __init__(self, sha256: str) -> None:
        self.version = {"policy_id": OLD.id, "version": "test-1", "sha256": sha256}
        self.told: list[Any] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"items": [self.version], "shadow": None})
        self.told.append(json.loads(request.content))
        return httpx.Response(200, json=self.version | {"stage_name": "已回测"})


def tell(
    monkeypatch: pytest.MonkeyPatch, desk: ScriptedDesk, report: Path, version: str = "test-1"
) -> Any:
    def client(base_url: str) -> httpx.Client:
        return httpx.Client(base_url=base_url, transport=httpx.MockTransport(desk))

    monkeypatch.setattr(bank_api, "shared_client", client)
    arguments = ["risk", "policy", "tested", OLD.id, version, "--report", str(report)]
    environment = {"PUHUI_URL": "https://bank.example", "PUHUI_TOKEN": "mine"}
    return CliRunner().invoke(app(), arguments, env=environment)


@pytest.fixture
def written(tmp_path: Path, policy: Path, people: Path) -> tuple[Path, Any]:
    """A report in a file, and what it says."""
    report = answered(policy, people)
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    return path, report


def test_the_life_cycle_takes_the_report_by_its_own_hash(
    written: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, report = written
    desk = ScriptedDesk(report["policies"]["new"]["sha256"])

    result = tell(monkeypatch, desk, path)

    assert result.exit_code == 0, result.output
    assert desk.told == [{"report_sha256": report["report_sha256"]}]


@pytest.mark.parametrize(
    ("changes", "version", "kept", "rule"),
    [
        ({"as_of": "2020-01-01"}, "test-1", True, "report.sha256"),
        ({}, "test-2", True, "report.policy"),
        ({}, "test-1", False, "report.policy"),
    ],
)
def test_a_report_of_something_else_is_not_told(
    written: tuple[Path, Any],
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    version: str,
    kept: bool,
    rule: str,
) -> None:
    path, report = written
    path.write_text(json.dumps(report | changes), encoding="utf-8")
    desk = ScriptedDesk(report["policies"]["new"]["sha256"] if kept else "0" * 64)

    result = tell(monkeypatch, desk, path, version)

    assert (result.exit_code, rule in result.stderr, desk.told) == (2, True, [])


def test_what_is_no_report_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.json"
    path.write_text("no json", encoding="utf-8")
    desk = ScriptedDesk("0" * 64)

    result = tell(monkeypatch, desk, path)

    assert (result.exit_code, "report.json" in result.stderr, desk.told) == (2, True, [])
