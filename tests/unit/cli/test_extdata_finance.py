"""`puhui extdata bill`: what a clerk reads at 80 columns and exports; mistakes in one sentence."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from typer import Typer
from typer.testing import CliRunner

from extdata.domain.bill import MonthBill
from extdata.domain.dispute import EXPORT_HEADING
from extdata.domain.dispute_page import page_of
from extdata.domain.month_close import close
from extdata.domain.price import Package, Price
from extdata.domain.reconciliation import Reconciliation, reconcile
from extdata.domain.statement import MAX_FILE_BYTES
from extdata.finance_views import BillView, DisputeRows, ReconciliationView
from infra.cli import extdata_finance
from infra.cli.console import console
from infra.cli.extdata_bill_tables import MAX_SHOWN, say_bill, say_reconciliation
from infra.cli.extdata_finance import bill as bill_command
from infra.cli.extdata_finance import line_rows
from infra.demo.api import BankApi
from tests.support.extdata_bills import (
    MONTH,
    OPENED_ON,
    PROVIDER,
    Row,
    a_call,
    a_price_list,
    a_statement,
    rows_of,
    tiered,
)
from tests.support.extdata_records import BANK, a_price

BILL = close(BANK, MONTH, [a_price_list()], [a_call(1), a_call(2, branch_id=None)])
REQUEST_NO = f"req-{'0123456789abcdef' * 2}"
WIDTH = 80
PAGE = 3
"""Disputes in a page of the API of these tests."""


@dataclass(frozen=True)
class FinanceOfOneMonth(BankApi):
    """The API's answers about one reconciliation; keeps what was asked."""

    found: Reconciliation = field(kw_only=True)
    asked: list[str] = field(default_factory=list, kw_only=True)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        self.asked.append(path)
        page = page_of(self.found, query.get("cursor"), PAGE)
        if path.endswith("/disputes"):
            return DisputeRows.of(page, OPENED_ON).model_dump(mode="json")
        if "/reconciliations/" in path:
            return ReconciliationView.of(self.found, page, OPENED_ON).model_dump(mode="json")
        return BillView.of(BILL).model_dump(mode="json")


def run(*arguments: str) -> tuple[int, str]:
    app = Typer()
    app.command()(bill_command)
    found = CliRunner().invoke(app, arguments)
    return found.exit_code, " ".join(found.output.split())


def bill_of(*prices: Price, calls: int = 0, **changes: Any) -> MonthBill:
    events = [a_call(number) for number in range(calls)]
    return replace(close(BANK, MONTH, [a_price_list(*prices)], events), **changes)


def held_against(bill: MonthBill, rows: Sequence[Row]) -> Reconciliation:
    return reconcile(bill, a_statement(rows), provider_id=PROVIDER, opened_on=OPENED_ON)


def shown(capsys: pytest.CaptureFixture[str], found: MonthBill | Reconciliation) -> list[str]:
    """What the screen says at 80 columns, line by line."""
    size, console.width = console.width, WIDTH
    try:
        if isinstance(found, MonthBill):
            say_bill(BillView.of(found).model_dump())
        else:
            page = page_of(found, None, 2 * MAX_SHOWN)
            say_reconciliation(ReconciliationView.of(found, page, OPENED_ON).model_dump())
    finally:
        console.width = size
    return capsys.readouterr().out.splitlines()


