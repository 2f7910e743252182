"""Events travel in envelopes that say who tells what, once per effect."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

import pytest
from pydantic import ValidationError

from puhui.clock import CHINA, UTC, FixedClock
from puhui.contracts.common import Contract, Fen
from puhui.errors import PayloadTooLarge, Unprocessable
from puhui.events import Envelope, Event, UnexpectedEvent, envelope_of_record, parse_event

NOON = FixedClock(datetime(2026, 8, 3, 12, 0, tzinfo=UTC))


class LoanTold(Event):
    """An example."""

    name: ClassVar[str] = "LoanTold"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "puhui.servicing"

    loan_id: str
    amount_fen: Fen
    on: date
    rate: Decimal


EVENT = LoanTold(loan_id="l1", amount_fen=100, on=date(2026, 8, 3), rate=Decimal("4.350"))


def an_envelope(
    dedup: str | None = None, *, bank_id: str = "north", subject: str = "l1"
) -> Envelope:
    return EVENT.envelope(
        bank_id=bank_id, subject=subject, correlation_id="app-1", clock=NOON, dedup=dedup
    )


def test_an_event_reads_back_from_its_envelope() -> None:
    assert parse_event(LoanTold, an_envelope()) == EVENT


def test_an_event_reads_back_from_the_bus_and_from_a_queue() -> None:
    on_the_bus = {"detail-type": "LoanTold", "detail": json.loads(an_envelope().to_json())}
    in_a_queue = {"messageId": "1", "body": json.dumps(on_the_bus)}

    assert parse_event(LoanTold, on_the_bus) == EVENT
    assert parse_event(LoanTold, in_a_queue) == EVENT


def test_decimals_and_dates_travel_as_text() -> None:
    assert an_envelope().data["rate"] == "4.350"
    assert an_envelope().data["on"] == "2026-08-03"


def test_the_same_effect_has_the_same_event_id() -> None:
    assert an_envelope("booked").event_id == an_envelope("booked").event_id


def test_events_without_dedup_differ() -> None:
    assert an_envelope().event_id != an_envelope().event_id


@pytest.mark.parametrize(
    "other",
    [
        an_envelope("other"),
        an_envelope("booked", bank_id="south"),
        an_envelope("booked", subject="l2"),
    ],
)
def test_another_effect_has_another_event_id(other: Envelope) -> None:
    assert an_envelope("booked").event_id != other.event_id


def test_the_instant_is_written_in_utc() -> None:
    envelope = EVENT.envelope(
        bank_id="north",
        subject="l1",
        correlation_id="app-1",
        clock=FixedClock(datetime(2026, 8, 3, 20, 0, tzinfo=CHINA)),
    )

    assert '"occurred_at":"2026-08-03T12:00:00Z"' in envelope.to_json()


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValidationError):
        Envelope.model_validate(
            {**json.loads(an_envelope().to_json()), "occurred_at": "2026-08-03"}
        )


@pytest.mark.parametrize(
    ("field", "value"), [("name", "LoanUntold"), ("version", 3), ("source", "puhui.risk")]
)
def test_another_event_is_not_read_as_this_one(field: str, value: object) -> None:
    changed = an_envelope().model_copy(update={field: value})

    with pytest.raises(UnexpectedEvent):
        parse_event(LoanTold, changed)


@pytest.mark.parametrize("change", [{"amount_fen": -1}, {"loan_id": None}, {"surprise": 1}])
def test_data_that_breaks_the_contract_is_refused_without_its_value(
    change: dict[str, object],
) -> None:
    broken = an_envelope().model_copy(update={"data": {**an_envelope().data, **change}})

    with pytest.raises(Unprocessable) as caught:
        parse_event(LoanTold, broken)

    assert caught.value.field == next(iter(change))


def test_what_is_no_envelope_is_refused() -> None:
    with pytest.raises(Unprocessable):
        envelope_of_record({"detail": {"hello": "world"}})


def test_an_entry_for_the_bus_names_source_and_detail_type() -> None:
    entry = an_envelope().to_entry("bus")

    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == (
        "bus",
        "puhui.servicing",
        "LoanTold",
    )
    assert envelope_of_record(entry["Detail"]).name == "LoanTold"


def test_an_event_larger_than_the_bus_takes_is_refused() -> None:
    large = an_envelope().model_copy(update={"data": {"x": "普" * 100_000}})

    with pytest.raises(PayloadTooLarge):
        large.to_json()


def test_an_event_class_without_identity_is_refused_at_import() -> None:
    with pytest.raises(TypeError, match="version, source"):

        class Nameless(Event):
            name: ClassVar[str] = "Nameless"


def test_a_contract_is_frozen_and_closed() -> None:
    class Small(Contract):
        a: int

    small = Small(a=1)
    with pytest.raises(ValidationError):
        small.a = 2  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Small(a=1, b=2)  # type: ignore[call-arg]
