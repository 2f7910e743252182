"""All models of a bank on one page: the worst first, what to look at, and what nobody measured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from rich.table import Table

from infra.monitoring_report import NONE, index, percent, table_of
from infra.monitoring_sources import Found, Line
from risk.domain.monitoring.challenger import ChallengerReport
from risk.domain.monitoring.discrimination import Discrimination
from risk.domain.monitoring.report import MonitoringReport, report_body
from risk.domain.monitoring.thresholds import LEVEL_NAMES

SCHEMA: Final = "model-monitoring-overview/1"
MOST_ALARMS: Final = 5
"""Indices of a model named in the overview; its own page has all."""
HEADS: Final = ("模型", "结论", "决策", "PSI", "AUC\n违约/结果", "KS", "直通\n推翻")
COIN_PPM: Final = 500_000
"""The AUC of a coin."""


def overview(found: Found, today: date) -> Iterator[Table | str]:
    """What a risk manager reads first in the morning."""
    yield _head(found, today)
    if not found.lines:
        yield "没有任何模型的回答 no model has answered in any decision"
    else:
        yield _table(found)
    yield from _attention(found)
    yield from _left_out(found)


def night_lines(line: Line) -> Iterator[Table | str]:
    """How one model's index moved from night to night, the newest first."""
    if not line.history:
        return
    table = table_of("历史 Nights", "日期", "版本", "样本", "PSI", "状态")
    for one in line.history:
        table.add_row(
            one.day.isoformat(),
            one.model_version,
            str(one.count),
            index(one.psi_ppm),
            LEVEL_NAMES[one.level],
        )
    yield table


def document(found: Found, challenger: ChallengerReport | None) -> dict[str, Any]:
    """The same for programs: every report in its canonical form, with its level and alarms."""
    told = {
        "schema": SCHEMA,
        "bank_id": found.bank_id,
        "night": None if found.night is None else found.night.isoformat(),
        "models": [_line(one) for one in found.lines],
        "silent": list(found.silent),
        "unknown": dict(found.unknown),
        "unreadable": list(found.unreadable),
    }
    return told if challenger is None else {**told, "challenger": challenger_document(challenger)}


def challenger_document(report: ChallengerReport) -> dict[str, Any]:
    """A comparison as JSON."""
    import msgspec

    return dict(msgspec.to_builtins(report))


def _line(line: Line) -> dict[str, Any]:
    report = line.report
    return {
        "night": None if line.night is None else line.night.isoformat(),
        "level": report.level.value,
        "alarms": [one.model_dump(mode="json") for one in report.alarms],
        "report": json.loads(report_body(report)),
        "history": [
            {"day": one.day.isoformat(), "psi_ppm": one.psi_ppm, "level": one.level.value}
            for one in line.history
        ],
    }


def _head(found: Found, today: date) -> str:
    if found.night is None:
        measured = "现时测量 measured now, over all decisions on record"
    else:
        old = (today - found.night).days
        measured = f"夜间报告 of the night that measured {found.night.isoformat()}"
        if old > 1:
            measured += (
                f"\n注意 {old} 天前：此后没有夜间报告，查 model-monitoring 的执行与死信 "
                f"{old} days ago: no night has finished since, look at the machine's dead letters"
            )
    return f"模型监控 Models of {found.bank_id}: {measured}"


def _table(found: Found) -> Table:
    table = table_of("各模型 All models", *HEADS)
    for line in found.lines:
        one = line.report
        every = one.vintages[-1] if one.vintages else None
        table.add_row(
            f"{one.model_name_zh}\n{one.model_id}",
            f"{LEVEL_NAMES[one.level]}\n{'策略采用' if one.decided else '旁听'}",
            str(one.count),
            index(one.score.psi_ppm),
            _auc(every),
            NONE if every is None else index(every.ks_ppm),
            _people(one),
        )
    return table


