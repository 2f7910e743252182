"""What can go wrong in signing; state machines match on these class names."""

from __future__ import annotations

from puhui.errors import Conflict, NotFound, Unprocessable


class ContractNotFound(NotFound):
    """No contract with this id exists for this bank."""


class ContractNotOpen(Conflict):
    """The contract no longer waits for a signature."""


class SigningDeadlinePassed(Conflict):
    """The time to sign this contract is over."""


class OtherDocumentSigned(Conflict):
    """The signature is about another document than the one that waits."""


class DocumentNotAvailable(NotFound):
    """This contract has no document to read (any more)."""


class ContractNotValid(Unprocessable):
    """The sealed contract is not whole, not trusted, or not the one agreed on."""


class GlyphMissing(Unprocessable):
    """The contract's fonts cannot print a character, so the contract would be wrong on paper."""


class TermsInconsistent(Unprocessable):
    """The terms to print do not add up."""


class CertificateRefused(Unprocessable):
    """The certificate authority issued something else than was asked for."""


class KeyDestroyed(RuntimeError):
    """A signing key was asked for after it was destroyed: a mistake in our own code."""
