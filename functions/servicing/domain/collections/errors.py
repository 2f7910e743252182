"""What can go wrong in collections."""

from __future__ import annotations

from puhui.errors import Conflict, NotFound, StaleVersion, Unprocessable


class ContactRefused(Unprocessable):
    """This contact is against a rule of collection; nothing was recorded."""


class PromiseRefused(Unprocessable):
    """This promise cannot be taken; nothing was recorded."""


class CollectionChanged(StaleVersion):
    """Somebody else wrote into this debtor's file first; read again and repeat."""


class StopNotFound(NotFound):
    """This debtor has no such complaint or legal hold."""


class ThirdPersonNotFound(NotFound):
    """This debtor has named no such person."""


class CollectorIsJudge(Conflict):
    """Who approached this debtor does not resolve the complaint about it."""


class KeyStandsForAnother(Conflict):
    """This idempotency key already stands for something else; nothing was changed."""
