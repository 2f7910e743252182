"""Every event has a sample as the bus delivered it, and every sample still reads as its event.

A sample is never edited: it stands for the messages that lie in queues and archives. An event that
changes so that its sample no longer reads needs a new version and a second sample.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

import pytest

import puhui.contracts
from puhui.errors import Unprocessable
from puhui.events import Event, UnexpectedEvent, envelope_of_record, parse_event

SAMPLES = Path(__file__).parents[1] / "samples"
FILES = sorted(SAMPLES.glob("*.json"))


def all_events() -> dict[tuple[str, int], type[Event]]:
    """Every event of every contract, by name and version."""
    for module in pkgutil.iter_modules(puhui.contracts.__path__):
        importlib.import_module(f"puhui.contracts.{module.name}")
    found = [
        event for event in Event.__subclasses__() if event.__module__.startswith("puhui.contracts.")
    ]
    events = {(event.name, event.version): event for event in found}
    assert len(events) == len(found), "two events share name and version"
    return events


EVENTS = all_events()


def sample(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def event_of(path: Path) -> type[Event]:
    name, _, version = path.stem.partition(".v")
    return EVENTS[(name, int(version))]


def test_every_event_has_a_sample() -> None:
    sampled = {path.stem for path in FILES}

    assert {f"{name}.v{version}" for name, version in EVENTS} <= sampled


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_still_reads_and_writes_as_it_was(path: Path) -> None:
    message, event = sample(path), event_of(path)

    read = parse_event(event, message)

    assert (
        read.model_dump(mode="json", by_alias=True, exclude_unset=True) == message["detail"]["data"]
    )
    assert json.loads(envelope_of_record(message).to_json()) == message["detail"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_names_its_event_on_the_bus(path: Path) -> None:
    message, event = sample(path), event_of(path)

    assert (message["source"], message["detail-type"]) == (event.source, event.name)
    module, _, _area = event.__module__.removeprefix("puhui.contracts.").partition("_")
    assert f"puhui.{module}" == event.source


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_with_an_unknown_or_a_missing_field_is_refused(path: Path) -> None:
    message, event = sample(path), event_of(path)
    data = message["detail"]["data"]
    required = [name for name, field in event.model_fields.items() if field.is_required()]

    for broken in ({**data, "surprise": 1}, {k: v for k, v in data.items() if k != required[0]}):
        changed = {**message, "detail": {**message["detail"], "data": broken}}
        with pytest.raises(Unprocessable):
            parse_event(event, changed)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_is_read_as_no_other_event(path: Path) -> None:
    message = sample(path)

    for other in EVENTS.values():
        if other is not event_of(path):
            with pytest.raises(UnexpectedEvent):
                parse_event(other, message)


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_an_event_is_named_like_its_class(event: type[Event]) -> None:
    assert event.__name__.startswith(event.name)
    assert event.__doc__


PERSONAL_FIELDS = {"name", "phone", "id_number", "legal_person_id", "legal_person_name", "address"}


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_no_event_carries_a_person_in_the_open(event: type[Event]) -> None:
    assert not PERSONAL_FIELDS & set(event.model_fields)
