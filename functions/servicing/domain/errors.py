"""What can go wrong in servicing; state machines match on these class names."""

from __future__ import annotations

from puhui.errors import Conflict, NotFound, PuhuiError, Unprocessable


class TransferNotFound(NotFound):
    """No ledger transfer with this id exists for this bank."""


class TransferExists(Conflict):
    """The ledger already has a transfer with this id; read it back."""


class DisbursementMismatch(Conflict):
    """This disbursement id already stands for something else; nothing was changed."""


class LedgerBehind(TransferNotFound):
    """What this tells of is not on the books: the table is older than the message."""


class TransferAlreadyPosted(Conflict):
    """The transfer was posted; only a new, linked transfer can correct it."""


class TransferAlreadyVoided(Conflict):
    """The transfer was voided; it never comes back under this id."""


class TransferAlreadyResolved(Conflict):
    """Somebody else resolved the transfer first; read it back."""


class ApplicationAlreadyDrawn(Conflict):
    """The application already has a reserved or posted disbursement."""


class TransferNotPosted(Conflict):
    """A loan is booked only when its money is posted."""


class ScheduleMismatch(Conflict):
    """The repayment plan that was signed is not the one that the terms give."""


class LoanExists(Conflict):
    """The loan of this disbursement is already on the books; read it back."""


class LoanMismatch(Conflict):
    """The loan of this disbursement is on the books with other terms; nothing was changed."""


class LoanNotFound(NotFound):
    """No loan with this id exists for this bank."""


class MethodNotOffered(Unprocessable):
    """This repayment method is not one of ours."""


class LibraryNotValid(Unprocessable):
    """A row of the signal library makes no sense; nothing of the library is used."""


class WarningNotFound(NotFound):
    """No warning with this id exists for this bank."""


class WarningNotOpen(Conflict):
    """The warning is not in the state that this step needs."""


class PauseRefused(Conflict):
    """The warning's clock cannot stand, or run on, now."""


class MakerIsChecker(Conflict):
    """Who made a disposal does not check it."""


class MeasureRefused(Unprocessable):
    """Nobody may say this of a warning; nothing was changed."""


class CheckNotFound(NotFound):
    """The loan has no such planned check."""


class CheckAlreadyDone(Conflict):
    """The check was recorded with other findings; a record is never changed."""


class FundUseExists(Conflict):
    """This batch of lines is kept already."""


class FundTraceNotFound(NotFound):
    """Nobody has brought lines of this loan's account."""


class ReportNotValid(Unprocessable):
    """The days of the report make no sense."""


class FundUseMismatch(Conflict):
    """A line of a statement is known with another content; nothing was changed."""


class WatchNotFound(NotFound):
    """The loan is not watched: it was booked without a watch."""


class UnbalancedVoucher(PuhuiError):
    """Debits and credits of a voucher differ; it must never be written."""

    code = "unbalanced_voucher"


class ScheduleCorrupt(PuhuiError):
    """A stored plan does not have the hash that it was stored with; the books need a person."""

    code = "schedule_corrupt"


class StoredByNewerVersion(PuhuiError):
    """A row holds what a newer version of the code wrote; this one leaves the row alone."""

    code = "stored_by_newer_version"
    status = 503
    retryable = True


class EventRefused(Unprocessable):
    """This cannot happen to the loan on that day; nothing was changed."""


class EventMismatch(Conflict):
    """This event id already stands for something else; nothing was changed."""


class EventExists(Conflict):
    """The event of this id is on the books; read it back."""


class PortfolioReportNotFound(NotFound):
    """No portfolio report of this month end exists for this bank."""


class PlanNotPossible(Unprocessable):
    """No repayment plan follows from these terms and events."""
