"""Every state of the end of day that may stop: its Catch, its deadline, and where that leads.

The steps of a night are lost, broken and repeated in test_end_of_day.py; here each deadline passes,
and a table says which test holds each state, so that a new state cannot come without one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from infra.lint.asl import all_states
from infra.local.faults import ALWAYS, Fault
from infra.local.jsonata_engine import JsonataEngine
from servicing.domain.end_of_day.business_day import RUN_LIMIT, DayState
from tests.support.end_of_day_walk import NightWalk, nights, of_few_partitions
from tests.support.servicing import TODAY

MACHINE: Final = Path("statemachines/servicing/end_of_day.asl.json")
STATE_SECONDS: Final = 3
"""Long enough for any step on a busy machine once it is warm."""
TOO_LONG_SECONDS: Final = STATE_SECONDS + 1.5
PATIENCE_SECONDS: Final = 60
PAUSE_SECONDS: Final = 0.1
BROKEN: Final = Fault(error_type="SomethingBroke")
HANGS: Final = Fault(error_type="SomethingBroke", delay_seconds=TOO_LONG_SECONDS)
"""Nothing runs after the wait, so that no test is met by what the one before it left."""
STATIONS: Final = {
    "Open the closing": "open_closing",
    "Close loans": "close_loans",
    "Request debits": "request_debits",
    "Classify loans": "classify_loans",
    "Watch loans": "watch_loans",
    "Report partition": "report_partition",
    "Close the day": "close_the_day",
    "Record the failure": "record_the_failure",
}
"""State → what its Catch calls the stop."""
ASSESSING: Final = ("request_debits", "classify_loans", "watch_loans", "report_partition")
MAPS: Final = {
    "Close loans of each partition": "close_loans",
    "Assess loans of each partition": "assess_loans",
}
"""Map → what its Catch calls the stop."""
LAST_STOP: Final = "Keep the failures"


def soon(name: str, definition: dict[str, Any]) -> dict[str, Any]:
    """Few partitions, and little time for each step."""
    for _name, state in all_states(definition):
        if str(state.get("Resource", "")).endswith("lambda:invoke"):
            state["TimeoutSeconds"] = STATE_SECONDS
    return of_few_partitions(name, definition)


def fail(walk: NightWalk, station: str, fault: Fault, *, partition: int | None = None) -> None:
    """Arm a fault for a step, in every partition or in one."""
    step = {"record_the_failure": "record_failure"}.get(station, station)

    def meant(event: dict[str, Any]) -> bool:
        return event.get("step", step) == step and partition in {None, event.get("partition")}

    short = {"open_closing", "report_partition", "close_the_day", "record_failure"}
    function = "business-day" if step in short else step.replace("_", "-")
    walk.cloud.faults.on_function(function, fault, times=ALWAYS, when=meant)


@pytest.fixture(scope="module")
def _hasty() -> Iterator[NightWalk]:
    with nights(definition=soon) as made:
        made.night(TODAY)  # every function is imported
        yield made


@pytest.fixture
def hasty(_hasty: NightWalk) -> Iterator[NightWalk]:
    """Two loans of 1 March in two partitions; faults of one test never reach the next."""
    _hasty.dead_letters()
    _hasty.forget()
    _hasty.loans = [_hasty.book(0), _hasty.book(1)]
    yield _hasty
    _hasty.cloud.faults.clear()


def stops(walk: NightWalk) -> dict[tuple[str, int | None], str]:
    """What the night's dead letter says: where it stopped, and by which error."""
    (letter,) = walk.dead_letters()
    return {(one["station"], one["partition"]): one["error"] for one in letter["failures"]}


