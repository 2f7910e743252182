"""M14 asked with the open accounts of the bureau report and the income that M15 recognises.

Nothing says whether the bank's rating puts somebody among its high-risk customers: the lower cap
applies. The loan asked for is reckoned in equal instalments at the product's highest rate.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Final

from risk.domain.documents import Document
from risk.domain.model_inputs.known import BUREAU, Answers, Known, NotAsked, field_of
from risk.domain.models.debt_burden import Debt, Inputs
from risk.domain.models.exact import BPS

KINDS: Final = {
    "card": "card",
    "biz_loan": "business",
    "mortgage": "mortgage",
    "consumer_loan": "consumer",
    "farm_loan": "farm",
    "guarantee": "guarantee",
    "other_loan": "other",
}
"""Kinds of accounts in a bureau report by the kinds of debt that M14 knows."""


def inputs(known: Known, answers: Answers) -> Inputs | NotAsked:
    """All open accounts are debts; without a report nobody knows of any."""
    report = known.document(BUREAU)
    if report is None:
        return NotAsked("no_bureau")
    request = known.request
    accounts = open_accounts(report)
    return Inputs(
        monthly_income_fen=field_of(answers, "income_recognition", "monthly_income_fen"),
        debts=tuple(
            Debt(kind=KINDS.get(kind or ""), balance_fen=balance, monthly_payment_fen=due)
            for kind, _, balance, due in accounts
        ),
        requested_fen=request.amount_fen,
        requested_monthly_payment_fen=instalment(
            request.amount_fen, request.max_rate_bps, request.term_months
        ),
        lender_count=_lenders(accounts),
        recent_inquiry_count=known.total(
            "own.bur.queries.loan.l3m.cnt", "own.bur.queries.card.l3m.cnt"
        ),
        is_high_risk=None,
    )


Account = tuple[str | None, int | None, int | None, int | None]
"""Product, institution, balance and what is due in a month."""


def open_accounts(report: Document) -> list[Account]:
    """The accounts that were opened by the day and are not closed on it."""
    rows = zip(
        report.codes("accounts", "product"),
        report.values("accounts", "org"),
        report.values("accounts", "balance_fen"),
        report.values("accounts", "monthly_due_fen"),
        report.codes("accounts", "status"),
        report.dates("accounts", "opened_on"),
        report.dates("accounts", "closed_on"),
        strict=True,
    )
    return [
        (kind, org, balance, due)
        for kind, org, balance, due, status, opened, closed in rows
        if status != "closed"
        and (opened is None or opened <= report.day)
        and (closed is None or closed > report.day)
    ]


def _lenders(accounts: list[Account]) -> int:
    """Institutions with an open credit; one without a name is taken for another each time."""
    orgs = [org for kind, org, _, _ in accounts if kind != "guarantee"]
    return len({org for org in orgs if org is not None}) + orgs.count(None)


def instalment(principal_fen: int, rate_bps: int, months: int) -> int:
    """The equal monthly payment that repays a principal, rounded up to whole 分.

    A = P · r · (1 + r)^n / ((1 + r)^n − 1) with r = yearly rate / 12; without interest P / n.

    >>> instalment(1_200_000, 0, 12), instalment(100_000_000, 435, 12)
    (100000, 8531081)
    """
    if rate_bps == 0:
        return -(-principal_fen // months)
    monthly = Fraction(rate_bps, 12 * BPS)
    growth = (1 + monthly) ** months
    return ceil(principal_fen * monthly * growth / (growth - 1))
