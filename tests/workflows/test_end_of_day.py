"""The end of day as it is deployed: what a night does, and that it may stop and start anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from infra.local.faults import ALWAYS, Fault
from servicing.domain.account.position import LoanStatus
from servicing.domain.end_of_day.business_day import DayState, Failure
from tests.support.end_of_day_walk import NightWalk, nights, of_few_partitions
from tests.support.servicing import NORTH, TODAY

BROKEN = Fault(error_type="SomethingBroke")
NEXT = TODAY + timedelta(days=1)
CLOSING = ("close-loans",)
ASSESSING = ("classify-loans", "watch-loans", "request-debits", "report-partition")
QUICK = [
    *CLOSING,
    "classify-loans",
    *(pytest.param(step, marks=pytest.mark.full) for step in ASSESSING[1:]),
]
"""The rest of the steps is tried in the full run."""
BUSINESS_DAY = "business-day"
"""One function for the steps of the day itself; `step` says which is asked for."""
TWICE = (*CLOSING, *ASSESSING[:-1])


STEPS = ("open-closing", "report-partition", "close-the-day", "record-failure")


def fail(
    walk: NightWalk, step: str, fault: Fault, *, times: int = 1, partition: int | None = None
) -> None:
    """Arm a fault for a step, in every partition or in one."""

    def meant(event: dict[str, Any]) -> bool:
        right = step not in STEPS or event["step"] == step.replace("-", "_")
        return right and partition in {None, event.get("partition")}

    function = BUSINESS_DAY if step in STEPS else step
    walk.cloud.faults.on_function(function, fault, times=times, when=meant)


@pytest.fixture(scope="module")
def _one_cloud() -> Iterator[NightWalk]:
    with nights(definition=of_few_partitions) as made:
        yield made


@pytest.fixture
def walk(_one_cloud: NightWalk) -> Iterator[NightWalk]:
    """Two loans of 1 March in two partitions; faults of one test never reach the next."""
    _one_cloud.cloud.faults.clear()
    _one_cloud.dead_letters()
    _one_cloud.forget()
    _one_cloud.loans = [_one_cloud.book(0), _one_cloud.book(1)]
    yield _one_cloud
    _one_cloud.cloud.faults.clear()


def test_a_night_closes_every_loan_and_opens_the_next_day(walk: NightWalk) -> None:
    walk.night(TODAY)

    night = walk.night(NEXT)

    (_, event) = walk.events("BusinessDayClosed")
    report = walk.report(NEXT)
    assert (night["status"], night["states"][-1]) == ("SUCCEEDED", "Day closed")
    assert [walk.loan(one).account.day for one in walk.loans] == [NEXT, NEXT]
    assert walk.day().day == NEXT + timedelta(days=1)
    assert (report.tally.loans, report.tally.principal_fen, report.ended) == (2, 60_000_000, 0)
    assert (event["business_date"], event["loans"]) == (NEXT.isoformat(), 2)
    assert (walk.violations(), walk.dead_letters()) == ((), [])


def test_without_a_date_the_business_day_is_closed(walk: NightWalk) -> None:
    night = walk.night(None)

    assert night["status"] == "SUCCEEDED"
    assert walk.report(TODAY).run_id.startswith("night-")


def test_a_closed_day_is_not_closed_again(walk: NightWalk) -> None:
    walk.night(TODAY)
    asked = len(walk.calls("close-loans"))

    again = walk.night(TODAY)

    assert (again["status"], again["states"][-1]) == ("SUCCEEDED", "Nothing to close")
    assert (len(walk.calls("close-loans")), walk.day().day) == (asked, NEXT)


def test_a_day_is_not_closed_before_the_one_before_it(walk: NightWalk) -> None:
    night = walk.night(NEXT)

    (letter,) = walk.dead_letters()
    assert (night["status"], night["error"]) == ("FAILED", "EndOfDayFailed")
    assert night["states"][-2:] == ["Keep the failures", "End of day failed"]
    assert [one["error"] for one in letter["failures"]] == ["DayNotInTurn"]
    assert walk.day().state is DayState.OPEN


@pytest.mark.parametrize("step", QUICK)
def test_what_fails_in_one_partition_stops_no_other_and_keeps_the_day_open(
    walk: NightWalk, step: str
) -> None:
    fail(walk, step, BROKEN, times=ALWAYS, partition=0)
    walk.night(TODAY)

    (letter,) = walk.dead_letters()
    stopped = Failure(station=step.replace("-", "_"), partition=0, error="SomethingBroke")
    assert walk.day().failures == (stopped,)
    assert walk.day().state is DayState.CLOSING
    assert [one["partition"] for one in letter["failures"]] == [0]
    assert (1 in walk.reports.partitions(NORTH, TODAY)) is (step in ASSESSING)


@pytest.mark.parametrize("step", [*QUICK, "close-the-day"])
def test_a_night_that_stopped_is_started_again_and_counts_nothing_twice(
    walk: NightWalk, step: str
) -> None:
    walk.night(TODAY)
    fail(walk, step, Fault(error_type="SomethingBroke", lose_answer=True))
    first = walk.night(NEXT)

    second = walk.night(NEXT)

    report = walk.report(NEXT)
    walk.dead_letters()
    assert second["status"] == "SUCCEEDED"
    assert first["status"] == "FAILED"
    assert (report.tally.loans, report.tally.booked) == (2, 0)
    changes = ("the first night provides", "the second brings the day")
    assert {walk.loan(one).version for one in walk.loans} == {len(changes)}
    assert walk.violations() == ()


def test_every_step_may_run_twice(walk: NightWalk) -> None:
    fault = Fault(error_type="UpstreamUnavailable", lose_answer=True)
    for step in (*TWICE, *STEPS):
        fail(walk, step, fault)

    night = walk.night(TODAY)

    assert (night["status"], walk.day().day) == ("SUCCEEDED", NEXT)
    assert len(walk.events("BusinessDayClosed")) == 1
    assert walk.report(TODAY).tally.loans == 2


def test_a_partition_that_takes_longer_than_one_call_goes_on_in_the_next(walk: NightWalk) -> None:
    part = {"partition": 0, "after": "", "visited": 0, "changed": 0, "tally": {}}
    walk.cloud.faults.on_function(
        "close-loans",
        Fault(answer={**part, "after": "a", "finished": False, "visited": 50}),
        when=lambda event: event["partition"] == 0,
    )

    walk.night(TODAY)

    asked = [one for one in walk.calls("close-loans")[-3:] if one["partition"] == 0]
    assert [(one["after"], one["visited"]) for one in asked] == [("", 0), ("a", 50)]


def test_a_failure_that_cannot_be_recorded_is_still_kept(walk: NightWalk) -> None:
    for step in ("close-the-day", "record-failure"):
        fail(walk, step, BROKEN, times=ALWAYS)

    night = walk.night(TODAY)

    (letter,) = walk.dead_letters()
    assert night["status"] == "FAILED"
    assert [one["station"] for one in letter["failures"]] == ["close_the_day", "record_the_failure"]


def test_a_night_that_cannot_even_be_opened_is_kept(walk: NightWalk) -> None:
    fail(walk, "open-closing", BROKEN, times=ALWAYS)

    walk.night(TODAY)

    (letter,) = walk.dead_letters()
    assert [one["station"] for one in letter["failures"]] == ["open_closing"]


def test_an_answer_that_no_state_can_read_is_caught_like_a_failure(walk: NightWalk) -> None:
    answer = {"business_date": TODAY.isoformat(), "already_closed": False, "partitions": [0]}
    fail(walk, "open-closing", Fault(answer=answer))
    walk.cloud.faults.on_function("close-loans", Fault(answer={"partition": 0}), times=ALWAYS)

    walk.night(TODAY)

    (letter,) = walk.dead_letters()
    assert {one["error"] for one in letter["failures"]} == {"States.QueryEvaluationError"}


def test_every_partition_of_a_bank_is_walked_through(walk: NightWalk) -> None:
    asked = json.loads(json.dumps(walk.cloud.call(BUSINESS_DAY, OPENING)))

    assert asked["partitions"] == list(range(64))


OPENING = {"step": "open_closing", "bank_id": "north", "run_id": "run-1", "correlation_id": "run-1"}


def test_a_loan_that_ends_in_the_night_is_closed_with_it(walk: NightWalk) -> None:
    walk.night(TODAY)
    walk.pay_all(walk.loans[0], NEXT)

    walk.night(NEXT)

    assert walk.loan(walk.loans[0]).account.status is LoanStatus.SETTLED
    assert (walk.report(NEXT).tally.loans, walk.report(NEXT).ended) == (1, 1)


def test_the_schedule_looks_at_every_bank_each_quarter_hour(walk: NightWalk) -> None:
    (schedule,) = [one for one in walk.cloud.deployed.schedules if "start-end-of-days" in one.name]

    assert schedule.expression == "rate(15 minutes)"
    assert schedule.target_arn.endswith("start-end-of-days:live")


def test_where_operators_set_the_date_nothing_starts_by_itself(walk: NightWalk) -> None:
    assert walk.cloud.call("start-end-of-days", {}) == {"started": [], "late": []}
