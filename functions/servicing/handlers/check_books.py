"""Check books (账务核对): a partition for end of day, or every bank at night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from puhui.contracts.servicing_books import BooksChecked, CheckBooks
from puhui.observability import instrument, logger, metrics
from puhui.tenancy import BankId, bank_id
from servicing.books_wiring import books_wiring
from servicing.domain.book_invariants import Violation

BUDGET: Final = timedelta(seconds=780)
"""Of the function's 900 seconds; a page takes a few."""


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """With a bank, one page of a partition; with nothing, as the schedule asks, all of them."""
    if "bank_id" not in event:
        return _night().model_dump(mode="json")
    asked = CheckBooks.model_validate(event)
    bank = bank_id(asked.bank_id)
    found = books_wiring().check_books(bank, asked.partition, after=asked.after)
    _tell((bank, violation) for violation in found.violations)
    return BooksChecked(
        loans=found.loans,
        unread=found.unread,
        violations=len(found.violations),
        next_after=found.next_after,
    ).model_dump(mode="json")


def _night() -> BooksChecked:
    wired = books_wiring()
    night = wired.check_all_books(wired.clock.now() + BUDGET)
    _tell(night.violations)
    if not night.is_done:
        metrics.count("BooksUnchecked")
    logger.info("books checked", count=night.loans, unread=night.unread, done=night.is_done)
    return BooksChecked(
        loans=night.loans, unread=night.unread, violations=len(night.violations), next_after=""
    )


def _tell(violations: Iterable[tuple[BankId, Violation]]) -> None:
    """A line for each promise that is broken, and the metric that wakes somebody."""
    broken: Counter[tuple[BankId, str]] = Counter()
    for bank, violation in violations:
        broken[bank, violation.invariant] += 1
        logger.error(
            "books broken",
            bank_id=bank,
            rule=violation.invariant,
            loan_id=violation.subject,
            reason=violation.detail,
        )
    for (bank, invariant), count in broken.items():
        metrics.count("BooksBroken", count, bank_id=bank, invariant=invariant)
