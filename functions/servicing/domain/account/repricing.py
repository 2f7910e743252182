"""利率重定价: on which days a loan takes a new rate, and which (RES_MOD).

The contract's spread over the LPR is what its rate was above (or below) the LPR of its term on the
day of disbursement; on a repricing day the rate becomes the LPR of that day and the same spread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from puhui.china import lpr
from puhui.contracts.settlement import SettlementParameters
from servicing.domain.account.book import LoanBook
from servicing.domain.account.events import RateReset
from servicing.domain.plan.calendar import months_after

MONTHS_PER_YEAR = 12
LprBps = Callable[[date, int], int | None]
"""The LPR of a day for a term in months; None where nobody has supplied it."""


def published_lpr_bps(day: date, term_months: int) -> int | None:
    """The LPR as it is packaged; None before there was one and after the last that is known."""
    if day < lpr.FIRST_DAY or lpr.is_assumed(day):
        return None
    return lpr.bps_for(day, term_months)


@dataclass(frozen=True, slots=True)
class DueReset:
    """A repricing day of a loan that has come; no rate where the LPR of the day is not known.

    The rate counts from `on`, which is the repricing day itself, or the due day that ends its
    period where a period has one rate (不分段计息).
    """

    repricing_day: date
    on: date
    what: RateReset | None


def resets_due(book: LoanBook, until: date, lpr_bps: LprBps) -> tuple[DueReset, ...]:
    """The repricing days after the day of the account, up to a business day."""
    loan, account = book.loan, book.account
    if account.closed_on is not None or not account.rows:
        return ()
    began, months = loan.terms.disbursement_date, loan.terms.term_months
    then = lpr_bps(began, months)
    spread = None if then is None else loan.terms.annual_rate_bps - then
    return tuple(
        DueReset(day, on, _reset(day, months, spread, lpr_bps))
        for day, on in _days(book, loan.settlement, until)
    )


def reset_id(loan_id: str, on: date) -> str:
    """The one event of a loan's repricing day."""
    return f"reset-{loan_id}-{on:%Y%m%d}"


def _reset(day: date, months: int, spread: int | None, lpr_bps: LprBps) -> RateReset | None:
    now = lpr_bps(day, months)
    if now is None or spread is None:
        return None
    tenor = "5Y" if months >= 5 * MONTHS_PER_YEAR else "1Y"
    return RateReset(
        annual_rate_bps=max(now + spread, 0),
        basis=f"LPR{tenor} {day:%Y-%m-%d} {now / 100:.2f}%{spread:+d}bp",
    )


def _days(
    book: LoanBook, settlement: SettlementParameters, until: date
) -> Iterator[tuple[date, date]]:
    """Repricing days, and the days from which their rates count: these lie in (day of the account,
    until], before the last instalment is due."""
    contract = book.account.contract
    last = min(until, contract.matures_on)
    for day in _candidates(book, settlement, last):
        on = day if book.rules.segment_interest else contract.due_day_from(day)
        if on and book.account.day < on <= last and on < contract.matures_on:
            yield day, on


def _candidates(book: LoanBook, settlement: SettlementParameters, last: date) -> Iterator[date]:
    began = book.loan.terms.disbursement_date
    if settlement.repricing == "EACH_PERIOD":
        yield from (row.due_date for row in book.account.rows)
    elif settlement.repricing == "ANNIVERSARY":
        years = range(1, last.year - began.year + 1)
        yield from (months_after(began, year * MONTHS_PER_YEAR) for year in years)
    elif settlement.repricing == "FIXED_DATE" and settlement.repricing_day is not None:
        month, day = map(int, settlement.repricing_day.split("-"))
        years = range(began.year, last.year + 1)
        yield from (date(year, month, day) for year in years if date(year, month, day) > began)
