"""Counterparties of invoices: what is there twice, who is alike, who trades in circles."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from infra.cli import build
from infra.graph_picture import STYLES, Line, largest_component, picture
from infra.invoice_columns import InvoicesNotThere, fen, read_invoices
from infra.trade_report import lines_of, trade_report
from risk.domain.graph.common_partners import common_partners
from risk.domain.graph.trade import Invoices, seen_twice, smallest_span
from tests.support.real_data import REAL_FIRMS, needs_real_firms

Row = tuple[str, str, str, int, int, int, bool]
"""Firm, direction, partner, number, day, amount in fen, whether it is valid."""


def an_invoice(firm: str, direction: str, number: int, **changes: Any) -> Row:
    fields = {"partner": "X1", "day": 10, "amount": 100_00, "valid": True, **changes}
    return (
        firm,
        direction,
        fields["partner"],
        number,
        fields["day"],
        fields["amount"],
        fields["valid"],
    )


def a_table(*rows: Row) -> Invoices:
    firms = tuple(dict.fromkeys(row[0] for row in rows))
    partners = tuple(dict.fromkeys(row[2] for row in rows))
    days = date(2018, 1, 1).toordinal()
    return Invoices(
        firms=firms,
        partners=partners,
        firm=np.array([firms.index(row[0]) for row in rows]),
        partner=np.array([partners.index(row[2]) for row in rows]),
        outward=np.array([row[1] == "out" for row in rows]),
        valid=np.array([row[6] for row in rows]),
        number=np.array([row[3] for row in rows]),
        day=np.array([days + row[4] for row in rows]),
        amount_fen=np.array([row[5] for row in rows]),
        tax_fen=np.array([row[5] // 10 for row in rows]),
    )


def sale(seller: str, buyer: str, number: int, **changes: Any) -> tuple[Row, Row]:
    """One invoice as both sides booked it."""
    return (
        an_invoice(seller, "out", number, **changes),
        an_invoice(buyer, "in", number, **changes),
    )


def test_an_invoice_that_both_booked_is_a_trade_between_them() -> None:
    rows = [*sale("E1", "E2", 1), *sale("E1", "E2", 2, amount=-50_00), an_invoice("E2", "in", 9)]

    (trade,) = seen_twice(a_table(*rows)).trades

    assert (trade.seller, trade.buyer, trade.invoices) == ("E1", "E2", 2)
    assert (trade.amount_fen, trade.disagreed) == (50_00, 0)


@pytest.mark.parametrize("other", [{"day": 11}, {"amount": 100_01}])
def test_the_same_number_on_another_day_or_amount_is_another_invoice(other: Any) -> None:
    rows = [an_invoice("E1", "out", 1), an_invoice("E2", "in", 1, **other)]

    assert seen_twice(a_table(*rows)).trades == ()


def test_what_one_side_calls_void_is_told_and_not_counted() -> None:
    rows = [
        an_invoice("E1", "out", 1, valid=False),
        an_invoice("E2", "in", 1),
        *sale("E1", "E2", 2),
    ]

    (trade,) = seen_twice(a_table(*rows)).trades

    assert (trade.invoices, trade.disagreed, trade.amount_fen) == (2, 1, 100_00)


def test_firms_with_the_same_books_are_one_firm() -> None:
    copies = [
        an_invoice(firm, "in", number, partner=f"{firm}-{number % 3}")
        for number in range(60)
        for firm in ("E1", "E2")
    ]
    sold = [*sale("E1", "E3", 100), an_invoice("E2", "out", 100)]

    found = seen_twice(a_table(*copies, *sold))

    (books,) = found.same_books
    assert (books.firms, books.invoices, books.share_bps) == (("E1", "E2"), 61, 10_000)
    assert books.codes_agree_bps == 10_000
    assert [(one.seller, one.buyer) for one in found.trades] == [("E1", "E3")]


def test_codes_that_change_from_invoice_to_invoice_do_not_agree() -> None:
    copies = [
        an_invoice(firm, "in", number, partner="C0" if firm == "E1" else f"C{number + 1}")
        for number in range(60)
        for firm in ("E1", "E2")
    ]

    assert seen_twice(a_table(*copies)).same_books[0].codes_agree_bps == 0


def test_a_firm_that_invoices_itself_is_told_apart() -> None:
    found = seen_twice(a_table(*sale("E1", "E1", 1)))

    assert (found.trades, len(found.self_trades), found.circles) == ((), 1, ())


def test_trades_round_in_a_ring_are_a_circle_suspicious_when_close_and_even() -> None:
    close = [*sale("A", "B", 1), *sale("B", "C", 2, amount=95_00), *sale("C", "A", 3, day=40)]
    late = [*sale("A", "B", 1), *sale("B", "A", 2, day=400)]
    uneven = [*sale("A", "B", 1), *sale("B", "A", 2, amount=10_00)]

    (circle,) = seen_twice(a_table(*close)).circles

    assert (circle.firms, circle.evenness_bps, circle.gap_days) == (("A", "B", "C"), 9_500, 30)
    assert circle.suspicious
    for rows in (late, uneven):
        assert [one.suspicious for one in seen_twice(a_table(*rows)).circles] == [False]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 60), min_size=1, max_size=5), min_size=1, max_size=3))
def test_the_smallest_span_is_that_of_trying_every_day(days: list[list[int]]) -> None:
    begins = {day for own in days for day in own}
    tried = [
        max(min(later) for later in reach) - begin
        for begin in begins
        if all(reach := [[day for day in own if day >= begin] for own in days])
    ]

    assert smallest_span([sorted(own) for own in days]) == min(tried)


def projected(pairs: list[tuple[int, int]], count: int = 40) -> Any:
    firm, partner = np.array(pairs).T
    return common_partners([f"E{number}" for number in range(count)], firm, partner)


def test_a_partner_of_few_joins_and_a_partner_of_everybody_does_not() -> None:
    everybody = [(firm, partner) for firm in range(40) for partner in (90, 91, 92)]

    found = projected([(0, 1), (1, 1), (0, 2), (1, 2), *everybody])

    assert [(one.firms, one.shared, one.likeness_ppm) for one in found.links] == [
        (("E0", "E1"), 2, 1_000_000)
    ]
    assert (found.hubs, found.components) == (3, (("E0", "E1"),))


def test_one_shared_partner_may_be_chance() -> None:
    assert projected([(0, 1), (1, 1)]).links == ()


def test_firms_hang_together_through_others() -> None:
    chain = [(firm, partner) for a in range(3) for firm in (a, a + 1) for partner in (a, a + 10)]

    assert projected(chain).components == (("E0", "E1", "E2", "E3"),)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 9)), min_size=1, max_size=60))
def test_neither_order_nor_repetition_of_invoices_matters(pairs: list[tuple[int, int]]) -> None:
    assert projected(pairs[::-1] + pairs) == projected(pairs)


def test_amounts_are_read_to_the_cent() -> None:
    assert [fen(text) for text in ("-943.4", "-0.5", "0.1", "4780.24", "7", "1.005")] == [
        -94_340,
        -50,
        10,
        478_024,
        700,
        100,
    ]


HEAD = "企业代号,发票号码,开票日期,单位代号,金额,税额,价税合计,发票状态\r\n"
SOLD = "E1,7,2018/1/{day},B1,100.0,13.0,113.0,有效发票\r\n"
BOUGHT = "E2,7,2018/1/{day},C1,100.0,13.0,113.0,有效发票\r\n"
VOID = "E1,8,2018/1/2,B2,5.0,0.5,5.5,作废发票\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two firms, one of which sold the other something."""
    files = {
        "labelled_output": SOLD.format(day=3) + VOID,
        "labelled_input": "",
        "unlabelled_output": "",
        "unlabelled_input": BOUGHT.format(day=3),
    }
    for name, rows in files.items():
        body = gzip.compress(("\ufeff" + HEAD + rows).encode())
        (tmp_path / f"{name}_invoices.csv.gz").write_bytes(body)
    return tmp_path


