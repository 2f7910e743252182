"""What can go wrong with classifications."""

from __future__ import annotations

from puhui.errors import Conflict, NotFound, StaleVersion, Unprocessable


class DebtorNotFound(NotFound):
    """No debtor with this id has a loan on the books of this bank."""


class ClassificationNotFound(NotFound):
    """This debtor has no such classification at this bank."""


class NotAtThisStep(Conflict):
    """The classification is at another step of its workflow."""


class ClassificationReplaced(Conflict):
    """A newer proposal took this one's place; decide about that one."""


class OverrideRefused(Unprocessable):
    """A tier that a person may not set, or not so."""


class ClassificationChanged(StaleVersion):
    """Somebody else took a step of this classification first; read again and repeat."""


class TooManyLoans(Unprocessable):
    """The debtor has more loans than one classification can tell of in one transaction."""
