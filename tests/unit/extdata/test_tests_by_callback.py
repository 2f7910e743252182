"""The test of a connector whose provider answers later ends with what it delivers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from extdata.domain.answer import ProviderAnswer
from extdata.domain.connector import Connector
from extdata.domain.errors import CallbackRefused, ConnectorNotReady, KeyUnavailable
from extdata.provider_ports import ProviderRequest
from extdata.usecases.approve_connector import ApproveConnector
from extdata.usecases.test_connector import TestConnector
from puhui.bodies import Body
from puhui.errors import StaleVersion, UpstreamUnavailable
from tests.support.extdata import BANK, NOON, a_connector, a_specification, an_answer
from tests.support.extdata_gateway import GatewayWorld, PlainDocuments

CONNECTOR = "sbx-tax-returns"


def accepted(request: ProviderRequest) -> ProviderAnswer:
    """Every question becomes a job, named after whom it is about."""
    return an_answer(
        meaning="pending", charge="free", document=None, pages=(), job_id=request.subject.name
    )


class Desk:
    """A connector under test beside a gateway that takes deliveries."""

    def __init__(self, **expected: str) -> None:
        self.world = GatewayWorld()
        self.world.calls.scripts[CONNECTOR] = accepted
        gateway = self.world.gateway
        ask = gateway.answer_query
        self.test = TestConnector(
            self.world.providers,
            self.world.connectors,
            self.world.calls,
            PlainDocuments(),
            None,
            self.world.clock,
            ask.calendar,
        )
        cases = tuple(
            {"name": job, "subject": {"kind": "firm", "name": job}, "expect": expect}
            for job, expect in expected.items()
        )
        self.world.connectors.save(
            a_connector(
                "demand",
                version=2,
                specification=a_specification() | {"mode": "callback"},
                test_cases=cases,
            )
        )

    def run(self) -> Connector:
        return self.test(BANK, CONNECTOR, 2, "steward-2")

    def deliver(self, job: str, signature: str = "good", **content: Any) -> str:
        return self.world.gateway.receive_callback(
            BANK,
            CONNECTOR,
            headers={"x-signature": signature, "x-nonce": job},
            path=f"/callbacks/north/{CONNECTOR}",
            body=json.dumps({"job": job, **content}).encode(),
        )

    @property
    def version(self) -> Connector:
        return self.world.connectors.get(BANK, CONNECTOR, 2)


def outcome(connector: Connector) -> tuple[Any, ...]:
    test = connector.test
    assert test is not None
    return connector.stage, test.passed, test.failed, test.waiting


def test_a_test_passes_with_its_last_delivery() -> None:
    desk = Desk(first="hit", second="hit")

    begun = desk.run()
    received = [desk.deliver("first"), desk.deliver("second")]

    assert outcome(begun) == ("demand", 0, 0, 2)
    assert received == ["tested", "tested"]
    assert outcome(desk.version) == ("tested", 2, 0, 0)


def test_a_test_that_still_waits_is_not_approved() -> None:
    desk = Desk(first="hit", second="hit")
    desk.run()
    desk.deliver("first")
    approve = ApproveConnector(desk.world.connectors, desk.world.clock)

    with pytest.raises(ConnectorNotReady):
        approve(BANK, CONNECTOR, 2, "risk-1")


@pytest.mark.parametrize(("content", "saw"), [({"broken": True}, "provider.mapping"), ({}, "hit")])
def test_a_delivery_that_is_not_as_expected_fails_the_test(
    content: dict[str, Any], saw: str
) -> None:
    desk = Desk(first="miss")
    desk.run()

    desk.deliver("first", **content)

    assert outcome(desk.version) == ("demand", 0, 1, 0)
    assert desk.version.test is not None
    assert desk.version.test.failures == (f"first: expected miss, saw {saw}",)


def test_a_document_that_breaks_its_schema_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(first="hit")
    desk.run()
    read = desk.world.calls.read
    monkeypatch.setattr(
        desk.world.calls,
        "read",
        lambda *args, **named: replace(read(*args, **named), document={"invalid": True}),
    )

    desk.deliver("first")

    assert desk.version.test is not None
    assert desk.version.test.failures == ("first: expected hit, saw provider.schema (returns)",)


def test_a_delivery_again_is_noted_once_and_whatever_stage_it_meets() -> None:
    desk = Desk(first="hit")
    desk.run()
    desk.deliver("first")
    tested = desk.version

    again = desk.deliver("first", broken=True)
    desk.world.connectors.save(tested.approve("risk-1", NOON))
    later = desk.deliver("first", broken=True)

    assert (again, later) == ("tested", "tested")
    assert desk.version.test == tested.test


def test_a_case_that_expects_pending_waits_for_nothing_and_takes_what_comes() -> None:
    desk = Desk(first="pending")

    assert outcome(desk.run()) == ("tested", 1, 0, 0)
    assert desk.deliver("first") == "tested"
    assert outcome(desk.version) == ("tested", 1, 0, 0)


def test_a_file_that_is_not_there_in_time_fails_and_waits_for_no_delivery() -> None:
    desk = Desk(first="hit")
    desk.world.connectors.save(
        replace(desk.version, specification=a_specification() | {"mode": "file"})
    )
    desk.world.calls.files["first"] = an_answer(
        meaning="pending", document=None, pages=(), job_id="first"
    )

    assert outcome(desk.run()) == ("demand", 0, 1, 0)


def test_a_delivery_before_the_test_is_written_down_is_asked_to_come_again() -> None:
    desk = Desk(first="hit")

    with pytest.raises(UpstreamUnavailable):
        desk.deliver("first")


def test_a_forged_delivery_ends_no_test() -> None:
    desk = Desk(first="hit")
    desk.run()

    with pytest.raises(CallbackRefused):
        desk.deliver("first", signature="bad")

    assert outcome(desk.version) == ("demand", 0, 0, 1)


def test_two_deliveries_at_once_are_both_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(first="hit", second="hit")
    desk.run()
    save, between = desk.world.connectors.save, ["second"]

    def save_late(connector: Connector) -> None:
        """Another delivery is written between reading and writing of this one."""
        while between:
            desk.deliver(between.pop())
        save(connector)

    monkeypatch.setattr(desk.world.connectors, "save", save_late)
    desk.deliver("first")

    assert outcome(desk.version) == ("tested", 2, 0, 0)


def test_a_delivery_that_never_gets_its_turn_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk(first="hit")
    desk.run()

    def stale(connector: Connector) -> None:
        raise StaleVersion

    monkeypatch.setattr(desk.world.connectors, "save", stale)
    with pytest.raises(UpstreamUnavailable):
        desk.deliver("first")


def test_a_run_with_its_jobs_is_stored_whole() -> None:
    desk = Desk(first="hit", second="pending")
    begun = desk.run()
    body = Body(Connector)

    assert body.read(body.write(begun)) == begun


def test_demands_without_number_keep_no_delivery_from_the_version_in_use() -> None:
    desk = Desk(first="hit")
    desk.world.calls.scripts[CONNECTOR] = lambda request: replace(accepted(request), job_id="job-1")
    waiting = desk.world.ask()
    for version in range(3, 7):
        desk.world.connectors.save(a_connector("demand", version=version))

    assert desk.deliver("job-1") == "taken"
    assert desk.world.queries.get(BANK, waiting.query_id).status == "hit"


def test_a_demand_whose_keys_are_missing_keeps_no_delivery_from_the_version_in_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk(first="hit")
    desk.world.calls.scripts[CONNECTOR] = lambda request: replace(accepted(request), job_id="job-1")
    waiting = desk.world.ask()
    opened = desk.world.calls.open_callback

    def without_keys(provider: Any, connector: Connector, **named: Any) -> Any:
        if connector.version == 2:
            raise KeyUnavailable(field="mac2", rule="key.missing")
        return opened(provider, connector, **named)

    monkeypatch.setattr(desk.world.calls, "open_callback", without_keys)

    assert desk.deliver("job-1") == "taken"
    assert desk.world.queries.get(BANK, waiting.query_id).status == "hit"
    with pytest.raises(KeyUnavailable):
        desk.deliver("job-2", signature="bad")
