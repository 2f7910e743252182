"""A change of a loan that one person asks for and another approves (经办、复核).

The approval binds what was asked and the terms on which the loan stood then: if the plan, the rate
or the principal has changed in between, nobody has approved what would be booked now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from puhui.errors import Conflict, Forbidden, NotFound
from puhui.ids import derived_id
from puhui.strict_json import dumps
from puhui.tenancy import BankId
from servicing.domain.account.book import LoanBook
from servicing.domain.account.event_values import values_of
from servicing.domain.account.events import EventKind, Happening
from servicing.domain.plain_values import plain

VALID_FOR: Final = timedelta(days=7)
"""A request that nobody decided by then is asked anew."""
NEEDS_APPROVAL: Final = frozenset(
    {
        EventKind.WAIVER,
        EventKind.WRITE_OFF,
        EventKind.RESTRUCTURE,
        EventKind.EXTENSION,
        EventKind.RENEWAL,
        EventKind.MISUSE,
    }
)
"""What gives up money, gives more time for it, or punishes."""


class RequestState(StrEnum):
    """How far a request has come; a pending one that is past its time counts as expired."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


REQUEST_NAMES: Final[Mapping[RequestState, str]] = {
    RequestState.PENDING: "待复核",
    RequestState.APPROVED: "已复核入账",
    RequestState.REJECTED: "已退回",
    RequestState.EXPIRED: "已过期",
}


class RequestNotFound(NotFound):
    """No change request with this id exists for this loan."""


class RequestExists(Conflict):
    """A change request with this id is there already; read it back."""


class RequestMismatch(Conflict):
    """This request id already stands for something else; nothing was changed."""


class RequestDecided(Conflict):
    """The request was decided before, or by its own maker; nothing was changed."""


class TermsChanged(Conflict):
    """The loan has changed since this was asked; it has to be asked anew."""


class OwnRequest(Forbidden):
    """Whoever asks for a change does not approve it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """What a maker asks for, and what a checker made of it."""

    bank_id: BankId
    loan_id: str
    request_id: str
    what: Happening
    value_date: date
    terms_sha256: str
    maker: str
    made_at: datetime
    expires_at: datetime
    state: RequestState = RequestState.PENDING
    checker: str = ""
    decided_at: datetime | None = None
    reason: str = ""

    @property
    def event_id(self) -> str:
        """The one event that an approval enters."""
        return derived_id("evt", "change", self.request_id)

    def seen_at(self, now: datetime) -> ChangeRequest:
        """The request as it counts at an instant."""
        if self.state is RequestState.PENDING and now >= self.expires_at:
            return replace(self, state=RequestState.EXPIRED)
        return self

    def answers(self, asked: ChangeRequest) -> ChangeRequest:
        """The answer to a repeated request: the same gets what is there."""
        if (self.bank_id, self.loan_id, self.what) != (asked.bank_id, asked.loan_id, asked.what):
            raise RequestMismatch(field="Idempotency-Key", rule="request.payload")
        return self

    def approved(self, checker: str, at: datetime) -> ChangeRequest:
        """Another person agrees, in time."""
        return self._decided(RequestState.APPROVED, checker, at, "")

    def rejected(self, checker: str, at: datetime, reason: str) -> ChangeRequest:
        """Another person disagrees, in time, and says why."""
        return self._decided(RequestState.REJECTED, checker, at, reason)

    def check_terms(self, book: LoanBook) -> None:
        """The loan stands on the terms on which this was asked."""
        if terms_hash(book, self.what, self.value_date) != self.terms_sha256:
            raise TermsChanged(field="request_id", rule="request.terms")

    def _decided(
        self, state: RequestState, checker: str, at: datetime, reason: str
    ) -> ChangeRequest:
        if checker == self.maker:
            raise OwnRequest(field="request_id", rule="request.four_eyes")
        if self.seen_at(at).state is not RequestState.PENDING:
            raise RequestDecided(
                f"the request is {self.seen_at(at).state}", field="request_id", rule="request.state"
            )
        return replace(self, state=state, checker=checker, decided_at=at, reason=reason)


def terms_hash(book: LoanBook, what: Happening, value_date: date) -> str:
    """What an approval is about: the loan's plan, rules and principal, the change and its day."""
    account = book.account
    about = {
        "bank_id": book.loan.bank_id,
        "loan_id": book.loan.loan_id,
        "contract": plain(account.contract, without=("asked",)),
        "rules": plain(account.rules),
        "principal": account.principal,
        "misused": account.misused,
        "closed": account.closed_on is not None,
        "what": values_of(what),
        "value_date": value_date.isoformat(),
    }
    return hashlib.sha256(dumps(about).encode()).hexdigest()
