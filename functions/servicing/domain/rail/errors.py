"""What can go wrong with money from the rail."""

from __future__ import annotations

from puhui.errors import Conflict, NotFound, PuhuiError, Unprocessable


class RailPaymentMismatch(Conflict):
    """This serial number already stands for another payment; nothing was changed."""


class SerialNumberTaken(Conflict):
    """A payment with this serial number is there already; read it back."""


class RailPaymentNotFound(NotFound):
    """No payment with this serial number came to this bank."""


class NotInSuspense(Conflict):
    """The payment does not wait in suspense."""


class NotReturned(Conflict):
    """The rail did not take this payment back, or that was settled before."""


class RepaymentRefused(Unprocessable):
    """The loan takes no repayment; the money goes into suspense."""


class DebitMismatch(Conflict):
    """This serial number already stands for another debit; nothing was changed."""


class DebitNotFound(NotFound):
    """The rail never heard of a debit with this serial number."""


class DebitAnswerInvalid(PuhuiError):
    """The rail answered outside the protocol: what became of the debit is unknown."""

    code = "debit_answer_invalid"
    retryable = True


class PaymentAnswerInvalid(PuhuiError):
    """The rail answered outside the protocol: whether the payment was made is unknown."""

    code = "payment_answer_invalid"
    retryable = True


class RailFileRefused(Unprocessable):
    """The daily file cannot be trusted as a whole; nothing of it was taken."""


class RailFileConflict(Conflict):
    """Another file of this day came under this version; a corrected file has the next one."""


class RailFileNotFound(NotFound):
    """No file of this day came."""


class RailFileExists(Conflict):
    """This version of the day's file is known; read it back."""


class ReconciliationNotFound(NotFound):
    """The day was not reconciled."""
