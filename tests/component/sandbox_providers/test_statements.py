"""Statements bill exactly what was answered, with planned mistakes for reconciliation."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from sandbox.adapters.provider_server import ProviderServer
from sandbox.domain.applicant import Applicant
from sandbox.domain.providers.faults import ProviderFault
from sandbox.domain.providers.profiles import PROFILES
from tests.component.sandbox_providers.bank_side import BankSide, request
from tests.component.sandbox_providers.conftest import NOW

REGISTRY = PROFILES["sbx-registry"]


def statement(server: ProviderServer, provider_id: str, query: str) -> bytes:
    """A month's statement as bytes."""
    status, _, body = request(server.url, "GET", f"/statements/{provider_id}?{query}", {}, b"")
    assert status == 200
    return body


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_statement_bills_every_answered_call_once(
    server: ProviderServer, firms: list[Applicant], encoding: str
) -> None:
    bank = BankSide(server, REGISTRY, NOW)
    for firm in firms[:3]:
        bank.ask(firm, number=f"R-{firm.applicant_id}")
        bank.ask(firm, number=f"R-{firm.applicant_id}")

    body = statement(server, "sbx-registry", f"month=2026-08&format=csv&encoding={encoding}")

    rows = list(csv.reader(io.StringIO(body.decode(encoding))))
    assert rows[0][:3] == ["请求流水号", "调用时间", "接口编号"]
    assert [row[5:] for row in rows[1:4]] == [["0.125", "0.125"]] * 3
    assert rows[4] == ["合计", "", "", "", "", "", "0.38"]


def test_a_workbook_has_the_same_lines(server: ProviderServer, firms: list[Applicant]) -> None:
    BankSide(server, REGISTRY, NOW).ask(firms[0])
    as_csv = statement(server, "sbx-registry", "month=2026-08&format=csv").decode()

    book = load_workbook(io.BytesIO(statement(server, "sbx-registry", "month=2026-08&format=xlsx")))

    (sheet,) = book.worksheets
    cells = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert cells == list(csv.reader(io.StringIO(as_csv)))


def test_a_month_without_calls_bills_its_minimum(server: ProviderServer) -> None:
    rows = list(csv.reader(io.StringIO(statement(server, "sbx-invoice", "month=2026-08").decode())))

    assert [row[3] for row in rows[1:-1]] == ["保底补差"]
    assert Decimal(rows[-1][6]) == Decimal(300)


@pytest.mark.parametrize(
    ("kind", "lines", "total"),
    [
        ("statement_extra", 4, "0.50"),
        ("statement_missing", 2, "0.25"),
        ("statement_price", 3, "0.48"),
    ],
)
def test_a_planned_mistake_stands_in_the_statement(
    server: ProviderServer, firms: list[Applicant], kind: str, lines: int, total: str
) -> None:
    bank = BankSide(server, REGISTRY, NOW)
    for firm in firms[:3]:
        bank.ask(firm)
    server.plan(ProviderFault(provider_id="sbx-registry", kind=kind))

    rows = list(
        csv.reader(io.StringIO(statement(server, "sbx-registry", "month=2026-08").decode()))
    )

    assert (len(rows) - 2, rows[-1][6]) == (lines, total)
