"""Step "Reconcile day" (三方对账): of one bank that is named, else of every bank's yesterday."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pydantic import model_validator

from puhui.contracts.common import BankCode, Contract
from puhui.errors import PuhuiError
from puhui.observability import instrument, logger
from puhui.tenancy import bank_id
from servicing.rail_metrics import tell_of
from servicing.rail_wiring import rail


class ReconcileBanksDay(Contract):
    """Whose day, and which; without both it is every bank's day before the accounting day."""

    bank_id: BankCode | None = None
    business_date: date | None = None

    @model_validator(mode="after")
    def both_or_none(self) -> ReconcileBanksDay:
        """A day belongs to a bank."""
        if (self.bank_id is None) != (self.business_date is None):
            raise ValueError("name bank_id and business_date, or neither")
        return self


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A bank that failed fails the run, which may be repeated, after the others are done."""
    asked = ReconcileBanksDay.model_validate(event)
    if asked.bank_id is not None and asked.business_date is not None:
        return {"differences": _one(asked.bank_id, asked.business_date)}
    failed: PuhuiError | None = None
    found = 0
    for bank in rail().audits.banks():
        try:
            found += _one(bank, rail().calendar.today(bank) - timedelta(days=1))
        except PuhuiError as error:
            logger.error("day not reconciled", error=error, bank_id=bank)
            failed = error
    if failed is not None:
        raise failed
    return {"differences": found}


def _one(bank: str, day: date) -> int:
    result = rail().reconcile(bank_id(bank), day)
    tell_of(result)
    return len(result.differences)
