"""The pump of the in-process cloud asks where there is news, and everywhere when told to."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.inprocess_pump import Pump
from infra.local.inprocess_runtime import InProcessRuntime


class ASource:
    """Holds batches; counts how often it is asked."""

    batch_limit = 10

    def __init__(self, *batches: int) -> None:
        self.batches = list(batches)
        self.asked = 0

    def deliver_once(self) -> int:
        """The next batch, or nothing."""
        self.asked += 1
        return self.batches.pop(0) if self.batches else 0


class AMapping:
    """Where a source reads from."""

    def __init__(self, name: str, *, is_queue: bool) -> None:
        self.source_name = name
        self.is_queue = is_queue


@pytest.fixture
def runtime() -> InProcessRuntime:
    """Without functions: only news matter here."""
    return InProcessRuntime(dict, lambda _: None, {})


def a_pump(runtime: InProcessRuntime, queue: ASource, stream: ASource) -> Pump:
    mappings: Any = (
        (AMapping("jobs", is_queue=True), queue),
        (AMapping("jobs", is_queue=False), stream),
    )
    return Pump(mappings, runtime)


def test_a_source_without_news_is_not_asked(runtime: InProcessRuntime) -> None:
    queue, stream = ASource(2), ASource(3)
    pump = a_pump(runtime, queue, stream)
    runtime.notify("queue", "jobs")

    delivered = pump.deliver_news()

    assert (delivered, queue.asked, stream.asked) == (2, 1, 0)


def test_a_source_that_held_something_is_asked_until_it_holds_nothing(
    runtime: InProcessRuntime,
) -> None:
    queue, stream = ASource(2, 1), ASource()
    pump = a_pump(runtime, queue, stream)
    runtime.notify("queue", "jobs")

    delivered = [pump.deliver_news() for _ in range(4)]

    assert (delivered, queue.asked) == ([2, 1, 0, 0], 3)


def test_what_made_no_news_is_found_by_a_look_everywhere(runtime: InProcessRuntime) -> None:
    queue, stream = ASource(), ASource(4)
    pump = a_pump(runtime, queue, stream)

    found = (pump.deliver_news(), pump.look_everywhere())

    assert found == (0, 4)
