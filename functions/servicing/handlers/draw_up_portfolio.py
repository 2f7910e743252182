"""Step "Draw up portfolio" (资产组合报告): the month end's report, after all parts were kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from puhui.contracts.common import BankCode, Contract
from puhui.observability import instrument, logger
from puhui.tenancy import bank_id
from servicing.portfolio_wiring import portfolio


class DrawUp(Contract):
    """Of which bank and month end."""

    bank_id: BankCode
    as_of: date


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, draw up, say how it stands."""
    asked = DrawUp.model_validate(event)
    report = portfolio().draw_up(bank_id(asked.bank_id), asked.as_of)
    figures = {"loans": report.outstanding.loans, "npl_ppm": report.npl_ppm}
    logger.info("portfolio drawn up", bank_id=asked.bank_id, **figures)
    return {"as_of": asked.as_of.isoformat(), **figures}
