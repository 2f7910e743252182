"""What can go wrong at the end of a day; the state machine matches on these class names."""

from __future__ import annotations

from puhui.errors import Conflict, NotFound, PuhuiError, Unprocessable


class DayNotInTurn(Conflict):
    """Days are closed one after the other; an earlier one is not closed yet."""


class DayNotBegun(Unprocessable):
    """A day that has not begun in China is not closed."""


class DayNotClosing(Conflict):
    """Only a day whose closing was opened is closed."""


class PartitionsMissing(Conflict):
    """Not every partition has reported; the day stays open."""


class BankWithoutDay(NotFound):
    """This bank has no business day of its own yet; the configured one holds."""


class EndOfDayNotFound(NotFound):
    """This day of the bank was not closed."""


class BooksUnbalanced(PuhuiError):
    """The bank's books do not balance; the day must not be closed before a person looked."""

    code = "books_unbalanced"
