"""The report of a simulation as tables that a banker reads; every title says that it is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from infra.simulation.options import LABEL

FEN_PER_WAN: Final = 1_000_000
PPM_PER_PERCENT: Final = 10_000
LAST_MONTHS: Final = 24
"""More months than these are left out of the table of months; `--json` has all."""
Report = Mapping[str, Any]


def tables(report: Report) -> Iterator[Table | str]:
    """Everything in the order in which it is read."""
    yield f"{LABEL} · {report['note']}"
    yield _verdicts(report)
    yield _vintages(report)
    yield _months(report["months"])
    yield _npl(report)
    yield _clock(report["warnings"])
    yield _leads(report["warnings"])
    yield _warnings(report["warnings"])
    yield _books(report["books"])
    yield f"摘要 digest: sha256 {report['sha256']} ({report['happenings']:,} happenings)"


def _verdicts(report: Report) -> Table:
    table = _table(
        f"申请与决策 Applications and decisions ({report['applications']:,} of "
        f"{report['applicants']:,} applicants)",
        (
            "产品\nproduct",
            "由谁决定\ndecided by",
            "通过\napproved",
            "转人工\nreferred",
            "拒绝\ndeclined",
        ),
        words=2,
    )
    for row in report["verdicts"]:
        counts = (str(row[name]) for name in ("approve", "refer", "decline"))
        table.add_row(row["name"], row["by"], *counts)
    return table


def _vintages(report: Report) -> Table:
    table = _table(
        "放款月 Vintages",
        ("放款月\nmonth", "笔数\nloans", "放款\n万元", "余额\n万元", "违约\n笔 90+", "不良额\n万元",
         "不良率\n%", "收入\n万元", "减值\n万元", "资金运营\n万元", "ROA\n% 年"),
        words=1,
    )  # fmt: skip
    for month, one in report["vintages"].items():
        table.add_row(month, *_vintage(one))
    table.add_section()
    for one in report["segments"].values():
        table.add_row(one["name"], *_vintage(one))
    table.add_section()
    table.add_row("合计 all", *_vintage(report["all"]), style="bold")
    return table


def _vintage(one: Report) -> tuple[str, ...]:
    return (
        str(one["loans"]),
        _wan(one["disbursed_fen"]),
        _wan(one["outstanding_fen"]),
        str(one["defaults"]),
        _wan(one["bad_fen"]),
        _percent(one["bad_ppm"]),
        _wan(one["income_fen"]),
        _wan(one["loss_fen"]),
        _wan(one["funding_fen"] + one["operating_fen"]),
        _percent(one["roa_ppm"]),
    )


def _months(months: Sequence[Report]) -> Table:
    table = _table(
        "月末 Month ends",
        ("月\nmonth", "笔数\nloans", "余额\n万元", "不良\n万元", "不良率\n% NPL", "逾期90天以上\n%",
         "准备\n万元", "拨备覆盖率\n%", "累计核销\n万元", "累计收回\n万元"),
        words=1,
    )  # fmt: skip
    for one in months[-LAST_MONTHS:]:
        covered = one["coverage_ppm"]
        table.add_row(
            one["as_of"][:7],
            str(one["outstanding"]["loans"]),
            _wan(one["outstanding"]["fen"]),
            _wan(one["non_performing"]["fen"]),
            _percent(one["npl_ppm"]),
            _percent(one["overdue_90_ppm"]),
            _wan(one["provision_fen"]),
            "–" if covered is None else _percent(covered, 0),
            _wan(one["written_off_fen"]),
            _wan(one["recovered_fen"]),
        )
    return table


def _npl(report: Report) -> str:
    line, end, peak = (report[name] for name in ("npl_line_ppm", "npl_end_ppm", "npl_peak_ppm"))
    held = "不超过 at or below" if max(end, peak) <= line else "高于 ABOVE"
    which = "" if max(end, peak) <= line else (" at the end" if end > line else " at the peak")
    return (
        f"不良率 NPL: {_percent(end)} % at the end 期末, {_percent(peak)} % at its peak 最高 "
        f"({report['npl_peak_month']}), {_percent(report['npl_mean_ppm'])} % on average 平均; "
        f"{held} {_percent(line)} %{which}."
    )


def _clock(warnings: Report) -> Table:
    table = _table(
        "预警4小时时钟 The 4-hour clock of warnings",
        ("等级\ncolour", "预警\nraised", "4小时内\nin time", "超时\nbreached", "在办\nrunning",
         "误报\nfalse alarm", "中位\nminutes", "95%\nminutes"),
        words=1,
    )  # fmt: skip
    for one in warnings["clock"]:
        names = ("raised", "in_time", "breached", "running", "false_alarms")
        minutes = ("median_minutes", "p95_minutes")
        table.add_row(
            f"{one['name']} {one['colour']}",
            *(str(one[name]) for name in names),
            *("–" if one[name] is None else str(one[name]) for name in minutes),
        )
    return table


def _leads(found: Report) -> Table:
    """Of the defaults: which a warning came before, and how early."""
    table = _table(
        f"违约前的预警 Warnings in the {found['horizon_days']} days before a default",
        ("预警\nwarning", "违约\ndefaults", "之前有预警\nwarned before", "提前中位数\nmedian days"),
        words=1,
    )
    for name, count, days in (
        (
            "任何预警 any, before the default",
            "defaults_warned_before",
            "median_days_before_default",
        ),
        (
            "非本行欠款类 not of own arrears, before the default",
            "defaults_warned_early",
            "median_early_days_before_default",
        ),
        (
            "非本行欠款类 the same, before the first missed instalment",
            "defaults_warned_before_missing",
            "median_days_before_missing",
        ),
    ):
        median = "–" if found[days] is None else str(found[days])
        table.add_row(name, str(found["defaults"]), str(found[count]), median)
    return table


def _warnings(found: Report) -> str:
    return (
        f"预警 Warnings: {found['raised']:,} raised, {found['without_evidence']} without evidence "
        f"无证据, {found['unobservable']:,} say that something could not be observed 不可观测; of "
        f"{found['warned_loans']:,} loans with one that is not of own arrears "
        f"{found['false_alarm_loans']:,} were never more than 30 days overdue 虚警."
    )


def _books(books: Report) -> str:
    bad = len(books["unbalanced_days"])
    return (
        f"账务 Books: trial balance 试算平衡差额 {books['difference_fen']} 分; {bad} of "
        f"{books['days']} days unbalanced 不平; {books['vouchers']:,} vouchers 凭证, "
        f"{books['events']:,} loan events 贷款事件; {len(books['violations'])} broken promises "
        f"违反账务承诺."
    )


def _table(title: str, headings: Sequence[str], *, words: int) -> Table:
    table = Table(title=f"{LABEL} · {title}")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < words else "right", no_wrap=True)
    return table


def _wan(fen: int) -> str:
    return f"{fen / FEN_PER_WAN:,.1f}"


def _percent(ppm: int, places: int = 2) -> str:
    return f"{ppm / PPM_PER_PERCENT:,.{places}f}"
