"""The local cloud with its own processes: workers, events, counters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from infra.local.cloud import LocalCloud
from infra.local.dead_letters import DeadLetters
from infra.local.errors import UnknownFunction
from infra.local.faults import Fault
from infra.local.running import running_cloud
from tests.support import tiny_assembly
from tests.support.tiny_cloud import PREFIX, TABLE, call, eventually, results, send


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    folder = tmp_path_factory.mktemp("tiny")
    assembly = tiny_assembly.write(folder)
    with LocalCloud(assembly, business_date="2020-03-01", state_dir=folder / "state") as running:
        yield running


@pytest.fixture(autouse=True)
def _no_faults_left(cloud: LocalCloud) -> Iterator[None]:
    yield
    cloud.faults.clear()


# --- workers ----------------------------------------------------------------------------


def test_a_worker_sees_the_template_aws_and_nothing_of_us(cloud: LocalCloud) -> None:
    answer, _ = call(cloud, "echo", a=1)

    environment = answer["environment"]
    assert (environment["DATE"], environment["RESULTS"]) == ("2020-03-01", f"{PREFIX}results")
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == f"{PREFIX}echo"
    assert not {"PYTEST_CURRENT_TEST", "VIRTUAL_ENV", "HOME"} & set(environment)
    assert answer["modules"] == []
    assert 0 < answer["remaining_ms"] <= 5000


def test_a_warm_worker_is_used_again(cloud: LocalCloud) -> None:
    first, second = (call(cloud, "trouble", kind="x")[0]["pid"] for _ in range(2))

    assert first == second


def test_a_function_has_at_most_two_workers(cloud: LocalCloud) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: call(cloud, "trouble", kind="sleep", seconds=0.1), "x" * 8)
        )

    assert 1 <= len({answer["pid"] for answer, _ in answers}) <= 2


@pytest.mark.parametrize(
    ("payload", "error_type", "message"),
    [
        ({"kind": "raise"}, "UpstreamUnavailable", "the bureau is down"),
        ({"kind": "exit"}, "Runtime.ExitError", "Runtime exited with error: exit status 3"),
        ({"kind": "sleep", "seconds": 9}, "Sandbox.Timedout", "timed out after 2.00 seconds"),
        ({"kind": "large"}, "Function.ResponseSizeTooLarge", "6291556 bytes"),
    ],
)
def test_a_failure_has_lambdas_shape_and_the_next_call_works(
    cloud: LocalCloud, payload: dict[str, Any], error_type: str, message: str
) -> None:
    answer, error = call(cloud, "trouble", **payload)
    after, _ = call(cloud, "trouble", kind="x")

    assert (error, answer["errorType"]) == ("Unhandled", error_type)
    assert message in answer["errorMessage"]
    assert after["ok"]


def test_a_killed_worker_is_replaced(cloud: LocalCloud) -> None:
    before, _ = call(cloud, "trouble", kind="x")

    killed = cloud.lambdas.kill_workers(f"{PREFIX}trouble")

    after = eventually(lambda: call(cloud, "trouble", kind="x")[0].get("pid"))
    assert killed >= 1
    assert after != before["pid"]


def test_a_handler_that_cannot_be_imported_says_so(cloud: LocalCloud) -> None:
    from dataclasses import replace

    functions = cloud.lambdas.registry
    broken = functions.functions[f"{PREFIX}echo"]
    functions.add(replace(broken, name=f"{PREFIX}broken", handler="tiny.nowhere.handler"))

    answer, error = call(cloud, "broken")

    assert (error, answer["errorType"]) == ("Unhandled", "Runtime.ImportModuleError")


def test_an_unknown_function_is_refused(cloud: LocalCloud) -> None:
    with pytest.raises(UnknownFunction):
        cloud.invoke("nobody", b"{}")

    with pytest.raises(cloud.client("lambda").exceptions.ResourceNotFoundException):
        cloud.client("lambda").invoke(FunctionName="nobody")


def test_output_of_a_function_goes_to_its_log(cloud: LocalCloud) -> None:
    call(cloud, "trouble", kind="raise")

    log = (cloud.state_dir / "logs" / f"{PREFIX}trouble.log").read_text()

    assert "UpstreamUnavailable" in log


# --- events -----------------------------------------------------------------------------


def test_messages_records_and_events_reach_their_functions(cloud: LocalCloud) -> None:
    send(cloud, "one")
    event = {"Source": "puhui.tiny", "DetailType": "Happened", "Detail": '{"x": "by bus"}'}
    cloud.client("events").put_events(Entries=[{**event, "EventBusName": "puhui-dev-bus"}])
    for key in ("OUTBOX#1", "LOAN#1"):
        item = {"pk": {"S": key}, "sk": {"S": "EVENT"}}
        cloud.client("dynamodb").put_item(TableName=TABLE, Item=item)

    def all_seen() -> dict[str, int] | None:
        seen = results(cloud)
        wanted = ("one", "by bus", "OUTBOX#1")
        return seen if all(any(part in text for text in seen) for part in wanted) else None

    seen = eventually(all_seen)
    assert not any("LOAN#1" in text for text in seen)
    assert set(seen.values()) == {1}


def test_poison_becomes_a_dead_letter_and_can_be_sent_again(cloud: LocalCloud) -> None:
    send(cloud, "poison")
    letters = DeadLetters(running_cloud(cloud.state_dir))

    def waiting() -> int:
        return {queue.name: queue.waiting for queue in letters.queues()}[f"{PREFIX}jobs-dlq"]

    eventually(waiting)
    moved, left = letters.redrive("jobs-dlq")

    assert (moved, left) == (1, [])
    assert eventually(waiting) == 1


def test_a_duplicate_delivery_happens_when_asked_for(cloud: LocalCloud) -> None:
    cloud.faults.duplicate_delivery("tiny-jobs")

    send(cloud, "twice")

    assert eventually(lambda: results(cloud).get("twice") == 2)


def test_a_machine_waits_for_a_person_and_survives_a_killed_worker(cloud: LocalCloud) -> None:
    states = cloud.client("stepfunctions")
    cloud.faults.on_function("tiny-waiter", Fault(kill_worker=True))
    arn = states.start_execution(
        stateMachineArn=cloud.deployed.state_machines[f"{PREFIX}machine"],
        name="killed",
        input='{"kind": "x"}',
    )["executionArn"]

    def ended() -> Any:
        described = states.describe_execution(executionArn=arn)
        return described if described["status"] != "RUNNING" else None

    described = eventually(ended)
    assert (described["status"], json.loads(described["output"])["outcome"]) == (
        "SUCCEEDED",
        "approved",
    )


def test_counters_count_what_aws_would_bill(cloud: LocalCloud) -> None:
    before = cloud.counters
    call(cloud, "echo")

    after = cloud.counters

    assert after["lambda_invocations"] == before["lambda_invocations"] + 1
    assert after["state_transitions"] >= before["state_transitions"]
