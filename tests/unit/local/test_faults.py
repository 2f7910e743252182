"""Injected faults hit what they name, as often as they say."""

from __future__ import annotations

import json

import pytest

from infra.local.faults import Fault, Faults

DECIDE = "puhui-dev-risk-decide"


@pytest.mark.parametrize("name", ["decide", "risk-decide", DECIDE])
def test_a_function_is_named_by_its_end(name: str) -> None:
    faults = Faults()
    faults.on_function(name, Fault(error_type="UpstreamUnavailable"))

    assert faults.take(DECIDE, {}) is not None


def test_a_part_of_a_word_names_nothing() -> None:
    faults = Faults()
    faults.on_function("cide", Fault(error_type="X"))

    assert faults.take(DECIDE, {}) is None


def test_a_fault_is_used_up() -> None:
    faults = Faults()
    faults.on_function("decide", Fault(error_type="X"), times=2)

    taken = [faults.take(DECIDE, {}) is not None for _ in range(3)]

    assert taken == [True, True, False]


def test_a_fault_waits_for_its_payload() -> None:
    faults = Faults()
    faults.on_function("decide", Fault(error_type="X"), when=lambda event: event["id"] == "b")

    taken = [faults.take(DECIDE, {"id": name}) is not None for name in "abb"]

    assert taken == [False, True, False]


@pytest.mark.parametrize(
    ("fault", "runs", "error_type"),
    [
        (Fault(error_type="X"), False, "X"),
        (Fault(error_type="X", lose_answer=True), True, "X"),
        (Fault(kill_worker=True), True, "Runtime.ExitError"),
    ],
)
def test_what_the_caller_is_told(fault: Fault, runs: bool, error_type: str) -> None:
    told = fault.instead()

    assert fault.runs_function is runs
    assert json.loads(told.payload)["errorType"] == error_type


def test_a_given_answer_replaces_the_function() -> None:
    fault = Fault(answer={"verdict": "refer"})

    assert (fault.runs_function, fault.instead().json()) == (False, {"verdict": "refer"})
