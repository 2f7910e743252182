"""A small portfolio lived through: books that balance every day, evidence, the same bytes again."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest

from infra.simulation.alarms import alarms
from infra.simulation.machine import Lived, live
from infra.simulation.options import BANK, LABEL, LEAST_RATE_BPS, MOST_FEN, MOST_RATE_BPS, Options
from infra.simulation.report import leads_of, report_of
from infra.simulation.vintages import INCOME, together, vintages
from servicing.domain.accounts import IMPAIRMENT
from servicing.domain.warning.warning import LoanWarning

SMALL = Options(applicants=30, months=6)
TINY = Options(applicants=9, months=3)
THOUSAND = Options(applicants=1_000, months=24)


@cache
def lived(options: Options = SMALL) -> Lived:
    return live(options)


def warnings(options: Options = SMALL) -> list[LoanWarning]:
    return list(lived(options).bank.warnings.stored.values())


def test_the_books_balance_on_every_day() -> None:
    result = lived()

    assert result.days == 182
    assert (result.unbalanced, result.violations) == ([], [])


def test_everybody_was_decided_by_a_rule_that_is_named() -> None:
    decided = lived().decisions

    assert len(decided) >= SMALL.applicants
    assert {one.by for _, one in decided} <= {
        "sme_invoice_loan 2026.12.1",
        "owner_application_score",
        "farmer_credit_rating",
        "thin_file_score",
    }


def test_only_who_was_approved_has_a_loan_within_the_products_range() -> None:
    result = lived()
    approved = {
        asking.application_id for asking, one in result.decisions if one.verdict == "approve"
    }

    loans = result.borrowers.by_loan.values()
    assert {one.loan.application_id for one in loans} == approved
    for one in loans:
        assert 0 < one.loan.terms.principal.minor <= MOST_FEN[one.asking.life.member.segment]
        assert LEAST_RATE_BPS <= one.loan.terms.annual_rate_bps <= MOST_RATE_BPS


def test_scores_above_the_cut_off_are_declined() -> None:
    scored = [one for _, one in lived().decisions if not one.by.startswith("sme")]

    assert all(one.verdict == "decline" for one in scored if (one.pd_ppm or 0) > 30_000)
    assert all((one.pd_ppm or 0) <= 30_000 for one in scored if one.verdict == "approve")


def test_every_warning_has_evidence() -> None:
    assert warnings()
    assert all(seen.evidence for one in warnings() for seen in one.seen)
    assert alarms(lived()).without_evidence == 0


def test_every_warning_is_answered_or_its_clock_says_that_it_is_late() -> None:
    lines = alarms(lived()).lines

    assert sum(one.raised for one in lines) == len(warnings())
    assert all(one.raised == one.in_time + one.breached + one.running for one in lines)
    assert sum(one.breached for one in lines) == lived().bank.signals.breached


def test_income_and_loss_of_the_vintages_are_those_of_the_ledger() -> None:
    result, figures = lived(), together(vintages(lived()).values())
    book = result.bank.ledger.balances(BANK)

    assert figures.income_fen == -sum(book[code].posted.minor for code in INCOME if code in book)
    assert figures.loss_fen == book[IMPAIRMENT.code].posted.minor


def test_a_month_end_counts_the_loans_that_are_open() -> None:
    result = lived()

    opened = [b for b in result.bank.books.loan_books.values() if b.account.closed_on is None]
    assert result.months[-1].outstanding.loans == len(opened)
    assert result.months[-1].outstanding.fen == sum(book.account.principal for book in opened)


def test_the_report_says_that_it_is_a_simulation_and_can_be_written_as_json() -> None:
    report = report_of(lived())

    assert json.loads(json.dumps(report))["label"] == LABEL
    assert len(report["months"]) == SMALL.months
    assert len(leads_of(lived())) == report["warnings"]["defaults"]


def test_the_same_options_give_the_same_bytes() -> None:
    again = live(TINY)

    assert again.sha256 == lived(TINY).sha256
    assert json.dumps(report_of(again)) == json.dumps(report_of(lived(TINY)))


def test_another_seed_lives_other_lives() -> None:
    assert live(replace(TINY, seed="7")).sha256 != lived(TINY).sha256


def test_closing_every_day_changes_no_payment() -> None:
    daily = live(replace(TINY, daily=True))

    def received(result: Lived) -> list[int]:
        books = result.bank.books.loan_books.values()
        return sorted(book.account.flows.received for book in books)

    assert received(daily) == received(lived(TINY))
    assert (daily.unbalanced, daily.violations) == ([], [])


@pytest.mark.full
def test_a_thousand_borrowers_over_two_years() -> None:
    result = lived(THOUSAND)

    assert (result.days, result.unbalanced, result.violations) == (731, [], [])
    assert alarms(result).without_evidence == 0
    assert result.sha256 == live(THOUSAND).sha256
