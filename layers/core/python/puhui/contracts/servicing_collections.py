"""What servicing tells of collections."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from puhui.contracts.common import Identifier, PositiveFen
from puhui.events import Event


class PromiseBroken(Event):
    """A debtor did not pay what he had promised by its day."""

    name: ClassVar[str] = "PromiseBroken"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    promise_id: Identifier
    loan_id: Identifier
    debtor_id: Identifier
    amount_fen: PositiveFen
    promised_for: date
    broken_promises: Annotated[int, Field(ge=1)]


class ComplaintRaised(Event):
    """Somebody complained about collection; the debtor is not approached until it is resolved."""

    name: ClassVar[str] = "ComplaintRaised"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    complaint_id: Identifier
    loan_id: Identifier
    debtor_id: Identifier
    branch_id: Identifier
    raised_at: AwareDatetime
