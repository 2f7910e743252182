"""The worked example of docs/extdata-billing.md, calculated: its tables say what the code says."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from extdata.domain.bill import LINE_NAMES, MonthBill
from extdata.domain.dispute import DISPUTE_NAMES
from extdata.domain.month_close import close
from extdata.domain.price import Package, Tier
from extdata.domain.reconciliation import Reconciliation, reconcile
from infra.config import ROOT
from tests.support.extdata_bills import (
    OPENED_ON,
    PROVIDER,
    Row,
    a_call,
    a_price_list,
    a_statement,
    rows_of,
)
from tests.support.extdata_records import BANK, NOON, TODAY, a_price

PAGE = ROOT / "docs" / "extdata-billing.md"
OCTOBER = {"called_on": TODAY - timedelta(days=10)}
HITS = 6


def the_bill() -> MonthBill:
    price = a_price(
        tiers=(
            Tier(up_to=2, unit_yuan=Decimal("0.80")),
            Tier(up_to=None, unit_yuan=Decimal("0.655")),
        ),
        package=Package(calls=2, fee_yuan=Decimal("1.00")),
        minimum_yuan=Decimal("3.00"),
    )
    moment = NOON - timedelta(days=10)
    hits = [
        a_call(
            number,
            called_at=moment + timedelta(seconds=number),
            branch_id="br-1" if number < HITS // 2 else "br-2",
            **OCTOBER,
        )
        for number in range(HITS)
    ]
    others = [
        a_call(6, called_at=moment, outcome="miss", charge="free", **OCTOBER),
        a_call(7, called_at=moment, outcome="provider.timeout", charge="uncertain", **OCTOBER),
    ]
    return close(BANK, "2026-10", [a_price_list(price)], [*hits, *others])


def the_reconciliation(bill: MonthBill) -> Reconciliation:
    rows = {row[0]: row for row in rows_of(bill)}
    rows["no-7"][4:] = ["是", "0.655", "0.655"]
    rows["no-2"][5:] = ["0.81", "0.81"]
    rows["no-3"][5:], rows["no-4"][5:] = rows["no-4"][5:], rows["no-3"][5:]
    return reconcile(
        bill,
        a_statement(list(rows.values()), total="4.58"),
        provider_id=PROVIDER,
        opened_on=OPENED_ON,
    )


def tables() -> list[list[Row]]:
    """Every table of the page, without its heading, as cells."""
    found: list[list[Row]] = [[]]
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        elif found[-1]:
            found.append([])
    return [table[2:] for table in found if table]


def yuan(fen: int) -> str:
    return format(Decimal(fen).scaleb(-2), "f")


def test_the_lines_of_the_example_are_those_of_the_bill() -> None:
    bill = the_bill()

    lines = [
        [
            f"{LINE_NAMES[line.kind]} {f'tier {line.tier}' if line.tier else line.kind}",
            str(line.count),
            "" if line.unit_yuan is None else format(line.unit_yuan, "f"),
            yuan(line.amount_fen),
        ]
        for line in bill.lines
    ]

    assert tables()[0] == [*lines, ["合计 total", "", "", yuan(bill.total_fen)]]


def test_the_shares_of_the_example_are_those_of_the_bill() -> None:
    shares = the_bill().shared_by("branch_id")

    assert tables()[1] == [[branch, yuan(fen)] for branch, fen in shares.items()]


def test_the_disputes_of_the_example_are_those_of_the_statement() -> None:
    found = the_reconciliation(the_bill())

    rows = [
        [DISPUTE_NAMES[one.kind], *(format(amount, "f") for amount in amounts)]
        for one in found.disputes
        for amounts in [(one.ours_yuan, one.theirs_yuan, one.amount_yuan)]
    ]
    assert sorted(tables()[2]) == sorted(rows)


def test_the_sums_under_the_example_are_those_of_the_statement() -> None:
    found = the_reconciliation(the_bill())

    said = f"Payable (应付) {yuan(found.acknowledged_fen)}, gap 差额 {found.gap_fen} 分."
    wanted = f"which its total line rounds to {yuan(found.their_fen)}"

    text = PAGE.read_text(encoding="utf-8")
    assert [said in text, wanted in text] == [True, True]


def test_the_page_names_every_kind_of_dispute() -> None:
    named = [row[0] for row in tables()[3]]

    assert sorted(named) == sorted(name.partition("（")[0] for name in DISPUTE_NAMES.values())
