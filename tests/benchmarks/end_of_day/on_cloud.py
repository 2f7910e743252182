"""Nights on the local cloud: the real state machine, handlers and rows, on moto's tables."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from infra.lint.asl import all_states
from infra.local.moto_shims.states import COUNTERS
from tests.support.end_of_day_walk import NightWalk, nights
from tests.support.servicing import TODAY

NIGHTS: Final = (
    "first: each loan is provided for",
    "second: each loan accrues and is watched for the first time",
    "third: each loan accrues",
)
"""What the nights after a booking do; every night from the third on is alike until a due day."""
NIGHT_SECONDS: Final = 14_400.0
"""As long as the machine may run."""
MS: Final = 1_000


def patient(_: str, definition: dict[str, Any]) -> dict[str, Any]:
    """Let no state time out: sixteen partitions wait for one processor, on AWS each has its own."""
    for _name, state in all_states(definition):
        if state["Type"] == "Task":
            state["TimeoutSeconds"] = int(NIGHT_SECONDS)
    return definition


def measure_on_cloud(loans: int) -> Iterator[str]:
    """Book so many loans and close their first three days, measured one by one."""
    with contextlib.redirect_stdout(io.StringIO()) as said, nights(definition=patient) as walk:
        begun = time.process_time()
        walk.book_many(loans)
        walk.cloud.settle(NIGHT_SECONDS)
        booked = time.process_time() - begun
        yield f"local cloud, one process: {loans:,} loans, booked in {booked:.1f} s of processor"
        for number, what in enumerate(NIGHTS):
            yield from _night(walk, number, what, loans)
            said.truncate(0)


def _night(walk: NightWalk, number: int, what: str, loans: int) -> Iterator[str]:
    day = TODAY + timedelta(days=number)
    called, entered = len(walk.cloud.invocations), COUNTERS.state_transitions
    begun, at = time.process_time(), time.perf_counter()
    night = walk.run_night(day, seconds=NIGHT_SECONDS)
    worked, passed = time.process_time() - begun, time.perf_counter() - at
    calls = len(walk.cloud.invocations) - called
    if night["status"] != "SUCCEEDED" or walk.report(day).tally.loans != loans:
        raise AssertionError(f"{night['status']}: {night.get('cause', walk.day())}")
    yield f"  {what}"
    yield (
        f"    {worked:8.1f} s of one processor ({passed:.0f} s passed), "
        f"{worked * MS / loans:.1f} ms a loan"
    )
    yield (
        f"    {COUNTERS.state_transitions - entered:8,} transitions of 64 partitions, "
        f"{calls:,} calls of functions, the outbox's included"
    )
