"""Counters of DynamoDB: they count as memory does, cost one update, and fail closed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import boto3
import pytest
from botocore.stub import Stubber
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extdata.adapters.dynamo_gates import DynamoGates
from extdata.domain.errors import LimitReached
from extdata.domain.limit import Gate, Limits
from extdata.ports import Gates
from infra.demo.extdata.in_memory import InMemoryGates
from puhui.errors import UpstreamUnavailable
from tests.component.extdata.flow_control import TABLE, account
from tests.support.extdata import BANK, NOON, TODAY, a_gate

__all__ = ["account"]

STEPS = st.lists(
    st.tuples(st.sampled_from(["pass", "back"]), st.integers(0, 3), st.integers(0, 2_000)),
    max_size=60,
)


@given(STEPS, st.integers(1, 8), st.integers(1, 12), st.integers(1, 5))
@settings(max_examples=200, deadline=None)
def test_no_interleaving_of_passes_and_givings_back_overruns(
    steps: list[tuple[str, int, int]], daily: int, monthly: int, rate: int
) -> None:
    gates = InMemoryGates()
    gate = a_gate(daily=daily, monthly=monthly, rate_per_second=rate, burst=rate)

    check_interleaving(gates, gate, steps)


@given(STEPS, st.integers(1, 8), st.integers(1, 12), st.integers(1, 5))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_dynamo_counts_as_memory_does_in_any_interleaving(
    account: None, steps: list[tuple[str, int, int]], daily: int, monthly: int, rate: int
) -> None:
    gate = a_gate(
        f"provider:{daily}-{monthly}-{rate}-{hash(tuple(steps))}",
        daily=daily,
        monthly=monthly,
        rate_per_second=rate,
        burst=rate,
    )
    dynamo = DynamoGates(boto3.client("dynamodb"), TABLE)

    seen = check_interleaving(dynamo, gate, steps)

    assert seen == check_interleaving(InMemoryGates(), gate, steps)


def check_interleaving(gates: Gates, gate: Gate, steps: list[tuple[str, int, int]]) -> list[object]:
    """Play steps on days and at instants; the counts follow a simple model and stay in bounds."""
    days: Counter[date] = Counter()
    seen: list[object] = []
    warned: Counter[tuple[str, object]] = Counter()
    now = NOON
    for step, day, milliseconds in steps:
        on, now = TODAY + timedelta(days=day), now + timedelta(milliseconds=milliseconds)
        if step == "back":
            gates.give_back(BANK, gate, on=on)
            days[on] -= 1 if days[on] else 0
            continue
        try:
            admission = gates.pass_through(BANK, gate, now=now, on=on)
        except LimitReached as stop:
            seen.append(stop.rule)
            continue
        days[on] += 1
        warned.update((w, on if w == "daily" else "month") for w in admission.warnings)
        seen.append((admission.used_today, admission.used_this_month, admission.warnings))
        assert (admission.used_today, admission.used_this_month) == (days[on], sum(days.values()))
        assert admission.used_today <= (gate.limits.daily or 0)
        assert admission.used_this_month <= (gate.limits.monthly or 0)
    assert all(count == 1 for count in warned.values())
    return seen


@pytest.mark.parametrize("limits", [Limits(daily=5), Limits(rate_per_second=5)])
@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "InternalServerError"])
def test_a_table_that_does_not_answer_lets_nothing_pass(
    account: None, limits: Limits, code: str
) -> None:
    client = boto3.client("dynamodb")
    failing = DynamoGates(client, TABLE)

    with Stubber(client) as stub:
        stub.add_client_error("update_item", code)
        with pytest.raises(UpstreamUnavailable):
            failing.pass_through(BANK, Gate(key="provider:x", limits=limits), now=NOON, on=TODAY)


def test_an_idle_bucket_costs_one_update_and_a_running_one_two(account: None) -> None:
    client = boto3.client("dynamodb")
    updates: list[str] = []
    client.meta.events.register(
        "before-call.dynamodb.*", lambda model, **_: updates.append(model.name)
    )
    gates = DynamoGates(client, TABLE)
    gate = a_gate(rate_per_second=10, burst=2, daily=100)

    gates.pass_through(BANK, gate, now=NOON, on=TODAY)
    idle = len(updates)
    gates.pass_through(BANK, gate, now=NOON, on=TODAY)

    assert (idle, updates) == (1, ["UpdateItem"] * 3)


def test_a_month_of_counters_is_one_item_that_ends_by_itself(account: None) -> None:
    client = boto3.client("dynamodb")
    gates = DynamoGates(client, TABLE)
    for day in (1, 2, 2):
        gates.pass_through(BANK, a_gate(daily=5), now=NOON, on=date(2026, 11, day))

    items = client.scan(TableName=TABLE)["Items"]

    assert [
        (item["pk"]["S"], item["sk"]["S"], item["d01"]["N"], item["d02"]["N"], item["m"]["N"])
        for item in items
    ] == [("BANK#north#GATE#provider:sbx-tax", "MONTH#2026-11", "1", "2", "3")]
    assert int(items[0]["expires_at"]["N"]) > NOON.timestamp()
