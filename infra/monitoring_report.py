"""A monitoring report as tables for people, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rich.table import Table

from risk.domain.monitoring.thresholds import LEVEL_NAMES, PPM, Level

if TYPE_CHECKING:
    from risk.domain.monitoring.challenger import ChallengerReport
    from risk.domain.monitoring.report import MonitoringReport
    from risk.domain.monitoring.stability import Stability

VERDICT_NAMES: Final = {"approve": "通过", "refer": "人工", "decline": "拒绝"}
NONE: Final = "–"


def tables(report: MonitoringReport) -> Iterator[Table | str]:
    """Everything that the report says, the most important first."""
    yield from _heads(report)
    yield _stability(report)
    if report.score.expected_ppm:
        yield _bins(report.score)
    if report.weeks:
        yield _weeks(report)
    yield _rates(report)
    if report.vintages:
        yield _vintages(report)
    yield from _fairness(report)


def challenger_tables(report: ChallengerReport) -> Iterator[Table | str]:
    """Champion against challenger."""
    yield (
        f"挑战者对比 Challenger: 共同申请 {report.count}，结论一致 "
        f"{percent(report.agreement_ppm)}，评分 PSI {index(report.psi_ppm)} "
        f"{LEVEL_NAMES[report.level]}"
    )
    yield (
        f"AUC 冠军 {index(report.champion_auc_ppm)} 挑战者 {index(report.challenger_auc_ppm)} "
        f"差 {index(report.difference_ppm)} "
        f"[{index(report.difference_low_ppm)}, {index(report.difference_high_ppm)}]，"
        f"有结果 {report.known}，违约 {report.bad}"
    )
    table = table_of(
        "换入换出 Swap set：户数（违约/有结果）", "冠军↓ 挑战者→", *VERDICT_NAMES.values()
    )
    found = {(one.champion, one.challenger): one for one in report.swaps}
    for left, name in VERDICT_NAMES.items():
        row = [found[left, right] for right in VERDICT_NAMES]  # type: ignore[index]
        cells = [f"{one.count} ({one.bad}/{one.known})" for one in row]
        table.add_row(name, *cells)
    yield table


def percent(ppm: int | None) -> str:
    """A share as people read it.

    >>> percent(333_333), percent(None)
    ('33.3%', '–')
    """
    return NONE if ppm is None else f"{ppm / PPM:.1%}"


def index(ppm: int | None) -> str:
    """An index as people read it.

    >>> index(100_400), index(None)
    ('0.100', '–')
    """
    return NONE if ppm is None else f"{ppm / PPM:.3f}"


def _heads(report: MonitoringReport) -> Iterator[str]:
    yield f"模型监控 Monitoring: {report.model_name_zh} {report.model_id} {report.model_version}"
    yield (
        f"决策 decisions {report.count}（{report.window_from or NONE} … "
        f"{report.window_to or NONE}），策略采用 decided by it {report.decided}，"
        f"结论 {LEVEL_NAMES[report.level]} {report.level.value}"
    )
    yield f"模型卡的坏样本 the card's bad: {report.bad_definition or NONE}"
    if report.synthetic:
        yield (
            "SYNTHETIC 基准为合成人群：指数只说明与合成经济的差异 the reference is no real "
            "population: an index tells the distance to the synthetic economy"
        )
    gaps = report.gaps
    if gaps.other_version or not gaps.complete:
        yield (
            f"缺口 gaps: 未归集天数 {gaps.days_missing}，不可读 {gaps.unreadable}，"
            f"超出上限 {gaps.left_out}，其他版本 {gaps.other_version}，"
            f"模型被拒绝 refused {gaps.refused}"
        )


def _stability(report: MonitoringReport) -> Table:
    table = table_of(
        "稳定性 Stability",
        "指标",
        "样本",
        "PSI/CSI",
        "状态",
        "波动上限",
        "缺失",
        "建模缺失",
    )
    for one in (report.score, *report.inputs):
        table.add_row(
            f"{one.name_zh} {one.name}",
            str(one.count),
            index(one.psi_ppm),
            LEVEL_NAMES[one.level],
            index(one.chance_ppm),
            percent(one.missing_ppm),
            percent(one.missing_expected_ppm),
        )
    return table


def _bins(score: Stability) -> Table:
    table = table_of("评分分布 Score bins", "分组", "建模", "现在", "户数")
    counted = sum(score.counts)
    ends = [f"{float(edge) / PPM:.2%}" for edge in score.edges]
    for place, (expected, count) in enumerate(zip(score.expected_ppm, score.counts, strict=True)):
        label = f"≤ {ends[place]}" if place < len(ends) else f"> {ends[-1]}"
        share = None if not counted else count * PPM // counted
        table.add_row(label, percent(expected), percent(share), str(count))
    return table


def _weeks(report: MonitoringReport) -> Table:
    table = table_of("每周 PSI by week", "周一", "样本", "PSI", "状态")
    for one in report.weeks:
        row = (one.monday.isoformat(), str(one.count), index(one.psi_ppm), LEVEL_NAMES[one.level])
        table.add_row(*row)
    return table


def _rates(report: MonitoringReport) -> Table:
    table = table_of(
        "比率 Rates",
        "策略",
        "决策",
        "直通率",
        "通过率",
        "转人工率",
        "拒绝率",
        "推翻率",
        "复核/改判",
    )
    for one in report.rates:
        shares = (one.pass_through_ppm, one.approval_ppm, one.refer_ppm, one.decline_ppm)
        table.add_row(
            one.policy,
            str(one.count),
            *map(percent, (*shares, one.override_ppm)),
            f"{one.reviewed}/{one.changed}",
        )
    return table


def _vintages(report: MonitoringReport) -> Table:
    table = table_of(
        "账龄区分度 Discrimination by vintage",
        *("月份", "有结果", "违约", "违约率", "平均预测", "AUC", "95% 区间", "KS"),
    )
    for one in report.vintages:
        table.add_row(
            one.vintage,
            str(one.count),
            str(one.bad),
            percent(one.bad_rate_ppm),
            percent(one.mean_pd_ppm),
            index(one.auc_ppm) if one.enough else LEVEL_NAMES[Level.NOT_ENOUGH],
            f"[{index(one.auc_low_ppm)}, {index(one.auc_high_ppm)}]",
            index(one.ks_ppm),
        )
    return table


def _fairness(report: MonitoringReport) -> Iterator[Table | str]:
    for found in report.fairness:
        title = f"公平性 Fairness: {found.attribute_zh} {found.attribute}"
        if not found.slices:
            yield f"{title}: 可展示的分组不足两个 fewer than two groups can be shown"
            continue
        table = table_of(title, "分组", "户数", "通过率", "与最高之比", "平均预测", "违约率")
        for one in found.slices:
            table.add_row(
                one.group,
                str(one.count),
                percent(one.approval_ppm),
                percent(one.ratio_ppm) + (" < 4/5" if one.below_four_fifths else ""),
                percent(one.mean_pd_ppm),
                percent(one.bad_rate_ppm),
            )
        yield table


def table_of(title: str, *columns: str) -> Table:
    """An empty table: the first column is a name and gives way, the others are figures."""
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        name = place == 0
        table.add_column(
            column, justify="left" if name else "right", overflow="fold", no_wrap=not name
        )
    return table
