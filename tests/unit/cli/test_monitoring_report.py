"""A monitoring report as tables and as a picture."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

from rich.console import Console

from infra.monitoring_report import challenger_tables, draw, tables
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

    assert "未归集天数 3，不可读 1" in text.splitlines()[2]


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
        draw(a_report(), path)

    first, second = (path.read_bytes() for path in paths)
    assert first == second
    assert b"<svg" in first
