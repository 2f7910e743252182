"""Lines and traces of a loan's money; who was paid lies encrypted in the row."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import UnicodeAttribute

from puhui.bodies import Body
from puhui.dynamodb import BaseRow, EncryptedAttribute
from puhui.tenancy import BankId
from servicing.domain.fund_use.trace import FundTrace
from servicing.domain.fund_use.use import UseLine

LINES_PREFIX: Final = "LINES#"
TRACE_PREFIX: Final = "TRACE#"
LINES: Final = Body(tuple[UseLine, ...])
TRACE: Final = Body(FundTrace)


class UseLinesRow(BaseRow):
    """One batch of lines; created once, never changed."""

    lines = EncryptedAttribute()


class FundTraceRow(BaseRow):
    """What the models said when a batch came; created once, never changed."""

    body = UnicodeAttribute()


FUND_USE_ROWS: Final[tuple[type[BaseRow], ...]] = (UseLinesRow, FundTraceRow)


def fund_use_pk(bank_id: BankId, loan_id: str) -> str:
    """The partition of a loan's lines and traces."""
    return f"BANK#{bank_id}#FUNDUSE#{loan_id}"
