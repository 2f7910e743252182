"""Plans and books of loans with a product's settlement, for the figures worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from puhui.contracts.settlement import SettlementParameters
from puhui.money import Money
from servicing.domain.account.book import LoanBook
from servicing.domain.account.events import Prepayment
from servicing.domain.schedule import Schedule, repayment_plan
from servicing.domain.settlement import profile_of
from tests.support.loan_accounts import with_event
from tests.support.servicing import some_terms
from tests.support.settlements import booked

BY_DAYS = {"interest_calc": "DAILY", "month_days": "ACTUAL"}
LOAN: dict[str, Any] = {
    "principal_fen": 30_000_000,
    "annual_rate_bps": 432,
    "term_months": 12,
    "method": "INTEREST_FIRST",
    "disbursement_date": date(2026, 3, 2),
}
"""36.00 yuan a day: 300,000 × 4.32 % ÷ 360."""
MARCH_17 = date(2026, 3, 17)
APRIL_2 = date(2026, 4, 2)

FIRST: dict[str, Any] = {"disbursement_date": date(2026, 11, 2)}
"""300,000 yuan at 4.35 %: twelve instalments of 25,592.97."""
FIXED_20 = {"due_day": "FIXED", "due_day_of_month": 20}


def a_settled_book(settlement: dict[str, Any], **changes: Any) -> LoanBook:
    """The book of a loan whose interest is counted by days, with a product's settlement."""
    parameters = SettlementParameters.model_validate(BY_DAYS | settlement)
    return booked(LOAN | changes | {"settlement": parameters})


def dues(book: LoanBook) -> list[tuple[str, int, int]]:
    """Day, principal and interest of what fell due, in 分."""
    return [(d.due_date.isoformat(), d.principal, d.interest) for d in book.account.dues]


def prepaid(book: LoanBook, yuan: str, strategy: str = "SHORTEN_TERM") -> LoanBook:
    """The book after a prepayment in the middle of the first period."""
    what = Prepayment(amount=Money.of_yuan(yuan), strategy=strategy)
    return with_event(book, "pre", what, MARCH_17)


def plan_of(terms: dict[str, Any], **settlement: Any) -> Schedule:
    """The plan of a loan of 300,000 yuan at 4.35 % with changes."""
    return repayment_plan(
        some_terms(**terms), profile_of(SettlementParameters.model_validate(settlement))
    )


def days_and_interest(plan: Schedule) -> list[tuple[str, int, str]]:
    """Due day, days and interest of each line."""
    return [(line.due_date.isoformat(), line.days, str(line.interest.yuan)) for line in plan.lines]


def amounts(plan: Schedule, *lines: int) -> list[tuple[str, str]]:
    """Principal and interest of some lines, counted from 1 or from the end."""
    found = [plan.lines[n - 1 if n > 0 else n] for n in lines]
    return [(str(line.principal.yuan), str(line.interest.yuan)) for line in found]
