"""The cloud in one process: real handlers, deterministic delivery, faults, deadlines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.errors import LocalCloudError
from infra.local.faults import Fault
from infra.local.inprocess import InProcessCloud
from infra.local.resources import DeploymentOptions
from infra.local.uploads import UploadRefused
from tests.support import tiny_assembly


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcessCloud]:
    folder = tiny_assembly.write(tmp_path_factory.mktemp("tiny"))
    code = str(folder / "asset.code")
    sys.path.insert(0, code)
    options = DeploymentOptions(substitutions={"DeadlineSeconds": "1"})
    try:
        with InProcessCloud(folder, business_date="2020-03-01", options=options) as running:
            yield running
    finally:
        sys.path.remove(code)
        for name in [n for n in sys.modules if n.partition(".")[0] == "tiny"]:
            del sys.modules[name]


@pytest.fixture(autouse=True)
def _no_faults_left(cloud: InProcessCloud) -> Iterator[None]:
    yield
    cloud.faults.clear()


def outcome(cloud: InProcessCloud, name: str, **payload: Any) -> tuple[Any, list[str]]:
    arn = cloud.start_execution("machine", name, {"kind": "ok", **payload})
    cloud.settle()
    ended = cloud.execution(arn)
    return json.loads(ended["output"]) if "output" in ended else ended.get("error"), cloud.states(
        arn
    )


def results(cloud: InProcessCloud) -> dict[str, int]:
    items = cloud.client("dynamodb").scan(TableName="puhui-dev-tiny-results")["Items"]
    return {item["text"]["S"]: int(item["times"]["N"]) for item in items}


def send(cloud: InProcessCloud, body: str) -> None:
    url = cloud.deployed.queues["puhui-dev-tiny-jobs"].url
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    cloud.deliver_all()


def test_a_person_answers_and_the_machine_goes_on(cloud: InProcessCloud) -> None:
    output, states = outcome(cloud, "happy")

    assert output == {"outcome": "approved", "note": 'he said "it\'s fine"', "nothing": None}
    assert states == ["Try", "Ask", "Done"]


def test_a_retryable_error_is_retried(cloud: InProcessCloud) -> None:
    cloud.faults.on_function("trouble", Fault(error_type="UpstreamUnavailable"))

    output, _ = outcome(cloud, "retried")

    assert output["outcome"] == "approved"


def test_an_error_that_stays_is_caught(cloud: InProcessCloud) -> None:
    output, states = outcome(cloud, "failed", kind="raise")

    assert (output, states) == ("UpstreamUnavailable", ["Try", "Failed"])


def test_an_unanswered_question_expires(cloud: InProcessCloud) -> None:
    cloud.faults.drop_delivery("questions")
    arn = cloud.start_execution("machine", "expired", {"kind": "ok"})
    cloud.settle()

    waited = cloud.wait_for(arn, timeout_seconds=5)

    assert json.loads(waited["output"]) == {"outcome": "expired"}


def test_whoever_waits_in_vain_is_told_what_still_moves(cloud: InProcessCloud) -> None:
    cloud.faults.on_function("trouble", Fault(delay_seconds=1.0))
    cloud.start_execution("machine", "slow", {"kind": "ok"})

    with pytest.raises(LocalCloudError, match=r"between two states: .*slow after"):
        cloud.settle(timeout_seconds=0.3)

    cloud.settle()


def test_a_lost_answer_leaves_the_effect(cloud: InProcessCloud) -> None:
    before = len(cloud.invocations)
    cloud.faults.on_function("trouble", Fault(error_type="Sandbox.Timedout", lose_answer=True))

    output, _ = outcome(cloud, "lost")

    assert output == "Sandbox.Timedout"
    assert any(name.endswith("trouble") for name, _ in cloud.invocations[before:])


def test_each_function_sees_its_own_environment_only(cloud: InProcessCloud) -> None:
    os.environ["OF_THE_TEST"] = "1"

    seen = cloud.call("tiny-echo", {})["environment"]

    del os.environ["OF_THE_TEST"]
    assert (seen["DATE"], seen["RESULTS"]) == ("2020-03-01", "puhui-dev-tiny-results")
    assert "OF_THE_TEST" not in seen
    assert "RESULTS" not in cloud.call("tiny-trouble", {"kind": "x"})


def test_a_message_is_delivered_once_and_a_poison_one_ends_as_dead_letter(
    cloud: InProcessCloud,
) -> None:
    send(cloud, "one")
    send(cloud, "poison")

    dead = cloud.client("sqs").receive_message(
        QueueUrl=cloud.deployed.queues["puhui-dev-tiny-jobs-dlq"].url, VisibilityTimeout=0
    )["Messages"]
    assert results(cloud)["one"] == 1
    assert [message["Body"] for message in dead] == ["poison"]


def test_a_duplicate_delivery_happens_when_asked_for(cloud: InProcessCloud) -> None:
    cloud.faults.duplicate_delivery("jobs")

    send(cloud, "twice")

    assert results(cloud)["twice"] == 2


def test_only_wanted_stream_records_reach_the_function(cloud: InProcessCloud) -> None:
    for key in ("OUTBOX#1", "LOAN#1"):
        item = {"pk": {"S": key}, "sk": {"S": "EVENT"}}
        cloud.client("dynamodb").put_item(TableName="puhui-dev-tiny-table", Item=item)

    cloud.deliver_all()

    seen = [text for text in results(cloud) if '"S":' in text]
    assert len(seen) == 1
    assert "OUTBOX#1" in seen[0]


def test_a_request_passes_the_authorizer(cloud: InProcessCloud) -> None:
    allowed = cloud.request("POST", "/tiny/things", token="good", body={"a": 1})
    refused = cloud.request("POST", "/tiny/things", body={"a": 1})

    event = json.loads(allowed.body)["event"]
    assert (allowed.status, refused.status) == (201, 401)
    assert event["requestContext"]["authorizer"]["bank_id"] == "north"


def test_an_upload_is_checked_and_announced(cloud: InProcessCloud) -> None:
    bucket = cloud.deployed.buckets[0]
    form = cloud.client("s3").generate_presigned_post(
        bucket, "k", Conditions=[["content-length-range", 1, 10]], ExpiresIn=60
    )
    cloud.upload(form, b"hello")

    with pytest.raises(UploadRefused):
        cloud.upload(form, b"hello hello hello")

    cloud.deliver_all()
    assert any('"key": "k"' in text for text in results(cloud))