def _alarms(report: MonitoringReport) -> Iterator[str]:
    """Every index that left its band, with what chance alone reaches."""
    known = {one.name: one for one in (report.score, *report.inputs)}
    for alarm in report.alarms[:MOST_ALARMS]:
        one = known[alarm.name]
        bound = "" if alarm.psi_ppm > (one.chance_ppm or 0) else "，未超过随机波动 within chance"
        yield (
            f"  {LEVEL_NAMES[one.level]} {report.model_id}: {one.name_zh} {one.name} "
            f"{index(one.psi_ppm)}{bound}"
        )
    more = len(report.alarms) - MOST_ALARMS
    if more > 0:
        yield f"  … {report.model_id}: 另有 {more} 项 {more} more"


def _discrimination(report: MonitoringReport) -> Iterator[str]:
    """Vintages whose ranking may be none: the interval reaches a coin's 0.5."""
    for one in report.vintages[:-1]:
        if one.auc_low_ppm is not None and one.auc_low_ppm < COIN_PPM:
            low, high = index(one.auc_low_ppm), index(one.auc_high_ppm)
            yield f"  {report.model_id} {one.vintage}: AUC {index(one.auc_ppm)} [{low}, {high}]"


def _slices(report: MonitoringReport) -> Iterator[str]:
    for fairness in report.fairness:
        for one in fairness.slices:
            if one.below_four_fifths:
                yield (
                    f"  {fairness.attribute_zh} {one.group}: 通过率 {percent(one.approval_ppm)}，"
                    f"与最高之比 {percent(one.ratio_ppm)}"
                )


def _attention(found: Found) -> Iterator[str]:
    """What somebody has to look at today; a title only where there is something below it."""
    reports = [one.report for one in found.lines]
    widest = max(reports, key=lambda one: one.count, default=None)
    parts = (
        ("预警 Alarms", [text for one in reports for text in _alarms(one)]),
        (
            "排序存疑 Ranking in doubt",
            [text for one in reports for text in _discrimination(one)],
        ),
        ("通过率不足八成 Below four fifths", [] if widest is None else list(_slices(widest))),
        ("缺口 Gaps", [text for one in found.lines for text in _gaps(one, found.night)]),
    )
    for title, lines in parts:
        if lines:
            yield title
            yield from lines


def _auc(every: Discrimination | None) -> str:
    if every is None:
        return NONE
    return f"{index(every.auc_ppm)}\n{every.bad}/{every.count}"


def _people(report: MonitoringReport) -> str:
    if not report.rates:
        return NONE
    every = report.rates[-1]
    return f"{percent(every.pass_through_ppm)}\n{percent(every.override_ppm)}"


def _gaps(line: Line, night: date | None) -> Iterator[str]:
    gaps = line.report.gaps
    if line.night is not None and line.night != night:
        yield f"  {line.report.model_id}: 最近一次 last measured {line.night.isoformat()}"
    told = [f"{name} {count}" for name, count in (
        ("未归集天数 days not collected", gaps.days_missing),
        ("不可读 unreadable", gaps.unreadable),
        ("超出上限 left out", gaps.left_out),
        ("其他版本 other version", gaps.other_version),
        ("被拒绝 refused", gaps.refused),
    ) if count]  # fmt: skip
    if told:
        yield f"  {line.report.model_id}: {'，'.join(told)}"


def _left_out(found: Found) -> Iterator[str]:
    made_up = [one.report.model_id for one in found.lines if one.report.synthetic]
    if made_up:
        yield f"SYNTHETIC 基准为合成人群 built on no real population: {', '.join(made_up)}"
    bare = [one.report.model_id for one in found.lines if not one.report.score.expected_ppm]
    if bare:
        yield f"模型卡无基准 their cards have no population: {', '.join(bare)}"
    if found.silent:
        yield f"没有回答 answered in no decision: {', '.join(found.silent)}"
    if found.unknown:
        named = ", ".join(f"{name} ({count})" for name, count in found.unknown.items())
        yield f"没有模型卡 answered, and have no card here: {named}"
    if found.unreadable:
        yield (
            f"不可读的决策记录 records that cannot be read: {len(found.unreadable)}, "
            f"first {found.unreadable[0]}"
        )