def words(lines: Sequence[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines]


@contextmanager
def answering(monkeypatch: pytest.MonkeyPatch, found: Reconciliation) -> Iterator[list[str]]:
    """A cloud whose finance department answers for this reconciliation; yields what was asked."""
    api: Any = FinanceOfOneMonth(client=None, token="", found=found)  # type: ignore[arg-type]

    @contextmanager
    def desk_of(bank: str) -> Iterator[Any]:
        yield type("Desk", (), {"finance": api})

    with monkeypatch.context() as patched:
        patched.setattr(extdata_finance, "desk_of", desk_of)
        yield api.asked


def with_disputes(count: int) -> Reconciliation:
    """So many calls that the statement does not have."""
    bill = bill_of(calls=count + 1)
    return held_against(bill, rows_of(bill)[:1])


def test_a_bill_shows_providers_shares_and_whether_it_is_closed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = words(shown(capsys, BILL))

    assert said[0].startswith("2026-11 暂估 draft, sha256")
    for line in ("sbx-tax 2 2 1.60", "机构 branch 金额 元", "br-1 0.80", "未分摊 nobody 0.80"):
        assert line in said


def test_a_fee_without_calls_is_explained_by_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    package = Package(calls=5, fee_yuan=Decimal(100))

    said = words(shown(capsys, bill_of(a_price(package=package, minimum_yuan=Decimal(130)))))

    assert "sbx-tax 0 0 130.00" in said
    assert "sbx-tax-returns 包月费 package 0 100.00" in said
    assert "sbx-tax-returns 保底补差 minimum 30.00" in said


def test_tiers_are_lines_with_their_unit_prices(capsys: pytest.CaptureFixture[str]) -> None:
    said = words(shown(capsys, bill_of(tiered(up_to=2, then="0.655"), calls=3)))

    assert "sbx-tax-returns 按量计费 tier 1 2 0.80 1.60" in said
    assert "sbx-tax-returns 按量计费 tier 2 1 0.655 0.66" in said


def test_a_price_that_changed_within_the_month_is_dated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    prices = (a_price(), a_price("0.90", effective_from=date(2026, 11, 3)))
    calls = [a_call(1), a_call(2, called_on=date(2026, 11, 3))]
    bill = close(
        BANK,
        MONTH,
        [a_price_list(replace(prices[0], effective_to=date(2026, 11, 2)), prices[1])],
        calls,
    )

    said = " ".join(words(shown(capsys, bill)))

    assert ("2016-01-01 起" in said, "2026-11-03 起" in said) == (True, True)


def test_a_closed_bill_tells_when_by_the_clock_of_china(
    capsys: pytest.CaptureFixture[str],
) -> None:
    closed_at = datetime(2026, 12, 1, 1, 30, 5, 123456, tzinfo=UTC)

    said = shown(capsys, bill_of(calls=1, closed_at=closed_at))

    assert said[0].startswith("2026-11 已结账 closed 2026-12-01 09:30:05, sha256")


def test_a_reconciliation_shows_what_is_payable_in_dispute_and_whose_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = words(shown(capsys, held_against(BILL, rows_of(BILL)[:1])))

    for line in ("应付 payable 0.80", "差异 disputes 1 -0.80", "差额 gap 0.80"):
        assert line in said
    assert "数据管理员 data_steward" in said[-1]


def test_a_unit_price_that_differs_under_equal_amounts_is_seen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = rows_of(BILL)
    rows[0][5] = "0.81"

    said = words(shown(capsys, held_against(BILL, rows)))

    place = said.index("单价或金额不一致，第 2 行 我方 0.80 0.80 0.00")
    assert said[place + 1] == "no-1 对方 0.81 0.80"


def test_amounts_and_request_numbers_stay_whole_at_80_columns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bill = close(
        BANK, MONTH, [a_price_list(a_price("9999.123456"))], [a_call(1, request_no=REQUEST_NO)]
    )
    rows = rows_of(bill)
    rows[0][5:] = ["10000.654321", "10000.654321"]

    lines = shown(capsys, bill) + shown(capsys, held_against(bill, rows))

    assert max(cell_len(line) for line in lines[1:]) <= WIDTH
    said = words(lines)
    assert any(line.endswith("我方 9,999.123456 9,999.123456 1.530865") for line in said)
    assert any(line.endswith("对方 10,000.654321 10,000.654321") for line in said)


def test_what_the_screen_leaves_out_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    said = shown(capsys, with_disputes(MAX_SHOWN + 5))

    assert said[-1].startswith("其余 5 笔 more: --csv FILE")


def test_the_csv_file_holds_every_dispute_whatever_the_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "差异.csv"

    with answering(monkeypatch, with_disputes(3 * PAGE + 1)):
        code, said = run("--month", MONTH, "--provider", PROVIDER, "--csv", str(file))

    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert (code, len(rows), rows[0]) == (0, 3 * PAGE + 2, list(EXPORT_HEADING))
    assert len({row[2] for row in rows}) == len(rows)
    assert "10 行 rows" in said


def test_without_a_provider_the_csv_file_holds_the_lines_of_the_bill(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "账单.csv"

    with answering(monkeypatch, with_disputes(1)):
        run("--month", MONTH, "--csv", str(file))

    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert rows == line_rows(BillView.of(BILL).model_dump(mode="json"))
    assert rows[1][2:] == ["按量计费 tier 1", MONTH, "2016-01-01", "2", "0.80", "1.60"]


def test_json_holds_every_dispute(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(monkeypatch, with_disputes(2 * PAGE)) as asked:
        code, said = run("--month", MONTH, "--provider", PROVIDER, "--json")

    assert (code, said.count('"we_only"'), '"left_out": 0' in said) == (0, 2 * PAGE, True)
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--month", "2026/10"], "2026/10 is no month"),
        (["--month", "2026-13"], "2026-13 is no month"),
        (["--month", "2026-10", "--statement", __file__], "say whose statement it is"),
        (["--month", "2026-10", "--csv", "no-such-folder/a.csv"], "is not a folder"),
    ],
)
def test_a_mistake_is_one_sentence(arguments: list[str], sentence: str) -> None:
    code, said = run(*arguments)

    assert code != 0
    assert sentence in said


def test_a_file_above_the_cap_is_not_sent(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"0" * (MAX_FILE_BYTES + 1))

    code, said = run("--month", "2026-10", "--provider", "p", "--statement", str(large))

    assert (code != 0, "larger than 4 MB" in said) == (True, True)
