"""The check of loan books, page by page, as end of day asks for it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from puhui.contracts.common import BankCode, Contract


class CheckBooks(Contract):
    """Call to `check_books`: one page of a partition's open loans, from the loan `after` on."""

    bank_id: BankCode
    partition: Annotated[int, Field(strict=True, ge=0, le=63)]
    after: Annotated[str, Field(max_length=80)] = ""


class BooksChecked(Contract):
    """Answer to `CheckBooks`; what is broken is in the log and the metric `BooksBroken`."""

    loans: Annotated[int, Field(ge=0)]
    unread: Annotated[int, Field(ge=0)]
    violations: Annotated[int, Field(ge=0)]
    next_after: str
