"""Breakers in the table: shared by all processes, told as metrics, and no outage of their own."""

from __future__ import annotations

from uuid import uuid4

import boto3
import pytest
from botocore.stub import Stubber

from extdata.adapters.powertools_breakers import (
    BreakerSettings,
    PowertoolsBreakers,
    dynamo_stores,
)
from extdata.domain.errors import ProviderUnreachable
from tests.component.extdata.breaker_world import (
    PROVIDER,
    RECOVERY,
    BreakerWorld,
    wait_in_table,
)
from tests.component.extdata.flow_control import TABLE, account

__all__ = ["account"]


def test_a_circuit_that_one_process_opened_is_open_for_all(account: None) -> None:
    stores = dynamo_stores(boto3.client("dynamodb"), TABLE)
    name = f"{uuid4().hex}:"
    first = BreakerWorld(PowertoolsBreakers(stores, namespace=name), wait_in_table)
    second = BreakerWorld(PowertoolsBreakers(stores, namespace=name), wait_in_table)

    first.fail(5)

    with pytest.raises(ProviderUnreachable):
        second.breaker().run(second.answer)
    assert second.calls == 0


def test_transitions_are_counted_by_provider(
    account: None, capsys: pytest.CaptureFixture[str]
) -> None:
    stores = dynamo_stores(boto3.client("dynamodb"), TABLE)
    settings = BreakerSettings(cache_seconds=0)
    world = BreakerWorld(PowertoolsBreakers(stores, settings, namespace=uuid4().hex), wait_in_table)
    world.fail(5)
    world.wait(RECOVERY)

    world.breaker().run(world.answer)

    written = capsys.readouterr().out
    counted = [
        written.count(f'"provider":"{PROVIDER}","{name}":[1.0]')
        for name in ("BreakerOpened", "BreakerClosed")
    ]
    assert counted == [1, 1]


def test_a_store_that_does_not_answer_lets_calls_pass_and_says_so_without_the_message(
    account: None, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    client = boto3.client("dynamodb")
    breakers = PowertoolsBreakers(dynamo_stores(client, TABLE), namespace=uuid4().hex)
    world = BreakerWorld(breakers, wait_in_table)

    with Stubber(client) as stub:
        stub.add_client_error("get_item", "InternalServerError", "about 13800138000")
        world.breaker().run(world.answer)

    written = capsys.readouterr().out + caplog.text
    assert world.calls == 1
    assert "circuit breaker store failed" in written
    assert "BreakerStoreFailed" in written
    assert "13800138000" not in written
