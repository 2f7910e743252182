"""What can go wrong in intake, in its own words."""

from __future__ import annotations

from puhui.errors import BadRequest, Conflict, NotFound, TooManyRequests, Unprocessable


class CustomerNotFound(NotFound):
    """No customer with this id is visible to this person."""


class CustomerNotValid(Unprocessable):
    """The customer's data contradict themselves or a public standard."""


class CustomerAlreadyRegistered(Conflict):
    """The bank already has a customer with this credit code or resident id."""


class TooManyRefusals(TooManyRequests):
    """This person tried too many identities that the bank already has; tomorrow is another day."""


class ConsentNotFound(NotFound):
    """No consent with this id is visible to this person."""


class ConsentNotValid(Unprocessable):
    """The consent would never be live, or longer than a consent may be."""


class ConsentWithdrawn(Conflict):
    """This evidence belongs to a consent that was withdrawn; a new consent needs new evidence."""


class TooManyConsents(Conflict):
    """The customer's file holds as many consents as a file may."""


class DocumentNotFound(NotFound):
    """No document with this id is visible to this person."""


class DocumentNotValid(Unprocessable):
    """The announced document is not one that this product allows."""


class DocumentAlreadyChecked(Conflict):
    """The document was accepted or refused; its verdict is never changed."""


class ProductNotFound(Unprocessable):
    """No version of this product is on sale at this bank on this day."""


class ApplicationNotFound(NotFound):
    """No application with this id is visible to this person."""


class ApplicationNotValid(Unprocessable):
    """The application asks for something that its product or its customer's file forbids."""


class ApplicationAlreadyExists(Conflict):
    """An application with this id exists: the same request came before."""


class IdempotencyKeyReused(Conflict):
    """The same Idempotency-Key came with another payload."""


class ApplicationNotDraft(Conflict):
    """Only a draft can be submitted."""


class ApplicationNotOpen(Conflict):
    """An application that has its outcome can no longer be withdrawn."""


class CursorNotValid(BadRequest):
    """The page cursor was not made by this API."""
