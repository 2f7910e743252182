"""A dispute (差异) with a provider: what it is about, how much, whose it is, for how long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from extdata.domain.price import to_fen
from puhui.identity.principal import ROLE_NAMES

DisputeKind = Literal[
    "we_only",
    "they_only",
    "late",
    "price_differs",
    "charged_but_free",
    "they_free",
    "connector_differs",
    "duplicate",
    "uncertain",
    "fee_differs",
    "total_line_wrong",
    "statement_missing",
]
DISPUTE_NAMES: Mapping[DisputeKind, str] = {
    "we_only": "我方有、对方无",
    "they_only": "对方有、我方无（未知流水号）",
    "late": "我方补记，计入下月更正",
    "price_differs": "单价或金额不一致",
    "charged_but_free": "不应计费而计费",
    "they_free": "应计费而未计费",
    "connector_differs": "接口编号不一致",
    "duplicate": "重复计费",
    "uncertain": "结果未明而计费",
    "fee_differs": "包月费或保底不一致",
    "total_line_wrong": "合计与明细不符",
    "statement_missing": "未收到对账单",
}
OWNER: Final = "data_steward"
"""The desk that settles disputes with providers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One difference; its amount is what they want more than we owe (negative: less)."""

    kind: DisputeKind
    connector_id: str
    request_no: str
    line: int | None
    """Line of the statement; None when it has none for it."""
    ours_yuan: Decimal
    theirs_yuan: Decimal
    ours_unit_yuan: Decimal | None = None
    """Unit price of the call; None where our side charges none, and for fees and totals."""
    theirs_unit_yuan: Decimal | None = None
    """Unit price of the row; it may differ where the amounts do not."""
    opened_on: date
    owner: str = OWNER

    @property
    def amount_yuan(self) -> Decimal:
        """The exact difference; a unit price may have parts of a 分."""
        return self.theirs_yuan - self.ours_yuan

    @property
    def amount_fen(self) -> int:
        """The difference, rounded half up."""
        return to_fen(self.amount_yuan)

    def age_days(self, on: date) -> int:
        """Days that it has been open."""
        return (on - self.opened_on).days


EXPORT_HEADING: Final[Sequence[str]] = (
    "差异类型", "接口编号", "请求流水号", "对账单行号", "我方单价(元)", "对方单价(元)",
    "我方金额(元)", "对方金额(元)", "差异(元)", "责任岗位", "发现日期", "挂账天数",
)  # fmt: skip


def export_rows(disputes: Iterable[Dispute], on: date) -> list[list[str]]:
    """The dispute list as rows for a spreadsheet; no cell can be taken for a formula."""
    rows = [list(EXPORT_HEADING)]
    for one in disputes:
        rows.append(
            [
                DISPUTE_NAMES[one.kind],
                one.connector_id,
                one.request_no,
                "" if one.line is None else str(one.line),
                yuan_text(one.ours_unit_yuan) or "",
                yuan_text(one.theirs_unit_yuan) or "",
                format(one.ours_yuan, "f"),
                format(one.theirs_yuan, "f"),
                format(one.amount_yuan, "f"),
                ROLE_NAMES[one.owner],
                one.opened_on.isoformat(),
                str(one.age_days(on)),
            ]
        )
    return [[safe_cell(cell) for cell in row] for row in rows]


def yuan_text(amount: Decimal | None) -> str | None:
    """An amount with all its digits, never as a power of ten."""
    return None if amount is None else format(amount, "f")


def safe_cell(text: str) -> str:
    """Put `'` before a text that a spreadsheet would run; plain negative numbers stay numbers.

    >>> safe_cell("=1+1"), safe_cell("-0.01")
    ("'=1+1", '-0.01')
    """
    number = text.removeprefix("-").replace(".", "", 1).isdecimal()
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") and text and not number else text
