"""Pictures of monitoring: one sheet for a model, and one overview of all models of a bank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infra.chart_words import Words, use_chinese_font
from risk.domain.monitoring.thresholds import (
    FOUR_FIFTHS_PPM,
    LEVEL_NAMES,
    PPM,
    RED_PSI_PPM,
    YELLOW_PSI_PPM,
    Level,
)

if TYPE_CHECKING:
    from risk.domain.monitoring.report import MonitoringReport
    from risk.domain.monitoring.stability import Stability

COLOURS: Final = {
    Level.GREEN: "#3a7d5d",
    Level.YELLOW: "#d9a441",
    Level.RED: "#a94442",
    Level.NOT_ENOUGH: "#9a9a9a",
    Level.NO_REFERENCE: "#9a9a9a",
}
BUILT: Final = "#b5b5b5"
NOW: Final = "#1f5a8a"
MOST_INPUTS: Final = 12
"""Inputs on a sheet, the most moved first; the table has all."""
MOST_GROUPS: Final = 14
NAME_CHARACTERS: Final = 26


def draw_sheet(report: MonitoringReport, path: Path) -> None:
    """Write everything about one model; the file's ending says which kind."""

    def fill(pyplot: Any, words: Words) -> Any:
        figure, axes = pyplot.subplots(3, 2, figsize=(13, 13), layout="constrained")
        title = f"{report.model_id} {report.model_version}, n = {report.count}"
        name = f"{report.model_name_zh} {LEVEL_NAMES[report.level]}"
        figure.suptitle(words(name, f"{title}: {report.level.value}"))
        _indices(axes[0][0], _moved(report), words)
        _bins(axes[0][1], report.score, words)
        _weeks(axes[1][0], report, words)
        _vintages(axes[1][1], report, words)
        _rates(axes[2][0], report, words)
        _groups(axes[2][1], report, words)
        return figure

    _save(path, fill)


def draw_overview(reports: Sequence[MonitoringReport], path: Path) -> None:
    """Write the index of every model's score and of its most moved input."""

    def fill(pyplot: Any, words: Words) -> Any:
        height = 2.2 + 0.55 * max(len(reports), 1)
        figure, axis = pyplot.subplots(figsize=(11, height), layout="constrained")
        places = range(len(reports))
        for place, one in zip(places, reports, strict=True):
            _bar(axis, place - 0.2, one.score, 0.36)
            worst = max(one.inputs, key=lambda found: found.psi_ppm or 0, default=None)
            if worst is not None:
                _bar(axis, place + 0.2, worst, 0.36, hatch="//")
        labels = [
            f"{one.model_name_zh if words.chinese else one.model_id}  n={one.count}"
            for one in reports
        ]
        axis.set_yticks(list(places), labels, fontsize="small")
        axis.invert_yaxis()
        _bounds(axis, [found for one in reports for found in (one.score, *one.inputs)])
        axis.set_title(
            words("各模型评分 PSI 与变化最大的输入 CSI（斜纹）", "score PSI; worst input hatched")
        )
        return figure

    _save(path, fill)


def _save(path: Path, fill: Callable[[Any, Words], Any]) -> None:
    import matplotlib

    matplotlib.use("svg" if path.suffix == ".svg" else "agg")
    with matplotlib.rc_context({"svg.hashsalt": "monitoring"}):
        from matplotlib import pyplot

        figure = fill(pyplot, Words(use_chinese_font(matplotlib)))
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
        pyplot.close(figure)


def _moved(report: MonitoringReport) -> list[Stability]:
    inputs = sorted(report.inputs, key=lambda one: (-(one.psi_ppm or 0), one.name))
    return [report.score, *inputs[:MOST_INPUTS]]


