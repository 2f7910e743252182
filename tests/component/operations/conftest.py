"""Operations on moto: table, key, queues, a bank that is set up, a machine that waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from operations.adapters.dynamo_tasks import DynamoTasks
from operations.adapters.rows import ROWS
from operations.wiring import wiring
from puhui import aws as puhui_aws
from puhui.dynamodb import FieldCipher, bind_table
from tests.support import aws
from tests.support.back_office import MACHINE, Call, a_person, received, resource_of
from tests.support.operations import BANK, a_command

TABLE = "puhui-test-operations-table"


@pytest.fixture(autouse=True)
def account() -> Iterator[None]:
    """One empty account."""
    with aws.aws():
        yield


@pytest.fixture
def key_arn(account: None) -> str:
    """The module's data key."""
    return aws.create_key()


@pytest.fixture
def cipher(key_arn: str) -> FieldCipher:
    """The field cipher under that key."""
    return FieldCipher(boto3.client("kms"), key_arn)


@pytest.fixture
def table(account: None) -> str:
    """The module's table with its indexes, bound to the rows."""
    aws.create_table(TABLE, [("by_status", "gsi1pk", "gsi1sk"), ("by_branch", "gsi2pk", "gsi2sk")])
    bind_table(TABLE, *ROWS)
    return TABLE


@pytest.fixture
def tasks(table: str, cipher: FieldCipher) -> DynamoTasks:
    """The task pool in the table."""
    return DynamoTasks(cipher)


@pytest.fixture
def queues(table: str, key_arn: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The module's queues, and its environment as the stack sets it."""
    sqs = boto3.client("sqs")
    urls = {
        name: sqs.create_queue(QueueName=f"puhui-test-operations-{name}")["QueueUrl"]
        for name in ("commands", "deliveries")
    }
    for name, value in (
        ("TABLE_NAME", table),
        ("DATA_KEY_ARN", key_arn),
        ("DELIVERY_QUEUE_URL", urls["deliveries"]),
        ("BUSINESS_DATE", "2026-08-03"),
    ):
        monkeypatch.setenv(name, value)
    puhui_aws.client.cache_clear()
    wiring.cache_clear()
    yield urls
    wiring.cache_clear()
    puhui_aws.client.cache_clear()


@pytest.fixture
def call(queues: dict[str, str]) -> Call:
    """The API as API Gateway calls it."""
    from operations.api import app

    def run(
        method: str, path: str, body: Any = None, *, role: str = "admin", **who: str
    ) -> tuple[int, dict[str, Any]]:
        resource, values = resource_of(path.partition("?")[0])
        query = dict(pair.split("=") for pair in path.partition("?")[2].split("&") if pair)
        event = {
            "resource": resource,
            "path": path.partition("?")[0],
            "httpMethod": method,
            "headers": {"content-type": "application/json"},
            "multiValueHeaders": {},
            "pathParameters": values,
            "queryStringParameters": query or None,
            "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} or None,
            "stageVariables": None,
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
            "requestContext": {
                "resourcePath": resource,
                "httpMethod": method,
                "path": path,
                "authorizer": {
                    "subject": who.get("subject", f"{role}-1"),
                    "bank_id": who.get("bank", BANK),
                    "roles": role,
                    "branch": who.get("branch", ""),
                    "customer_id": "cus-1" if role == "customer" else "",
                },
            },
        }
        answer = app(event, None)
        return answer["statusCode"], json.loads(answer["body"] or "{}")

    return run


@pytest.fixture
def office(call: Call) -> Call:
    """A bank that is set up: staff, authority, one product."""
    bank = {
        "name": "黄山示范村镇银行",
        "licensed_regions": ["341000"],
        "branches": [{"branch_id": "tunxi", "name": "屯溪支行", "region_code": "341000"}],
        "rule_edition": "cn-2026-08",
    }
    product = {
        "name": "小微发票贷",
        "customer_kinds": ["firm"],
        "min_amount_fen": 10_000_000,
        "max_amount_fen": 100_000_000,
        "min_rate_bps": 400,
        "max_rate_bps": 1500,
        "term_months": [12],
        "repayment_methods": ["EQUAL_INSTALLMENT"],
        "required_facts": ["invoice/1"],
        "required_consents": ["invoice_query"],
        "effective_from": "2016-01-01",
    }
    rules = [{"role": "approver", "kind": "approval", "max_amount_fen": 50_000_000}]
    for path, body in (
        ("/bank", bank),
        ("/authority", {"rules": rules}),
        ("/staff/approver-1", a_person("1001")),
        ("/staff/approver-2", a_person("1002")),
        ("/staff/maker-1", a_person("1003", role="relationship_manager", branch_id="tunxi")),
        ("/products/sme-invoice-1y", product),
    ):
        status, answer = call("PUT", path, body)
        assert status == 200, answer
    return call


@pytest.fixture
def waiting(queues: dict[str, str]) -> dict[str, Any]:
    """A state machine that has asked, and the command as it lies in the queue."""
    sfn = boto3.client("stepfunctions")
    definition = json.loads(json.dumps(MACHINE))
    definition["States"]["Ask an approver"]["Parameters"]["QueueUrl"] = queues["commands"]
    machine = sfn.create_state_machine(
        name="ask",
        definition=json.dumps(definition),
        roleArn="arn:aws-cn:iam::123456789012:role/ask",
    )["stateMachineArn"]
    execution = sfn.start_execution(
        stateMachineArn=machine,
        name="app-1",
        input=a_command().model_dump_json(exclude={"task_token"}),
    )["executionArn"]
    message = received(queues["commands"])
    body = json.loads(message["Body"])
    record = {
        "messageId": message["MessageId"],
        "body": json.dumps(body["command"] | {"task_token": body["task_token"]}),
        "attributes": message["Attributes"],
    }
    return {"execution": execution, "event": {"Records": [record]}}
