"""Facts that modules tell each other: an event model inside an envelope on the bus.

    class LoanBooked(Event):
        name: ClassVar[str] = "LoanBooked"
        version: ClassVar[int] = 1
        source: ClassVar[str] = "puhui.servicing"
        loan_id: Identifier

    envelope = LoanBooked(loan_id=…).envelope(
        bank_id=bank, subject=loan_id, correlation_id=application_id, clock=clock, dedup="booked")
    booked = parse_event(LoanBooked, envelope_of_record(sqs_record))

Give `dedup` when the same effect may run twice: both runs then carry the same event id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from pydantic import AwareDatetime, Field, ValidationError, field_validator

from puhui.clock import Clock, as_utc
from puhui.contracts.common import BankCode, Contract, Identifier
from puhui.errors import PayloadTooLarge, Unprocessable
from puhui.ids import new_id
from puhui.strict_json import loads

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

MAX_EVENT_BYTES = 240 * 1024
"""EventBridge refuses entries of 256 KB and more, envelope included."""

E = TypeVar("E", bound="Event")


class UnexpectedEvent(Unprocessable):
    """An event arrived that this consumer does not know, or in another version."""


class Envelope(Contract):
    """An event as it travels: who tells what, about which subject, for which bank."""

    event_id: Identifier
    name: Identifier
    version: int = Field(strict=True, ge=1)
    source: str = Field(pattern=r"^puhui\.[a-z]+$")
    bank_id: BankCode
    subject: Identifier
    correlation_id: Identifier
    occurred_at: AwareDatetime
    data: dict[str, Any]

    @field_validator("occurred_at")
    @classmethod
    def in_utc(cls, value: AwareDatetime) -> AwareDatetime:
        """An instant is kept in UTC."""
        return as_utc(value)

    def to_json(self) -> str:
        """Write the envelope as the JSON that lies in the outbox and in `detail`."""
        text = self.model_dump_json()
        if len(text.encode()) > MAX_EVENT_BYTES:
            raise PayloadTooLarge(f"event {self.name} is larger than an event may be")
        return text

    def to_entry(self, bus_name: str) -> PutEventsRequestEntryTypeDef:
        """Make the entry for EventBridge `PutEvents`."""
        return {
            "EventBusName": bus_name,
            "Source": self.source,
            "DetailType": self.name,
            "Detail": self.to_json(),
            "Time": self.occurred_at,
        }


class Event(Contract):
    """Base of every event: its class says name, version and source, its fields the facts."""

    name: ClassVar[str]
    version: ClassVar[int]
    source: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse, at import, an event without name, version or source."""
        super().__pydantic_init_subclass__(**kwargs)
        missing = [key for key in ("name", "version", "source") if not getattr(cls, key, None)]
        if missing:
            raise TypeError(f"event {cls.__name__} lacks {', '.join(missing)}")

    def envelope(
        self,
        *,
        bank_id: str,
        subject: str,
        correlation_id: str,
        clock: Clock,
        dedup: str | None = None,
    ) -> Envelope:
        """Wrap the event; with `dedup` the event id is the same each time this runs."""
        return Envelope(
            event_id=self._event_id(bank_id, subject, dedup),
            name=self.name,
            version=self.version,
            source=self.source,
            bank_id=bank_id,
            subject=subject,
            correlation_id=correlation_id,
            occurred_at=clock.now(),
            data=self.model_dump(mode="json", by_alias=True),
        )

    def _event_id(self, bank_id: str, subject: str, dedup: str | None) -> str:
        if dedup is None:
            return new_id("evt")
        parts = "\x1f".join((self.name, str(self.version), bank_id, subject, dedup))
        return "evt-" + hashlib.sha256(parts.encode()).hexdigest()[:40]


def parse_event(model: type[E], envelope: Envelope | Mapping[str, Any]) -> E:
    """Read the event inside an envelope; another name or version raises `UnexpectedEvent`."""
    outer = envelope if isinstance(envelope, Envelope) else envelope_of_record(envelope)
    if (outer.name, outer.version, outer.source) != (model.name, model.version, model.source):
        raise UnexpectedEvent(f"{outer.name}/{outer.version} is not {model.name}/{model.version}")
    try:
        return model.model_validate(outer.data)
    except ValidationError as error:
        raise _unreadable(error, outer.name) from None


def envelope_of_record(message: Mapping[str, Any] | str) -> Envelope:
    """Find the envelope in an EventBridge event, an SQS record of one, or its bare JSON."""
    found: Any = loads(message) if isinstance(message, str) else message
    if "body" in found:
        found = loads(found["body"])
    if "detail" in found:
        found = found["detail"]
    try:
        return Envelope.model_validate(found)
    except ValidationError as error:
        raise _unreadable(error, "envelope") from None


def _unreadable(error: ValidationError, what: str) -> Unprocessable:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    return Unprocessable(f"{what} is not readable", field=path or None, rule=str(first["type"]))
