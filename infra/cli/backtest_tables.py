"""A back-test's report as tables for people, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rich.table import Table

VERDICT_NAMES: Final = {"approve": "通过 approve", "refer": "人工 refer", "decline": "拒绝 decline"}
FEN_PER_YUAN: Final = 100
SHOWN_CODES: Final = 20

Report = Mapping[str, Any]


def tables(report: Report) -> Iterator[Table | str]:
    """Everything that the report says, the most important first."""
    yield from _heads(report)
    yield _verdicts(report)
    yield _swaps(report)
    yield _changes(report)
    yield _codes(report)
    yield f"report_sha256 {report['report_sha256']}"


def _heads(report: Report) -> Iterator[str]:
    everybody = report["population"]
    yield f"策略回测 Back-test as of {report['as_of']}"
    for side, name in (("old", "旧策略 old"), ("new", "新策略 new")):
        policy = report["policies"][side]
        yield f"{name}: {policy['id']} {policy['version']}  {policy['sha256'][:12]}"
    yield (
        f"申请户 applicants {everybody['count']}，有结果 labelled {everybody['labelled']}，"
        f"违约 bad {_bad(everybody)}"
    )


def _verdicts(report: Report) -> Table:
    table = _table("审批结果 Verdicts", "", "旧 old", "违约率 bad", "新 new", "违约率 bad")
    for verdict, name in VERDICT_NAMES.items():
        cells = []
        for side in ("old", "new"):
            group = report["verdicts"][side][verdict]
            cells += [f"{group['count']}  {_percent(group['share_bp'])}", _bad(group)]
        table.add_row(name, *cells)
    everybody = report["population"]
    total = [str(everybody["count"]), _bad(everybody)]
    table.add_row("合计 all", *total, *total)
    return table


def _swaps(report: Report) -> Table:
    table = _table(
        "换入换出 Swap set：户数，违约率（违约/有结果）",
        "旧↓ 新→",
        *VERDICT_NAMES.values(),
    )
    found = {(one["old"], one["new"]): one for one in report["swap_set"]}
    for old, name in VERDICT_NAMES.items():
        cells = (found[old, new] for new in VERDICT_NAMES)
        table.add_row(name, *(f"{one['count']}  {_bad(one)}" for one in cells))
    return table


def _changes(report: Report) -> Table:
    table = _table(
        "两者均通过者的变化 Changes where both approve",
        "",
        "额度（元） limit, yuan",
        "年利率（基点） rate, bps",
    )
    limit, rate = report["limit_change_fen"], report["rate_change_bps"]
    for key, name in (
        ("count", "户数 applicants"),
        ("raised", "上升 raised"),
        ("lowered", "下降 lowered"),
        ("unchanged", "不变 unchanged"),
    ):
        table.add_row(name, str(limit[key]), str(rate[key]))
    table.add_row("合计变化 sum", _yuan(limit["sum_change"]), f"{rate['sum_change']:,}")
    table.add_row("平均变化 mean", _mean_yuan(limit), _or_dash(rate["mean_change"]))
    for key in limit["quantiles"]:
        table.add_row(f"{key}", _yuan(limit["quantiles"][key]), f"{rate['quantiles'][key]:,}")
    return table


def _codes(report: Report) -> Table:
    codes = report["reason_codes"]
    table = _table(
        "原因代码差异 Reason codes that fired in one policy only",
        "原因 code",
        "仅旧 only old",
        "仅新 only new",
    )
    for one in codes[:SHOWN_CODES]:
        table.add_row(one["code"], str(one["only_old"]), str(one["only_new"]))
    if not codes:
        table.add_row("无 none", "0", "0")
    if len(codes) > SHOWN_CODES:
        table.caption = f"另有 {len(codes) - SHOWN_CODES} 项 more in --json"
    return table


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=True)
    return table


def _bad(group: Mapping[str, Any]) -> str:
    rate = group["bad_rate_bp"]
    return "—" if rate is None else f"{_percent(rate)} ({group['bad']}/{group['labelled']})"


def _percent(share_bp: int) -> str:
    return f"{share_bp // 100}.{share_bp % 100:02d}%"


def _yuan(fen: int) -> str:
    whole, part = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{part:02d}"


def _mean_yuan(change: Mapping[str, Any]) -> str:
    """The mean in yuan, to the cent: the report has it in hundredths of a fen."""
    mean = change["mean_change"]
    return "—" if mean is None else _yuan(int(mean.partition(".")[0]))


def _or_dash(text: str | None) -> str:
    return "—" if text is None else text
