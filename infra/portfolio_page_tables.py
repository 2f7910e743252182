"""The tables at the end of the portfolio's page: quality, labels, and the last vintages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from infra.portfolio_page_words import Month, money, part_ppm, percent
from servicing.domain.portfolio.month_end import BUCKET_CODES, TIER_NAMES
from servicing.domain.portfolio.report import share_ppm
from servicing.domain.portfolio.tables import ANSWER_NAMES

VINTAGES_SHOWN: Final = 12
STAGE_NAMES: Final = {"1": "第一阶段", "2": "第二阶段", "3": "第三阶段", "unclassified": "未分类"}
VINTAGE_HEAD: Final = (
    "放款月", "笔数", "放款", "余额", "逾期30天以上", "逾期90天以上", "核销", "收回", "不良率",
)  # fmt: skip
Rows = Sequence[Sequence[str]]


def tables(month: Month) -> Iterator[str]:
    """All of them, as HTML."""
    head = ("", "笔数", "余额", "占比")
    buckets = {code: "未逾期" if code == "0" else f"{code}天" for code in BUCKET_CODES}
    yield _table("五级分类", head, _groups(month, "by_tier", TIER_NAMES))
    yield _table("逾期天数", head, _groups(month, "by_bucket", buckets))
    yield _table("减值阶段", head, _groups(month, "by_stage", STAGE_NAMES))
    yield _table(
        "监管标签",
        head,
        [
            *_groups(month, "inclusive", {k: f"普惠型小微：{v}" for k, v in ANSWER_NAMES.items()}),
            *_groups(month, "first_loan", {k: f"首贷户：{v}" for k, v in ANSWER_NAMES.items()}),
        ],
    )
    yield _table(
        f"放款月（最近{VINTAGES_SHOWN}个月）",
        VINTAGE_HEAD,
        _vintages(month),
        wide=True,
    )


def _groups(month: Month, group: str, names: dict[str, str]) -> Rows:
    return [
        (
            name,
            f"{month[group][code]['loans']:,}",
            money(month[group][code]["fen"]),
            percent(part_ppm(month, group, code)),
        )
        for code, name in names.items()
        if code in month[group]
    ]


def _vintages(month: Month) -> Rows:
    newest = sorted(month["vintages"].items(), reverse=True)[:VINTAGES_SHOWN]
    return [
        (
            name,
            f"{one['loans']:,}",
            *(
                money(one[f"{part}_fen"])
                for part in (
                    "disbursed", "outstanding", "overdue_30", "overdue_90", "written_off",
                    "recovered",
                )
            ),
            percent(
                share_ppm(one["overdue_90_fen"] + one["written_off_fen"], one["disbursed_fen"])
            ),
        )
        for name, one in newest
    ]  # fmt: skip


def _table(caption: str, head: Sequence[str], rows: Rows, *, wide: bool = False) -> str:
    kind = ' class="wide"' if wide else ""
    top = "".join(f"<th>{escape(one)}</th>" for one in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table{kind}><caption>{caption}</caption><tr>{top}</tr>{body}</table>"
