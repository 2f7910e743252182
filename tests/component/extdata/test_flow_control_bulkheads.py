"""Bulkheads: never more calls of a provider at once than allowed (contract of both)."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from datetime import timedelta

import boto3
import pytest
from botocore.stub import Stubber

from extdata.adapters.dynamo_bulkheads import DynamoBulkheads
from extdata.domain.errors import LimitReached
from extdata.provider_ports import Bulkheads
from puhui.errors import UpstreamUnavailable
from tests.component.extdata.flow_control import TABLE, account, bulkheads
from tests.support.extdata import BANK, NOON, OTHER_BANK
from tests.support.races import race

__all__ = ["account", "bulkheads"]

RACERS = 50
PLACES = 8
LEASE = timedelta(seconds=10)


def place(
    bulkheads: Bulkheads, *, most: int = 1, provider: str = "sbx-tax", **changes: object
) -> ExitStack:
    """A held place, to be closed by the test."""
    fields: dict[str, object] = {"now": NOON, "lease_seconds": LEASE.seconds} | changes
    stack = ExitStack()
    stack.enter_context(bulkheads.enter(BANK, provider, most=most, **fields))  # type: ignore[arg-type]
    return stack


class Room:
    """Counts who is inside at once; who came in stays until everybody has tried."""

    def __init__(self, bulkheads: Bulkheads) -> None:
        self._bulkheads = bulkheads
        self._lock = threading.Lock()
        self._tried = threading.Barrier(RACERS)
        self._inside = 0
        self.most = 0

    def visit(self) -> None:
        """Go in and stay, or be turned away; nobody leaves before all have tried."""
        try:
            with self._bulkheads.enter(
                BANK, "sbx-tax", most=PLACES, now=NOON, lease_seconds=LEASE.seconds
            ):
                with self._lock:
                    self._inside += 1
                    self.most = max(self.most, self._inside)
                self._tried.wait()
                with self._lock:
                    self._inside -= 1
        except LimitReached:
            self._tried.wait()
            raise


def test_fifty_at_once_never_hold_more_than_eight_places(bulkheads: Bulkheads) -> None:
    room = Room(bulkheads)

    outcomes = race([room.visit] * RACERS)

    refused = [outcome.rule for outcome in outcomes if isinstance(outcome, LimitReached)]
    assert (room.most, refused) == (PLACES, ["bulkhead.full"] * (RACERS - PLACES))


def test_a_place_is_free_again_when_its_call_ends(bulkheads: Bulkheads) -> None:
    with place(bulkheads):
        pass

    with place(bulkheads), pytest.raises(LimitReached) as full:
        place(bulkheads)

    assert (full.value.field, full.value.rule) == ("sbx-tax", "bulkhead.full")


def test_a_place_is_free_again_when_its_call_fails(bulkheads: Bulkheads) -> None:
    with pytest.raises(ZeroDivisionError), place(bulkheads):
        raise ZeroDivisionError

    place(bulkheads).close()


def test_a_killed_workers_place_comes_back_when_its_lease_ends(bulkheads: Bulkheads) -> None:
    killed = place(bulkheads)

    with pytest.raises(LimitReached):
        place(bulkheads, now=NOON + LEASE / 2)
    place(bulkheads, now=NOON + LEASE).close()

    killed.close()


def test_a_late_worker_does_not_free_the_place_of_its_successor(bulkheads: Bulkheads) -> None:
    late = place(bulkheads)
    successor = place(bulkheads, now=NOON + LEASE)

    late.close()

    with successor, pytest.raises(LimitReached):
        place(bulkheads, now=NOON + LEASE)


def test_a_full_provider_leaves_other_providers_and_banks_alone(bulkheads: Bulkheads) -> None:
    with (
        place(bulkheads),
        place(bulkheads, provider="sbx-court"),
        bulkheads.enter(OTHER_BANK, "sbx-tax", most=1, now=NOON, lease_seconds=1),
    ):
        pass


def test_a_place_is_found_with_two_probes_when_nobody_races(account: None) -> None:
    client = boto3.client("dynamodb")
    calls: list[str] = []
    client.meta.events.register(
        "before-call.dynamodb.*", lambda model, **_: calls.append(model.name)
    )
    bulkheads = DynamoBulkheads(client, TABLE)
    probes = []

    with ExitStack() as stack:
        for _ in range(PLACES):
            calls.clear()
            stack.enter_context(place(bulkheads, most=PLACES))
            probes.append(len(calls))

    assert max(probes) <= 2


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "InternalServerError"])
def test_a_table_that_does_not_answer_lets_nobody_in(account: None, code: str) -> None:
    client = boto3.client("dynamodb")

    with Stubber(client) as stub:
        stub.add_client_error("update_item", code)
        with pytest.raises(UpstreamUnavailable):
            place(DynamoBulkheads(client, TABLE))


def test_an_answer_is_not_lost_when_its_place_cannot_be_freed(
    account: None, capsys: pytest.CaptureFixture[str]
) -> None:
    client = boto3.client("dynamodb")

    with Stubber(client) as stub:
        stub.add_response("update_item", {"Attributes": {}})
        stub.add_client_error("update_item", "InternalServerError", "secret 13800138000")
        with place(DynamoBulkheads(client, TABLE)):
            answer = "kept"

    assert answer == "kept"
    logged = capsys.readouterr().out
    assert "bulkhead place not freed" in logged
    assert "13800138000" not in logged
