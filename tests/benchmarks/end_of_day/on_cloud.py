"""A night on the local cloud: the real state machine, handlers and rows, on moto's tables."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator
from datetime import timedelta

from infra.local.moto_shims.states import COUNTERS
from tests.support.end_of_day_walk import nights
from tests.support.servicing import TODAY

NEXT = TODAY + timedelta(days=1)
MS = 1_000


def measure_on_cloud(loans: int) -> Iterator[str]:
    """Book so many loans, close their first day, and measure the second: every loan accrues."""
    with contextlib.redirect_stdout(io.StringIO()), nights() as walk:
        begun = time.perf_counter()
        walk.book_many(loans)
        booked = time.perf_counter() - begun
        walk.run_night(TODAY)
        called, entered = len(walk.cloud.invocations), COUNTERS.state_transitions
        begun = time.perf_counter()
        night = walk.run_night(NEXT)
        seconds = time.perf_counter() - begun
        calls = len(walk.cloud.invocations) - called
        transitions = COUNTERS.state_transitions - entered
        report = walk.report(NEXT)
    if night["status"] != "SUCCEEDED" or report.tally.loans != loans:
        raise AssertionError(f"{night['status']}: {report}")
    yield f"local cloud, one process: {loans:,} loans in {seconds:.1f} s (booked in {booked:.1f} s)"
    yield f"  one loan         {seconds * MS / loans:8.1f} ms, on moto's tables and one processor"
    yield f"  calls            {calls:8,} of functions, the outbox's included"
    yield f"  transitions      {transitions:8,} of 64 partitions, whatever the number of loans"