def _indices(axis: Any, found: Sequence[Stability], words: Words) -> None:
    for place, one in enumerate(found):
        _bar(axis, place, one, 0.7)
    names = [one.name_zh if words.chinese else one.name for one in found]
    shown = [
        name if len(name) <= NAME_CHARACTERS else f"{name[:NAME_CHARACTERS]}…" for name in names
    ]
    axis.set_yticks(range(len(found)), shown, fontsize="small")
    axis.invert_yaxis()
    _bounds(axis, found)
    axis.set_title(words("评分与输入的稳定性", "PSI of the score, CSI of the inputs"))


def _bar(axis: Any, place: float, one: Stability, height: float, hatch: str | None = None) -> None:
    value = (one.psi_ppm or 0) / PPM
    axis.barh(place, value, height, color=COLOURS[one.level], hatch=hatch, edgecolor="white")
    told = f" {value:.3f}" if one.psi_ppm is not None else " –"
    axis.text(value, place, told, va="center", fontsize=7)


def _bounds(axis: Any, found: Sequence[Stability]) -> None:
    for bound, level in ((YELLOW_PSI_PPM, Level.YELLOW), (RED_PSI_PPM, Level.RED)):
        axis.axvline(bound / PPM, color=COLOURS[level], linestyle="--", linewidth=1)
    most = max(((one.psi_ppm or 0) / PPM for one in found), default=0)
    axis.set_xlim(0, max(RED_PSI_PPM / PPM * 1.2, most * 1.15))


def _bins(axis: Any, score: Stability, words: Words) -> None:
    axis.set_title(words("评分分布：建模与现在，%", "score bins: built on and now, %"))
    counted = sum(score.counts)
    if not score.expected_ppm or not counted:
        _nothing(axis, words("模型卡无基准或没有评分", "no reference, or nothing scored"))
        return
    places = range(len(score.counts))
    built = [share / PPM * 100 for share in score.expected_ppm]
    now = [count / counted * 100 for count in score.counts]
    axis.bar(
        [place - 0.2 for place in places], built, 0.4, color=BUILT, label=words("建模", "built")
    )
    axis.bar([place + 0.2 for place in places], now, 0.4, color=NOW, label=words("现在", "now"))
    percents = [float(edge) / PPM * 100 for edge in score.edges]
    labels = [f"≤ {edge:.3g}" for edge in percents]
    labels.append(f"> {percents[-1]:.3g}" if percents else "")
    axis.set_xticks(list(places), labels, rotation=45, ha="right", fontsize="small")
    axis.set_xlabel(words("预测概率", "predicted probability, %"))
    axis.legend(fontsize="small")


def _weeks(axis: Any, report: MonitoringReport, words: Words) -> None:
    axis.set_title(words("每周评分指数（灰色样本不足）", "PSI by week; grey: too few"))
    if not report.weeks:
        _nothing(axis, words("没有决策", "no decision"))
        return
    heights = [(one.psi_ppm or 0) / PPM for one in report.weeks]
    places = range(len(heights))
    axis.bar(places, heights, color=[COLOURS[one.level] for one in report.weeks])
    for bound, level in ((YELLOW_PSI_PPM, Level.YELLOW), (RED_PSI_PPM, Level.RED)):
        axis.axhline(bound / PPM, color=COLOURS[level], linestyle="--", linewidth=1)
    for place, one in zip(places, report.weeks, strict=True):
        axis.text(place, heights[place], f"n={one.count}", ha="center", va="bottom", fontsize=7)
    labels = [one.monday.isoformat() for one in report.weeks]
    axis.set_xticks(list(places), labels, rotation=45, ha="right", fontsize="small")
    axis.set_ylim(0, max([RED_PSI_PPM / PPM * 1.2, *(height * 1.15 for height in heights)]))