def test_the_command_reports_what_the_files_show(folder: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "network.svg"
    arguments = ["graph", "invoices", "--data", str(folder), "--svg", str(drawn)]

    told = CliRunner().invoke(build(), [*arguments, "--json"])
    shown = CliRunner().invoke(build(), arguments)

    report = json.loads(told.stdout)
    assert (report["invoices"], report["void"], report["firms"]) == (3, 1, 2)
    assert [one["invoices"] for one in report["both_sides"]["pairs"]] == [1]
    assert report["codes"] == {"by_space": {"B": 2, "C": 1}, "both_buyer_and_seller": 0}
    assert drawn.read_text(encoding="utf-8").count("<circle") == 2
    assert (shown.exit_code, "E1 → E2" in shown.stdout) == (0, True)


def test_a_folder_without_invoices_is_one_sentence(tmp_path: Path) -> None:
    told = CliRunner().invoke(build(), ["graph", "invoices", "--data", str(tmp_path)])

    assert told.exit_code != 0
    with pytest.raises(InvoicesNotThere, match="labelled_input"):
        read_invoices(tmp_path)


def test_the_picture_is_of_the_largest_component_and_always_the_same() -> None:
    lines = [Line("a", "b", "trade"), Line("b", "c", "alike"), Line("x", "y", "circle")]

    assert largest_component(lines) == ["a", "b", "c"]
    assert picture(lines) == picture(lines[::-1])
    assert STYLES["circle"] not in picture(lines)


@pytest.mark.full
@pytest.mark.data
@needs_real_firms
def test_the_real_invoices_show_what_the_document_says() -> None:
    report = trade_report(read_invoices(REAL_FIRMS))

    assert (report["invoices"], report["firms"]) == (953_217, 385)
    assert report["codes"]["both_buyer_and_seller"] == 0
    assert len(report["same_books"]) == 7
    assert (report["both_sides"]["invoices"], report["both_sides"]["trades"]) == (392, 57)
    assert [one["close_and_even"] for one in report["circles"]] == [False]
    shared = report["shared_partners"]
    assert (shared["links"], shared["links_by_chance"]) == (33, 3)
    assert len(largest_component(lines_of(report))) > 50
