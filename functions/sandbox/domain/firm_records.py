"""The columns of a bank's own firm files, and how one cell of each is read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from puhui.errors import Unprocessable

FIRM_ID = "企业代号"
FIRM_NAME = "企业名称"
FIRM_REQUIRED = (FIRM_ID, FIRM_NAME)
FIRM_OPTIONAL: dict[str, str] = {
    "客户类型": "kind",
    "统一社会信用代码": "uscc",
    "法定代表人": "legal_person_name",
    "证件号码": "legal_person_id",
    "手机号": "phone",
    "地址": "address",
    "收款账号": "payout_account",
    "所属地区": "region_code",
    "行业门类": "industry_section",
    "成立日期": "established_on",
    "申请金额": "amount_yuan",
    "期限": "term_months",
    "还款方式": "repayment_method",
    "贷款用途": "purpose",
}
"""Columns that a bank may add; an empty cell is generated and marked synthetic."""
FIRM_IGNORED = frozenset({"信誉评级", "是否违约"})
"""The bank's own judgement of a firm; never shown to the factory that must judge by itself."""

OUTPUT_PARTNER = "购方单位代号"
INPUT_PARTNER = "销方单位代号"
INVOICE_COLUMNS = ("企业代号", "发票号码", "开票日期", "金额", "税额", "价税合计", "发票状态")

STATUS: dict[str, str] = {"有效发票": "valid", "作废发票": "void", "有效": "valid", "作废": "void"}
KINDS: dict[str, str] = {"企业": "firm", "个体工商户": "sole_proprietor", "自然人": "person"}
METHODS: dict[str, str] = {"等额本息": "EQUAL_INSTALLMENT", "先息后本": "INTEREST_FIRST"}

_DATE = re.compile(r"([0-9]{4})[/\-.年]([0-9]{1,2})[/\-.月]([0-9]{1,2})日?")
_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")


class FirmFileNotReadable(Unprocessable):
    """A firm file is not in the documented format; the message says where, never what it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmRecord:
    """One line of the enterprises file; what the bank left out is absent from `given`."""

    firm_id: str
    name: str
    given: Mapping[str, str]


def fen(text: str) -> int:
    """Read an amount in yuan as whole 分; more than two decimals are refused, never rounded.

    >>> fen("-943.4")
    -94340
    """
    if not _AMOUNT.fullmatch(text):
        raise ValueError("not an amount in yuan with at most two decimals")
    whole, _, decimals = text.partition(".")
    return int(whole + decimals.ljust(2, "0"))


@lru_cache(maxsize=8_192)
def iso_date(text: str) -> str:
    """Read 2017/9/1, 2017-09-01 or 2017年9月1日 as an ISO date."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError("not a date")
    year, month, day = (int(part) for part in match.groups())
    return date(year, month, day).isoformat()


def check_columns(name: str, header: Sequence[str], required: Sequence[str]) -> None:
    """A file has its firm column first, every required column, and none twice."""
    missing = [column for column in required if column not in header]
    if missing:
        raise FirmFileNotReadable(
            f"{name}: columns missing: {'、'.join(missing)}", field=name, rule="data.columns"
        )
    if header[0] != FIRM_ID or len(set(header)) != len(header):
        raise FirmFileNotReadable(
            f"{name}: the first column is {FIRM_ID}, and no column comes twice",
            field=name,
            rule="data.columns",
        )


def firm_record(header: Sequence[str], row: Sequence[str]) -> FirmRecord:
    """Read one line of the enterprises file."""
    cells = {column: cell.strip() for column, cell in zip(header, row, strict=True)}
    given = {FIRM_OPTIONAL[c]: cells[c] for c in FIRM_OPTIONAL if cells.get(c)}
    for field, names in (("kind", KINDS), ("repayment_method", METHODS)):
        if field in given:
            given[field] = names.get(given[field], given[field])
    return FirmRecord(firm_id=cells[FIRM_ID], name=cells[FIRM_NAME], given=given)


def unknown_columns(header: Sequence[str]) -> list[str]:
    """Columns of an enterprises file that nobody reads: most likely misspelt."""
    known = {*FIRM_REQUIRED, *FIRM_OPTIONAL, *FIRM_IGNORED}
    return [column for column in header if column not in known]
