"""`puhui extdata bill`: what finance reads, and mistakes in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from extdata.domain.month_close import close
from extdata.domain.reconciliation import reconcile
from extdata.finance_views import BillView, ReconciliationView
from infra.cli.extdata_finance import bill as bill_command
from infra.cli.extdata_finance import say_bill, say_reconciliation
from tests.support.extdata_bills import (
    MONTH,
    OPENED_ON,
    PROVIDER,
    a_call,
    a_price_list,
    a_statement,
    rows_of,
)
from tests.support.extdata_records import BANK

BILL = close(BANK, MONTH, [a_price_list()], [a_call(1), a_call(2, branch_id=None)])


def run(*arguments: str) -> tuple[int, str]:
    app = Typer()
    app.command()(bill_command)
    found = CliRunner().invoke(app, arguments)
    return found.exit_code, " ".join(found.output.split())


def test_a_bill_shows_providers_shares_and_whether_it_is_closed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say_bill(BillView.of(BILL).model_dump())

    said = " ".join(capsys.readouterr().out.split())
    for part in ("2026-11 draft 暂估", "sbx-tax 2 2 1.60", "br-1 0.80", "未分摊 nobody 0.80"):
        assert part in said


def test_a_statement_shows_what_is_payable_in_dispute_and_whose_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    statement = a_statement(rows_of(BILL)[:1])
    found = reconcile(BILL, statement, provider_id=PROVIDER, opened_on=OPENED_ON)

    say_reconciliation(ReconciliationView.of(found, OPENED_ON).model_dump())

    said = " ".join(capsys.readouterr().out.split())
    for part in ("应付 payable 0.80", "差异 disputes 1", "gap 差额 = 80 分", "no-2", "数据管理员"):
        assert part in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--month", "2026/10"], "2026/10 is no month"),
        (["--month", "2026-13"], "2026-13 is no month"),
        (["--month", "2026-10", "--statement", __file__], "say whose statement it is"),
    ],
)
def test_a_mistake_is_one_sentence(arguments: list[str], sentence: str) -> None:
    code, said = run(*arguments)

    assert code != 0
    assert sentence in said


def test_a_file_above_the_cap_is_not_sent(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"0" * (4 * 1024 * 1024 + 1))

    code, said = run("--month", "2026-10", "--provider", "p", "--statement", str(large))

    assert (code != 0, "larger than 4 MB" in said) == (True, True)
