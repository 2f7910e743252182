"""What became of a loan, as servicing tells it to everyone who measures."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from puhui.contracts.common import Code, Identifier
from puhui.events import Event


class LoanOutcomeKnown(Event):
    """A loan is good or bad from now on, by the definition that the event carries.

    Good may become bad by what is entered late; it is told again then.
    """

    name: ClassVar[str] = "LoanOutcomeKnown"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    loan_id: Identifier
    application_id: Identifier
    customer_id: Identifier
    product_code: Code
    result: Literal["good", "bad"]
    known_on: date
    """The business date."""
    bad_from_days: Annotated[int, Field(strict=True, ge=1)]
    """So many days overdue, or more, within the window are bad; so is a write-off within it."""
    window_months: Annotated[int, Field(strict=True, ge=1)]
    """From the day on which the money left."""
