"""The portfolio report as tables that people open in a spreadsheet: Chinese headings, yuan."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from servicing.domain.portfolio.month_end import BUCKET_CODES, TIER_NAMES
from servicing.domain.portfolio.report import (
    PPM,
    Cell,
    PortfolioReport,
    Vintage,
    share_ppm,
    tiers_in_order,
)

ANSWER_NAMES: Final = {"yes": "是", "no": "否", "unknown": "未知"}
BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it a spreadsheet takes the file for another encoding."""
Table = Sequence[Sequence[Any]]
REPORT: Final = "report.json"
"""The report itself among its files."""


def quality_table(report: PortfolioReport) -> Table:
    """Tiers, overdue buckets and labels: loans, balance, share of the balance."""
    whole = report.outstanding.fen
    rows: list[Sequence[Any]] = [("口径", "分组", "笔数", "余额(元)", "占比(%)")]
    rows.append(_line("贷款余额", "合计", report.outstanding, whole))
    for tier in tiers_in_order(report.by_tier):
        rows.append(_line("五级分类", TIER_NAMES[tier], report.by_tier[tier], whole))
    rows.append(_line("五级分类", "不良合计", report.non_performing, whole))
    for bucket in BUCKET_CODES:
        rows.append(_line("逾期天数", bucket, report.by_bucket.get(bucket, Cell()), whole))
    for name, cells in (("普惠型小微", report.inclusive), ("首贷户", report.first_loan)):
        rows.extend(
            _line(name, ANSWER_NAMES[answer], cells[answer], whole)
            for answer in ANSWER_NAMES
            if answer in cells
        )
    return rows


def migration_table(report: PortfolioReport) -> Table:
    """From each group (row) to each group (column): the share of the balance before, in %."""
    sources = _groups(one for one, _ in report.migration)
    targets = _groups(other for _, other in report.migration)
    rows: list[Sequence[Any]] = [("期初＼期末", "期初余额(元)", *(TIER_NAMES[t] for t in targets))]
    for source in sources:
        cells = {t: report.migration.get((source, t), Cell()) for t in targets}
        whole = sum(cell.fen for cell in cells.values())
        shares = [_percent(share_ppm(cells[t].fen, whole)) for t in targets]
        rows.append((TIER_NAMES[source], _yuan(whole), *shares))
    return rows


def vintage_table(report: PortfolioReport) -> Table:
    """Every month of disbursement as it stands now."""
    headings = (
        "放款月", "笔数", "放款(元)", "余额(元)", "逾期(元)", "逾期30天以上(元)",
        "逾期90天以上(元)", "核销(元)", "收回(元)", "首期违约笔数", "不良率(%)",
    )  # fmt: skip
    return [headings, *(_vintage(month, one) for month, one in sorted(report.vintages.items()))]


def as_csv(table: Table, note: str = "") -> str:
    """The table as CSV for a spreadsheet; a note goes into the first line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    if note:
        writer.writerow([note])
    writer.writerows(table)
    return BYTE_ORDER_MARK + text.getvalue()


def _vintage(month: str, one: Vintage) -> Sequence[Any]:
    return (
        month,
        one.loans,
        _yuan(one.disbursed_fen),
        _yuan(one.outstanding_fen),
        _yuan(one.overdue_1_fen),
        _yuan(one.overdue_30_fen),
        _yuan(one.overdue_90_fen),
        _yuan(one.written_off_fen),
        _yuan(one.recovered_fen),
        one.first_payment_default_loans,
        _percent(one.bad_ppm),
    )


def _line(kind: str, group: str, cell: Cell, whole: int) -> Sequence[Any]:
    return (kind, group, cell.loans, _yuan(cell.fen), _percent(share_ppm(cell.fen, whole)))


def _groups(found: Iterable[str]) -> list[str]:
    names = set(found)
    return [group for group in TIER_NAMES if group in names]


def _yuan(fen: int) -> str:
    return f"{Decimal(fen) / 100:.2f}"


def _percent(ppm: int) -> str:
    return f"{Decimal(ppm) * 100 / PPM:.2f}"


def as_document(report: PortfolioReport) -> Mapping[str, Any]:
    """The report as JSON can hold it; equal reports give equal documents."""
    return {
        "format": "portfolio-report/1",
        "as_of": report.as_of.isoformat(),
        "before": report.before.isoformat() if report.before else None,
        "outstanding": _cell(report.outstanding),
        "non_performing": _cell(report.non_performing),
        "npl_ppm": report.npl_ppm,
        "overdue_90_ppm": report.overdue_90_ppm,
        "provision_fen": report.provision_fen,
        "coverage_ppm": report.coverage_ppm,
        "written_off_fen": report.written_off_fen,
        "recovered_fen": report.recovered_fen,
        **{
            name: {key: _cell(cell) for key, cell in sorted(getattr(report, name).items())}
            for name in ("by_tier", "by_stage", "by_bucket", "inclusive", "first_loan")
        },
        "vintages": {
            month: {name: getattr(one, name) for name in one.__dataclass_fields__}
            for month, one in sorted(report.vintages.items())
        },
        "migration": [
            {"source": source, "target": target, **_cell(cell)}
            for (source, target), cell in sorted(report.migration.items())
        ],
    }


def _cell(cell: Cell) -> dict[str, int]:
    return {"loans": cell.loans, "fen": cell.fen}
