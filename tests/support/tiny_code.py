"""The handlers of the tiny assembly, as the source text that is written into its asset."""

from __future__ import annotations

CODE = '''
import json, os, sys, time
import boto3


def echo(event, context):
    return {
        "event": event,
        "environment": dict(os.environ),
        "function": context.function_name,
        "arn": context.invoked_function_arn,
        "remaining_ms": context.get_remaining_time_in_millis(),
        "pid": os.getpid(),
        "modules": sorted(n for n in sys.modules if n.split(".")[0] in ("infra", "puhui")),
    }


class UpstreamUnavailable(Exception):
    pass


def trouble(event, context):
    kind = event.get("kind")
    if kind == "raise":
        raise UpstreamUnavailable("the bureau is down")
    if kind == "exit":
        os._exit(3)
    if kind == "sleep":
        time.sleep(event["seconds"])
    if kind == "large":
        return "x" * (7 * 1024 * 1024)
    return {"ok": True, "pid": os.getpid()}


def record(event, context):
    """Write each record of an event to the table, failing those that say so."""
    table = boto3.client("dynamodb")
    failures = []
    for one in event["Records"]:
        if "body" in one:
            key, text = one["messageId"], one["body"]
        else:
            key, text = one["eventID"], json.dumps(one["dynamodb"]["Keys"])
        if "poison" in text:
            failures.append({"itemIdentifier": key})
            continue
        table.update_item(
            TableName=os.environ["RESULTS"],
            Key={"pk": {"S": key}, "sk": {"S": "seen"}},
            UpdateExpression="SET #t = :t ADD #n :one",
            ExpressionAttributeNames={"#t": "text", "#n": "times"},
            ExpressionAttributeValues={":t": {"S": text}, ":one": {"N": "1"}},
        )
    return {"batchItemFailures": failures}


def api(event, context):
    if event["path"].endswith("/broken"):
        return "not a proxy answer"
    if event["path"].endswith("/crash"):
        raise ValueError("no")
    body = {"event": event}
    return {"statusCode": 201, "headers": {"x-mine": "yes"}, "body": json.dumps(body)}


def authorizer(event, context):
    token = event["authorizationToken"]
    if token == "Bearer broken":
        raise ValueError("no")
    if token not in ("Bearer good", "Bearer denied"):
        raise Exception("Unauthorized")
    effect = "Deny" if token == "Bearer denied" else "Allow"
    arn = event["methodArn"].rsplit("/", 2)[0]
    return {
        "principalId": "somebody",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": effect, "Action": "execute-api:Invoke", "Resource": "*"}],
        },
        "context": {"bank_id": "north", "level": 3},
    }


def waiter(event, context):
    """Complete a waiting task, as a human would."""
    for one in event["Records"]:
        body = json.loads(one["body"])
        boto3.client("stepfunctions").send_task_success(
            taskToken=body["task_token"], output=json.dumps({"outcome": "approved"})
        )
'''
