"""The portfolio report: what is counted, and that parts add up to the whole."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.account.position import LoanStatus
from servicing.domain.portfolio.east import COLUMNS, NOTE, east_table
from servicing.domain.portfolio.month_end import LoanLabels, MonthEndLoan
from servicing.domain.portfolio.report import Cell, report_of
from servicing.domain.portfolio.tables import (
    as_csv,
    as_document,
    migration_table,
    quality_table,
    vintage_table,
)
from tests.support.month_ends import APRIL, MARCH, a_month_end_loan, month_end_loans

GONE = {"status": LoanStatus.WRITTEN_OFF, "principal_outstanding": Money(0)}


def test_the_npl_ratio_is_of_the_outstanding_balance() -> None:
    loans = [
        a_month_end_loan("normal", loan_id="1", principal_outstanding=Money(985)),
        a_month_end_loan("doubtful", loan_id="2", principal_outstanding=Money(15)),
    ]

    report = report_of(loans, APRIL)

    assert (report.npl_ppm, report.non_performing) == (15_000, Cell(1, 15))


def test_a_loan_that_left_the_books_counts_in_no_balance_but_in_its_vintage() -> None:
    loan = a_month_end_loan("loss", written_off=Money(900), recovered=Money(100), **GONE)

    report = report_of([loan], APRIL)

    assert (report.outstanding, report.by_tier) == (Cell(), {})
    vintage = report.vintages["2026-01"]
    assert (vintage.written_off_fen, vintage.recovered_fen) == (900, 100)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, "0"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (90, "61-90"), (91, "91-180"),
     (270, "181-270"), (360, "271-360"), (361, "361+")],
)  # fmt: skip
def test_overdue_buckets_are_those_of_return_s71(days: int, bucket: str) -> None:
    report = report_of([a_month_end_loan(days_overdue=days)], APRIL)

    assert list(report.by_bucket) == [bucket]


def test_what_nobody_classified_is_counted_apart_and_never_as_normal() -> None:
    report = report_of([a_month_end_loan(None, days_overdue=95)], APRIL)

    assert list(report.by_tier) == ["unclassified"]
    assert (report.npl_ppm, report.overdue_90_ppm) == (0, 1_000_000)


def test_a_label_that_nobody_knows_is_unknown() -> None:
    report = report_of([a_month_end_loan(labels=LoanLabels())], APRIL)

    assert set(report.inclusive) == {"unknown"} == set(report.first_loan)


def test_migration_follows_each_loan_from_one_month_end_to_the_next() -> None:
    before = [
        a_month_end_loan("normal", loan_id="1", principal_outstanding=Money(100)),
        a_month_end_loan("attention", loan_id="2", principal_outstanding=Money(200)),
        a_month_end_loan("normal", loan_id="3", status=LoanStatus.SETTLED),
    ]
    now = [
        a_month_end_loan("attention", loan_id="1", principal_outstanding=Money(90)),
        a_month_end_loan("loss", loan_id="2", **GONE),
        a_month_end_loan("normal", loan_id="3", status=LoanStatus.SETTLED),
        a_month_end_loan("normal", loan_id="4", principal_outstanding=Money(500)),
    ]

    report = report_of(now, APRIL, before, MARCH)

    assert report.migration == {
        ("normal", "attention"): Cell(1, 100),
        ("attention", "written_off"): Cell(1, 200),
        ("new", "normal"): Cell(1, 500),
    }


def test_a_first_payment_default_never_paid_and_is_more_than_thirty_days_late() -> None:
    loans = [
        a_month_end_loan(loan_id="1", last_repaid_on=None, days_overdue=31),
        a_month_end_loan(loan_id="2", last_repaid_on=None, days_overdue=30),
        a_month_end_loan(loan_id="3", days_overdue=31),
    ]

    report = report_of(loans, APRIL)

    assert report.vintages["2026-01"].first_payment_default_loans == 1


@given(st.lists(st.integers(0, 2), min_size=1, max_size=12), st.data())
def test_parts_of_the_book_add_up_to_the_whole(places: list[int], data: st.DataObject) -> None:
    now = [data.draw(month_end_loans(f"loan-{n}")) for n in range(len(places))]
    before = [data.draw(month_end_loans(f"loan-{n}")) for n in range(len(places))]
    before = [one for one in before if data.draw(st.booleans())]

    def part(loans: list[MonthEndLoan], place: int) -> list[MonthEndLoan]:
        return [one for one in loans if places[int(one.position.loan_id[5:])] == place]

    whole = report_of(now, APRIL, before, MARCH)
    parts = [report_of(part(now, p), APRIL, part(before, p), MARCH) for p in range(3)]

    added = parts[0].plus(parts[1]).plus(parts[2])
    assert as_document(added) == as_document(whole)
    assert sum(cell.fen for cell in whole.by_bucket.values()) == whole.outstanding.fen
    assert sum(cell.loans for cell in whole.by_tier.values()) == whole.outstanding.loans


def test_tables_open_in_a_spreadsheet() -> None:
    report = report_of(
        [a_month_end_loan("substandard", days_overdue=91)], APRIL, [a_month_end_loan()], MARCH
    )

    text = as_csv(migration_table(report), note=NOTE)

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows == [[NOTE], ["期初＼期末", "期初余额(元)", "次级"], ["正常", "100000.00", "100.00"]]
    assert ("五级分类", "不良合计", 1, "100000.00", "100.00") in quality_table(report)
    assert vintage_table(report)[1][0] == "2026-01"


def test_the_loan_table_says_what_it_is_not_and_leaves_the_unknown_empty() -> None:
    loan = a_month_end_loan(labels=LoanLabels(), next_due_date=None)

    codes, names, row = east_table([loan])

    found = dict(zip(codes, row, strict=True))
    assert len(names) == len(COLUMNS) == len(row)
    assert (found["SFSDK"], found["XQHKRQ"], found["JKYE"]) == ("", "99991231", "100000.00")
    assert "NOT A FILING" in NOTE
