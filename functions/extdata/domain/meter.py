"""One immutable event for each call of a provider: what bills, statements and costs are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from extdata.domain.answer import Charge
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterEvent:
    """A call that left the bank. Its key is the request number, so it exists once."""

    bank_id: BankId
    provider_id: str
    connector_id: str
    connector_version: int
    product: str
    request_no: str
    query_id: str
    attempt: int
    called_at: datetime
    called_on: date
    outcome: str
    """`hit`, `miss`, `pending`, or the rule by which the call failed."""
    charge: Charge
    cost_fen: int
    """Expected by the price list of the day; `close_month` makes it exact."""
    provider_ms: int
    caller: str
    branch_id: str | None
    application_id: str | None
