"""Hears of closed business days (日终完成); at a month's end it draws up the portfolio's report."""

from __future__ import annotations

from typing import Any

from puhui.contracts.servicing import BusinessDayClosed
from puhui.events import envelope_of_record, parse_event
from puhui.observability import instrument, logger
from puhui.sqs import each_record
from puhui.tenancy import bank_id
from servicing.portfolio_wiring import close_month
from servicing.regress import regress_is_told


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Every record on its own; only those that failed come back."""
    return each_record(event, _receive)


def _receive(record: dict[str, Any]) -> None:
    envelope = envelope_of_record(record)
    closed = parse_event(BusinessDayClosed, envelope)
    bank = bank_id(envelope.bank_id)
    with regress_is_told(bank):
        report = close_month()(bank, closed.business_date, closed.next_business_date)
    if report is not None:
        logger.info(
            "portfolio drawn up",
            bank_id=envelope.bank_id,
            as_of=report.as_of.isoformat(),
            loans=report.outstanding.loans,
            npl_ppm=report.npl_ppm,
        )
