"""What can go wrong with external data; class names are API for state machines and callers."""

from __future__ import annotations

from extdata.domain.answer import Charge, RawPage
from puhui.errors import (
    Conflict,
    Forbidden,
    NotFound,
    PuhuiError,
    TooManyRequests,
    Unprocessable,
    UpstreamUnavailable,
)


class ConsentMissing(Forbidden):
    """No live consent covers this query; nothing left the bank."""

    code = "consent_missing"


class ConsentNotFound(NotFound):
    """No consent with this id is registered for this bank."""


class PermissionMissing(Forbidden):
    """This caller may not ask for this product for this purpose."""

    code = "permission_missing"


class ProviderNotFound(NotFound):
    """No provider with this id is registered for this bank."""


class ConnectorNotFound(NotFound):
    """No connector with this id and version exists for this bank."""


class RouteTableNotFound(NotFound):
    """No route table is in force for this product on this day."""


class RequestReused(Conflict):
    """The same request id asks another question: other subject, product or purpose."""


class QueryNotFound(NotFound):
    """No query with this id exists for this bank."""


class ConnectorNotReady(Conflict):
    """The connector is not in the state that this step needs."""


class SamePerson(Conflict):
    """Who asked for a change may not approve it (四眼原则)."""


class ConfigurationRefused(Unprocessable):
    """A configuration breaks a rule; `field` and `rule` say which."""


class LimitReached(TooManyRequests):
    """A rate or quota is used up; `rule` says which one."""

    code = "limit_reached"


class ProviderFailure(UpstreamUnavailable):
    """A provider did not give a usable answer; `rule` says how it failed.

    What metering and archive need of the failed call travels along: how often it was tried, how
    long it took, whether the provider may bill it, and the pages that came.
    """

    code = "provider_failure"
    tries: int = 1
    provider_ms: int = 0
    charge: Charge = "uncertain"
    pages: tuple[RawPage, ...] = ()
    request_sha256: str = ""


class ProviderUnreachable(ProviderFailure):
    """No connection, refused, reset, or broken TLS: the provider never saw the request."""

    charge: Charge = "free"


class ProviderTimeout(ProviderFailure):
    """No complete answer within the time of this try; the provider may have worked on it."""


class ProviderAnswerUnreadable(ProviderFailure):
    """The answer is not what the connector describes: format, encoding, size, schema, signature."""


class ProviderRefused(ProviderFailure):
    """The provider answered with an error code of its own."""

    retryable_now: bool = False
    """Busy: the same question may be put again at once."""


class AddressRefused(ProviderUnreachable):
    """The address is not one that this connector may reach (SSRF guard)."""

    code = "address_refused"
    retryable = False


class KeyUnavailable(ProviderUnreachable):
    """A key that the connector needs is missing or is not of its kind; nothing was sent."""

    code = "key_unavailable"
    retryable = False


class RequestNotBuilt(ProviderUnreachable):
    """This question cannot be put as the connector describes; nothing was sent."""

    code = "request_not_built"
    retryable = False


class ArchiveBroken(PuhuiError):
    """An archived response does not have the hash under which it is kept."""

    code = "archive_broken"


class StatementNotReadable(Unprocessable):
    """A provider's statement is not in the documented format; the message says where."""


class CallbackRefused(Forbidden):
    """A callback is unsigned, too old, or was delivered before."""

    code = "callback_refused"


class PriceMissing(Conflict):
    """A charged call has no price on its day; the month cannot be closed."""


class MonthNotOver(Conflict):
    """A month is closed after its last accounting day."""


class DisputesChanged(Conflict):
    """The bill or the statement changed since the first page: begin again without a cursor."""


class MonthNotClosed(Conflict):
    """A month is reconciled after it was closed."""