def _vintages(axis: Any, report: MonitoringReport, words: Words) -> None:
    axis.set_title(words("各账龄区分度，95% 区间", "AUC and KS by vintage"))
    shown = [one for one in report.vintages if one.auc_ppm is not None]
    if not shown:
        told = sum(one.count for one in report.vintages[:-1])
        _nothing(axis, words(f"结果不足（{told} 笔）", f"too few outcomes ({told})"))
        return
    places = range(len(shown))
    auc = [(one.auc_ppm or 0) / PPM for one in shown]
    ends = [
        (middle - (one.auc_low_ppm or one.auc_ppm or 0) / PPM,
         (one.auc_high_ppm or one.auc_ppm or 0) / PPM - middle)
        for middle, one in zip(auc, shown, strict=True)
    ]  # fmt: skip
    spread = [[low for low, _ in ends], [high for _, high in ends]]
    axis.errorbar(places, auc, yerr=spread, fmt="o", color=NOW, capsize=4, label="AUC")
    ks = [(one.ks_ppm or 0) / PPM for one in shown]
    axis.plot(places, ks, "s", color="#d9822b", label="KS")
    axis.axhline(0.5, color="#9a9a9a", linestyle=":", linewidth=1)
    labels = [f"{one.vintage}\n{one.bad}/{one.count}" for one in shown]
    axis.set_xticks(list(places), labels, rotation=45, ha="right", fontsize="small")
    axis.set_xlim(-0.6, len(shown) - 0.4)
    axis.set_ylim(0, 1.02)
    axis.legend(fontsize="small")


def _rates(axis: Any, report: MonitoringReport, words: Words) -> None:
    axis.set_title(words("策略结论占比，%", "rates by policy, %"))
    if not report.rates:
        _nothing(axis, words("没有决策", "no decision"))
        return
    parts = (
        ("approval_ppm", words("通过", "approved"), COLOURS[Level.GREEN]),
        ("refer_ppm", words("转人工", "referred"), COLOURS[Level.YELLOW]),
        ("decline_ppm", words("拒绝", "declined"), COLOURS[Level.RED]),
    )
    # A single policy is all of them: one bar says it.
    lines = report.rates if len(report.rates) > 2 else report.rates[:1]
    for place, one in enumerate(lines):
        left = 0.0
        for name, label, colour in parts:
            share = (getattr(one, name) or 0) / PPM * 100
            axis.barh(place, share, left=left, color=colour, label=label if place == 0 else None)
            left += share
        told = words(
            f"直通 {_percent(one.pass_through_ppm)} 推翻 {_percent(one.override_ppm)}",
            "(alone, overridden)",
        )
        axis.text(1, place, told, va="center", fontsize=8, color="white")
    names = [f"{one.policy}\nn={one.count}" for one in lines]
    axis.set_yticks(range(len(names)), names, fontsize="small")
    axis.invert_yaxis()
    axis.set_xlim(0, 100)
    axis.legend(ncols=3, fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.06))


def _groups(axis: Any, report: MonitoringReport, words: Words) -> None:
    axis.set_title(words("公平性：各组通过率，%", "fairness: approval by group, %"))
    slices = [
        (one.attribute_zh if words.chinese else one.attribute, found)
        for one in report.fairness
        for found in one.slices
    ][:MOST_GROUPS]
    if not slices:
        _nothing(axis, words("可展示的分组不足两个", "fewer than two groups can be shown"))
        return
    for place, (_, one) in enumerate(slices):
        low = one.ratio_ppm is not None and one.ratio_ppm < FOUR_FIFTHS_PPM
        share = (one.approval_ppm or 0) / PPM * 100
        axis.barh(place, share, color=COLOURS[Level.RED if low else Level.GREEN])
        axis.text(share, place, f" {share:.1f}  n={one.count}", va="center", fontsize=7)
    axis.set_yticks(
        range(len(slices)), [f"{name} {one.group}" for name, one in slices], fontsize="small"
    )
    axis.invert_yaxis()
    axis.set_xlim(0, 115)
    axis.set_xlabel(words("红色：不足最高组的八成", "red: below four fifths of the highest"))


def _nothing(axis: Any, sentence: str) -> None:
    axis.text(0.5, 0.5, sentence, ha="center", va="center", transform=axis.transAxes)
    axis.set_xticks([])
    axis.set_yticks([])


def _percent(ppm: int | None) -> str:
    return "–" if ppm is None else f"{ppm / PPM:.1%}"
