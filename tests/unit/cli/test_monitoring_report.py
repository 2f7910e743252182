"""A monitoring report as tables and as a picture."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

from rich.console import Console

from infra.monitoring_chart import draw_overview, draw_sheet
from infra.monitoring_overview import overview
from infra.monitoring_report import challenger_tables, tables
from infra.monitoring_sources import Found, Line
from risk.domain.monitoring.challenger import compare, pairs_of
from risk.domain.monitoring.report import Gaps, MonitoringReport, report_over
from tests.support.monitoring import DAY, a_card, a_scored, an_outcome


def a_report(**changes: object) -> MonitoringReport:
    decisions = [
        a_scored(
            number, as_of=DAY - timedelta(days=number % 28), branch_id=("hefei", "wuhu")[number % 2]
        )
        for number in range(400)
    ]
    outcomes = [an_outcome(n, result="bad" if n % 4 == 0 else "good", pd_ppm=n) for n in range(80)]
    return report_over(decisions, a_card(), outcomes=outcomes, **changes)  # type: ignore[arg-type]


def printed(parts: object) -> str:
    console = Console(file=StringIO(), width=160, color_system=None)
    for part in parts:  # type: ignore[attr-defined]
        console.print(part)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def test_everything_that_was_measured_is_told() -> None:
    text = printed(tables(a_report()))

    for part in ("稳定性", "评分分布", "每周", "比率", "账龄区分度", "公平性", "稳定", "100.0%"):
        assert part in text
    assert "缺口" not in text


def test_a_report_with_gaps_says_so_first() -> None:
    text = printed(tables(a_report(gaps=Gaps(days_missing=3, unreadable=1))))

    assert "未归集天数 3，不可读 1" in text.splitlines()[3]


def test_an_empty_report_can_be_told() -> None:
    text = printed(tables(report_over([], a_card())))

    assert "样本不足" in text


def test_a_challenger_is_told_with_its_swap_set() -> None:
    champion = [a_scored(n) for n in range(20)]
    challenger = [a_scored(n, verdict="decline") for n in range(20)]

    text = printed(challenger_tables(compare(pairs_of(champion, challenger))))

    assert "20 (0/0)" in text


def test_the_picture_is_the_same_each_time(tmp_path: Path) -> None:
    paths = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for path in paths:
        draw_sheet(a_report(), path)

    first, second = (path.read_bytes() for path in paths)
    assert first == second
    assert b"<svg" in first


def test_a_picture_can_be_drawn_of_models_of_which_little_is_known(tmp_path: Path) -> None:
    bare = report_over([a_scored()], a_card(score=None, inputs=()))
    nothing = report_over([], a_card())

    for number, one in enumerate((bare, nothing)):
        draw_sheet(one, tmp_path / f"sheet-{number}.png")
    draw_overview([bare, nothing, a_report()], tmp_path / "overview.png")
    draw_overview([], tmp_path / "none.png")

    assert len(list(tmp_path.iterdir())) == 4


def found(*lines: Line, night: date | None = DAY) -> Found:
    return Found(bank_id="north", night=night, lines=lines, silent=("quiet",), unknown={"old@1": 7})


def test_the_overview_says_what_somebody_must_look_at() -> None:
    drifted = report_over([a_scored(n, pd_ppm=350_000) for n in range(200)], a_card())
    lines = (
        Line(report=drifted, night=DAY),
        Line(report=a_report(gaps=Gaps(refused=4)), night=DAY - timedelta(days=3)),
    )

    text = printed(overview(found(*lines), DAY + timedelta(days=1)))

    assert "显著漂移 score: 模型预测概率 pd_ppm" in text
    assert "被拒绝 refused 4" in text
    assert f"最近一次 last measured {DAY - timedelta(days=3)}" in text
    assert "answered in no decision: quiet" in text
    assert "have no card here: old@1 (7)" in text
    assert "天前" not in text


def test_a_night_that_is_missing_is_told_before_everything_else() -> None:
    text = printed(overview(found(Line(report=a_report(), night=DAY)), DAY + timedelta(days=3)))

    assert "注意 3 天前" in text.splitlines()[1]


def test_ranking_that_may_be_none_is_told() -> None:
    told = [an_outcome(n, result=("bad", "good")[n % 2], pd_ppm=n % 3) for n in range(60)]
    report = report_over([a_scored(n) for n in range(60)], a_card(), outcomes=told)

    text = printed(overview(found(Line(report=report, night=DAY)), DAY))

    assert "排序存疑 Ranking in doubt" in text


def test_a_card_without_its_population_is_named() -> None:
    bare = report_over([a_scored()], a_card(score=None, inputs=()))

    text = printed(overview(found(Line(report=bare), night=None), DAY))

    assert "their cards have no population: score" in text
    assert "measured now" in text


def test_a_made_up_population_is_called_so() -> None:
    report = report_over([a_scored()], a_card(synthetic=True))

    assert "SYNTHETIC" in printed(tables(report))
    assert "SYNTHETIC" in printed(overview(found(Line(report=report), night=None), DAY))
