"""Rules and invocations under our shims, as on AWS."""

from __future__ import annotations

import json
from urllib.parse import unquote_plus

from tests.support.shimmed_moto import REGION, Outside, client


def test_a_rule_reaches_queues_functions_and_state_machines(outside: Outside) -> None:
    sqs, events = client("sqs"), client("events")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    machine = client("stepfunctions").create_state_machine(
        name="m",
        definition=json.dumps(
            {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
        ),
        roleArn="arn:aws-cn:iam::123456789012:role/r",
    )["stateMachineArn"]
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["puhui.x"]}))
    arns = ["arn:aws-cn:sqs:cn-north-1:123456789012:q", "arn:aws:lambda:r:a:function:f", machine]
    events.put_targets(Rule="r", Targets=[{"Id": str(i), "Arn": arn} for i, arn in enumerate(arns)])

    for source in ("puhui.x", "puhui.other"):
        events.put_events(Entries=[{"Source": source, "DetailType": "D", "Detail": '{"a":1}'}])

    message = json.loads(
        sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"][0]["Body"]
    )
    started = client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    assert (message["detail"], message["detail-type"]) == ({"a": 1}, "D")
    assert message["time"].endswith("Z")
    assert [json.loads(payload)["source"] for _, payload in outside.later] == ["puhui.x"]
    assert len(started) == 1
    assert ("queue", "q") in outside.news


def test_an_invocation_reaches_the_function_and_its_error_comes_back(outside: Outside) -> None:
    answer = client("lambda").invoke(FunctionName="f", Payload=b'{"fail": "Conflict"}')

    assert (answer["FunctionError"], json.load(answer["Payload"])["errorType"]) == (
        "Unhandled",
        "Conflict",
    )


def test_a_new_object_reaches_queue_and_function(outside: Outside) -> None:
    sqs, s3 = client("sqs"), client("s3")
    url = sqs.create_queue(QueueName="uploads")["QueueUrl"]
    s3.create_bucket(Bucket="uploads", CreateBucketConfiguration={"LocationConstraint": REGION})
    queue = "arn:aws-cn:sqs:cn-north-1:123456789012:uploads"
    function = "arn:aws-cn:lambda:cn-north-1:123456789012:function:f"
    s3.put_bucket_notification_configuration(
        Bucket="uploads",
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}],
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}
            ],
        },
    )

    s3.put_object(Bucket="uploads", Key="a/b c", Body=b"x")

    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    bodies = [json.loads(message["Body"]) for message in messages]
    records = [record for body in bodies for record in body.get("Records", [])]
    told = json.loads(outside.later[-1][1])["Records"]
    keys = [unquote_plus(record["s3"]["object"]["key"]) for record in records + told]
    assert keys == ["a/b c", "a/b c"]