def wait_for(happened: Callable[[], bool]) -> None:
    """Let time pass until something has happened."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < until, "it never happened"
        time.sleep(PAUSE_SECONDS)


def test_every_state_that_may_stop_is_in_the_tables_of_this_file() -> None:
    states = dict(all_states(json.loads(MACHINE.read_text(encoding="utf-8"))))

    timed = {name for name, one in states.items() if "TimeoutSeconds" in one}
    caught = {name for name, one in states.items() if "Catch" in one}
    tasks = {name for name, one in states.items() if one["Type"] == "Task"}

    assert timed == tasks == {*STATIONS, LAST_STOP}
    assert caught == {*STATIONS, *MAPS, LAST_STOP}


def test_an_opening_that_takes_too_long_leaves_the_day_open(hasty: NightWalk) -> None:
    fail(hasty, "open_closing", HANGS)

    night = hasty.night(TODAY)

    assert (night["status"], night["error"]) == ("FAILED", "EndOfDayFailed")
    assert stops(hasty) == {("open_closing", None): "States.Timeout"}


def test_loans_that_take_too_long_to_close_keep_the_day_open(hasty: NightWalk) -> None:
    fail(hasty, "close_loans", HANGS, partition=0)

    hasty.night(TODAY)

    assert stops(hasty) == {("close_loans", 0): "States.Timeout"}
    assert hasty.day().state is DayState.CLOSING


@pytest.mark.parametrize("pair", [ASSESSING[:2], ASSESSING[2:]])
def test_a_step_that_assesses_a_partition_too_long_is_told_by_its_name(
    hasty: NightWalk, pair: tuple[str, str]
) -> None:
    for partition, station in enumerate(pair):
        fail(hasty, station, HANGS, partition=partition)

    hasty.night(TODAY)

    expected = {(station, number): "States.Timeout" for number, station in enumerate(pair)}
    assert stops(hasty) == expected
    assert {(one.station, one.partition) for one in hasty.day().failures} == expected.keys()


@pytest.mark.parametrize(
    ("failures", "cause"),
    [
        (["close_loans 7"], "close_loans of partition 7 (Broken)"),
        (
            ["open_closing", "close_loans 1"],
            "open_closing (Broken), close_loans of partition 1 (Broken)",
        ),
        (
            [f"watch_loans {number}" for number in range(7)],
            ", ".join(f"watch_loans of partition {number} (Broken)" for number in range(5))
            + " and at 2 more",
        ),
    ],
)
def test_the_cause_of_a_failed_execution_names_where_it_stopped(
    failures: list[str], cause: str
) -> None:
    states = json.loads(MACHINE.read_text(encoding="utf-8"))["States"]
    expression = states["End of day failed"]["Cause"].removeprefix("{%").removesuffix("%}")
    told = [told_of(*one.split()) for one in failures]

    said = JsonataEngine().evaluate(expression, {"failures": told})

    assert said == f"The day is still open. It stopped at {cause}. Start it again."


def told_of(station: str, partition: str | None = None) -> dict[str, Any]:
    """A failure as the machine keeps it."""
    number = None if partition is None else int(partition)
    return {"station": station, "partition": number, "error": "Broken", "cause": ""}


def test_a_closing_that_takes_too_long_is_told_and_closed_by_its_late_answer_alone(
    hasty: NightWalk,
) -> None:
    fail(hasty, "close_the_day", Fault(delay_seconds=TOO_LONG_SECONDS))
    night = hasty.night(TODAY)
    stopped = stops(hasty)
    hasty.cloud.faults.clear()
    wait_for(lambda: hasty.day().day > TODAY)

    again = hasty.night(TODAY)

    assert (night["status"], stopped) == ("FAILED", {("close_the_day", None): "States.Timeout"})
    assert (again["status"], again["states"][-1]) == ("SUCCEEDED", "Nothing to close")
    assert len(hasty.events("BusinessDayClosed")) == 1


def test_a_failure_that_is_recorded_too_late_is_in_the_dead_letter(hasty: NightWalk) -> None:
    fail(hasty, "close_the_day", BROKEN)
    fail(hasty, "record_the_failure", HANGS)

    night = hasty.night(TODAY)

    assert night["states"][-2:] == [LAST_STOP, "End of day failed"]
    assert "close_the_day (SomethingBroke), record_the_failure (States.Timeout)" in night["cause"]
    assert stops(hasty) == {
        ("close_the_day", None): "SomethingBroke",
        ("record_the_failure", None): "States.Timeout",
    }


@pytest.mark.parametrize(("state", "station"), MAPS.items())
def test_a_map_that_breaks_is_told_by_its_name(hasty: NightWalk, state: str, station: str) -> None:
    """A child that fails where nothing catches it fails its Map: nothing is tolerated."""

    def broken(definition: dict[str, Any]) -> None:
        processor = definition["States"][state]["ItemProcessor"]
        processor["States"][processor["StartAt"]]["Output"] = "{% $nothing_of_this_name %}"

    with changed_machine(hasty, broken):
        hasty.night(TODAY)

    assert stops(hasty) == {(station, None): "States.ExceedToleratedFailureThreshold"}
    assert [one.station for one in hasty.day().failures] == [station]


def test_without_its_dead_letter_queue_a_night_still_fails_by_its_name(hasty: NightWalk) -> None:
    fail(hasty, "close_the_day", BROKEN)

    with without_dead_letters(hasty):
        night = hasty.night(TODAY)

    assert night["states"][-2:] == [LAST_STOP, "End of day failed"]
    assert (night["status"], night["error"]) == ("FAILED", "EndOfDayFailed")
    assert [one.station for one in hasty.day().failures] == ["close_the_day"]


def test_a_night_that_ran_out_of_time_is_taken_over_by_the_next(hasty: NightWalk) -> None:
    fail(hasty, "close_loans", HANGS)
    with changed_machine(hasty, lambda definition: definition.update(TimeoutSeconds=1)):
        night = hasty.night(TODAY)
    before = hasty.day()
    hasty.cloud.faults.clear()

    again = hasty.night(TODAY)

    assert (night["status"], before.state, before.failures) == ("TIMED_OUT", DayState.CLOSING, ())
    assert (again["status"], hasty.report(TODAY).attempts) == ("SUCCEEDED", 2)


def test_a_run_is_taken_for_dead_only_after_the_machine_would_have_ended_it() -> None:
    limit = json.loads(MACHINE.read_text(encoding="utf-8"))["TimeoutSeconds"]

    assert RUN_LIMIT.total_seconds() > limit


@contextmanager
def changed_machine(walk: NightWalk, change: Callable[[dict[str, Any]], object]) -> Iterator[None]:
    """Let the machine have another definition for a while."""
    states = walk.cloud.client("stepfunctions")
    arn = next(
        arn for name, arn in walk.cloud.deployed.state_machines.items() if "end-of-day" in name
    )
    before = states.describe_state_machine(stateMachineArn=arn)["definition"]
    definition = json.loads(before)
    change(definition)
    states.update_state_machine(stateMachineArn=arn, definition=json.dumps(definition))
    try:
        yield
    finally:
        states.update_state_machine(stateMachineArn=arn, definition=before)


@contextmanager
def without_dead_letters(walk: NightWalk) -> Iterator[None]:
    """Take the machine's dead-letter queue away for a while."""
    sqs = walk.cloud.client("sqs")
    name, queue = next(
        (name, one)
        for name, one in walk.cloud.deployed.queues.items()
        if name.endswith("end-of-day-dlq")
    )
    sqs.delete_queue(QueueUrl=queue.url)
    try:
        yield
    finally:
        sqs.create_queue(QueueName=name)
