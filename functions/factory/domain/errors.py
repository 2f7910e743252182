"""What can go wrong in the factory; state machines match on these class names."""

from __future__ import annotations

from puhui.disclosure import DisclosureNotConfirmed as DisclosureNotConfirmed
from puhui.errors import Conflict, NotFound, Unprocessable
from puhui.task_tokens import WaitIsOver as WaitIsOver


class ApplicationNotFound(NotFound):
    """No application with this id exists for this bank."""


class ApplicationWithdrawn(Conflict):
    """The customer withdrew the application."""


class ApplicationAlreadyClosed(Conflict):
    """The application already has an outcome, and it is another one."""


class OfferNotOpen(Conflict):
    """There is no offer waiting for an answer, or it was answered differently."""


class TermsChanged(Conflict):
    """The terms are not the ones that were offered and accepted."""


class LimitExceeded(Conflict):
    """The customer's exposure would pass the approved limit."""


class NotResumable(Conflict):
    """Only an application that failed can be resumed."""


class ProductNotFound(NotFound):
    """Operations has published no product with this code for this bank."""


class PaymentNotFound(NotFound):
    """The rail has never seen this serial number."""


class PaymentAnswerInvalid(Unprocessable):
    """The rail answered something outside its protocol; the payment's outcome is unknown."""
