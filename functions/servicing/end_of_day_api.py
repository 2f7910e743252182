"""Business day and end of day in servicing's API: for those who run, book and audit."""

from __future__ import annotations

from datetime import date

from puhui.errors import Unprocessable
from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Protected
from puhui.tenancy import BankId, bank_id
from servicing.end_of_day_schemas import BusinessDayView, EndOfDayView
from servicing.end_of_day_wiring import end_of_day


def include_end_of_day(routes: ApiRoutes) -> None:
    """Declare these routes among others."""

    @routes.get(
        "/business-day",
        action="servicing.read_end_of_day",
        returns=BusinessDayView,
        summary="会计日期 The bank's business day, and how far its end has come",
    )
    def read_business_day(context: RequestContext) -> BusinessDayView:
        """The day, its attempt and where that stopped."""
        return BusinessDayView.of(end_of_day().read_business_day(_bank(context)))

    @routes.get(
        "/end-of-days/{business_date}",
        action="servicing.read_end_of_day",
        returns=EndOfDayView,
        summary="日终报表 The figures of a closed business day",
    )
    def read_end_of_day(context: RequestContext, business_date: str) -> EndOfDayView:
        """One closed day."""
        return EndOfDayView.of(end_of_day().read_end_of_day(_bank(context), _day(business_date)))


def _bank(context: RequestContext) -> BankId:
    bank = bank_id(context.principal.bank_id)
    context.authorise(Protected(bank_id=bank))
    return bank


def _day(text: str) -> date:
    """One way to write a day: Python also reads 20260803 and 2026-W32-1."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise Unprocessable(
            "a day is written as 2026-08-03", field="business_date", rule="date.iso"
        )
    return day
