"""A small hand-written cloud assembly: one of each thing that the local cloud must run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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

MACHINE: dict[str, Any] = {
    "QueryLanguage": "JSONata",
    "StartAt": "Try",
    "States": {
        "Try": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "TimeoutSeconds": 20,
            "Arguments": {
                "FunctionName": "${Trouble}",
                "Payload": {"kind": "{% $states.input.kind %}", "seconds": 30},
            },
            "Assign": {"note": "he said \"it's fine\"", "nothing": None},
            "Output": "{% $states.result.Payload %}",
            "Retry": [
                {"ErrorEquals": ["UpstreamUnavailable"], "IntervalSeconds": 1, "MaxAttempts": 1}
            ],
            "Catch": [
                {
                    "ErrorEquals": ["States.ALL"],
                    "Assign": {"failure": "{% $states.errorOutput.Error %}"},
                    "Next": "Failed",
                }
            ],
            "Next": "Ask",
        },
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "TimeoutSeconds": "{% ${DeadlineSeconds} %}",
            "Arguments": {
                "QueueUrl": "${QuestionsUrl}",
                "MessageBody": {"task_token": "{% $states.context.Task.Token %}", "note": "{% $note %}"},
            },
            "Output": {
                "outcome": "{% $states.result.outcome %}",
                "note": "{% $note %}",
                "nothing": "{% $nothing %}",
            },
            "Catch": [{"ErrorEquals": ["States.Timeout"], "Output": {"outcome": "expired"}, "Next": "Done"}],
            "Next": "Done",
        },
        "Done": {"Type": "Succeed"},
        "Failed": {"Type": "Fail", "Error": "{% $failure %}", "Cause": "told so"},
    },
}


def write(folder: Path) -> Path:
    """Write the assembly below a folder and return its path."""
    out = folder / "cdk.out"
    nested = out / "assembly-tiny"
    code = out / "asset.code"
    core = out / "asset.core" / "python" / "puhui"
    for path in (nested, code / "tiny", core):
        path.mkdir(parents=True)
    (code / "tiny" / "__init__.py").write_text("")
    (code / "tiny" / "handlers.py").write_text(CODE)
    (core / "__init__.py").write_text("")
    _dump(out / "manifest.json", _manifest("assembly-tiny", "cdk:cloud-assembly"))
    stacks = {"platform": _platform(), "tiny": _tiny()}
    artifacts = {}
    for name, template in stacks.items():
        _dump(nested / f"{name}.template.json", template)
        files = {
            "code": {"source": {"path": "../asset.code", "packaging": "zip"}},
            "core": {"source": {"path": "../asset.core", "packaging": "zip"}},
        }
        _dump(nested / f"{name}.assets.json", {"files": files})
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": f"{name}.template.json", "stackName": f"puhui-dev-{name}"},
        }
    # The stack that reads parameters comes first in the manifest: order is the loader's work.
    _dump(nested / "manifest.json", {"artifacts": dict(reversed(artifacts.items()))})
    return out


def _manifest(name: str, kind: str) -> dict[str, Any]:
    return {"artifacts": {name: {"type": kind, "properties": {"directoryName": name}}}}


def _platform() -> dict[str, Any]:
    return {
        "Resources": {
            "Bus": _resource("Events::EventBus", Name="puhui-dev-bus"),
            "BusName": _parameter("platform/event-bus/name", {"Ref": "Bus"}),
            "Core": _resource(
                "Lambda::LayerVersion", LayerName="core", Content={"S3Key": "core.zip"}
            ),
            "CoreArn": _parameter("platform/layer-core/arn", {"Ref": "Core"}),
            "Date": _parameter("platform/business-date/value", "calendar"),
            "Authorizer": _function("authorizer"),
            "AuthorizerLive": _alias("Authorizer"),
            "AuthorizerArn": _parameter("platform/authorizer/function-arn", {"Ref": "AuthorizerLive"}),
        }
    }


def _tiny() -> dict[str, Any]:
    ssm = "AWS::SSM::Parameter::Value<String>"
    resources = {
        **_data(),
        **_functions(),
        **_sources(),
        **_api(),
        "Machine": _resource(
            "StepFunctions::StateMachine",
            StateMachineName="puhui-dev-tiny-machine",
            DefinitionString=json.dumps(MACHINE),
            DefinitionSubstitutions={
                "Trouble": {"Ref": "TroubleLive"},
                "QuestionsUrl": {"Ref": "Questions"},
                "DeadlineSeconds": "60",
            },
            RoleArn={"Fn::GetAtt": ["Role", "Arn"]},
        ),
        "Role": _resource("IAM::Role"),
    }
    return {
        "Parameters": {
            "BusName": {"Type": ssm, "Default": "/puhui/dev/platform/event-bus/name"},
            "CoreLayer": {"Type": ssm, "Default": "/puhui/dev/platform/layer-core/arn"},
            "Authorizer": {"Type": ssm, "Default": "/puhui/dev/platform/authorizer/function-arn"},
        },
        "Resources": resources,
    }


def _data() -> dict[str, Any]:
    key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}
    table = {
        "KeySchema": key,
        "AttributeDefinitions": attributes,
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
    }
    return {
        "Table": _resource("DynamoDB::GlobalTable", TableName="puhui-dev-tiny-table", **table),
        "Results": _resource("DynamoDB::Table", TableName="puhui-dev-tiny-results", **table),
        "Dead": _resource("SQS::Queue", QueueName="puhui-dev-tiny-jobs-dlq"),
        "Jobs": _resource("SQS::Queue", QueueName="puhui-dev-tiny-jobs", RedrivePolicy=redrive),
        "Questions": _resource("SQS::Queue", QueueName="puhui-dev-tiny-questions"),
        "Bucket": _resource(
            "S3::Bucket",
            BucketName={"Fn::Join": ["-", ["puhui-dev-tiny-uploads", {"Ref": "AWS::AccountId"}]]},
            NotificationConfiguration={
                "QueueConfigurations": [
                    {"Event": "s3:ObjectCreated:*", "Queue": {"Fn::GetAtt": ["Jobs", "Arn"]}}
                ]
            },
        ),
        "Key": _resource("KMS::Key", Description="test"),
        "Secret": _resource(
            "SecretsManager::Secret",
            Name="/puhui/dev/tiny/secret",
            GenerateSecretString={"PasswordLength": 40, "ExcludePunctuation": True},
        ),
    }


def _functions() -> dict[str, Any]:
    layers = [{"Ref": "CoreLayer"}]
    variables = {"RESULTS": {"Ref": "Results"}, "BUS": {"Fn::Sub": "${BusName}"}}
    date = {"DATE": "{{resolve:ssm:/puhui/dev/platform/business-date/value}}"}
    return {
        "Echo": _function("echo", layers=layers, variables={**variables, **date}),
        "Trouble": _function("trouble", timeout=2),
        "TroubleLive": _alias("Trouble"),
        "Record": _function("record", variables=variables, timeout=10),
        "Waiter": _function("waiter", timeout=10),
        "Api": _function("api"),
    }


def _sources() -> dict[str, Any]:
    def mapping(source: Any, function: str, **more: Any) -> dict[str, Any]:
        found = {"EventSourceArn": source, "FunctionName": {"Ref": function}, **more}
        return _resource("Lambda::EventSourceMapping", **found)

    partial = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
    pattern = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": [{"prefix": "OUTBOX#"}]}}}}
    return {
        "JobsToRecord": mapping({"Fn::GetAtt": ["Jobs", "Arn"]}, "Record", **partial),
        "QuestionsToWaiter": mapping({"Fn::GetAtt": ["Questions", "Arn"]}, "Waiter"),
        "StreamToRecord": mapping(
            {"Fn::GetAtt": ["Table", "StreamArn"]},
            "Record",
            BatchSize=10,
            MaximumRetryAttempts=1,
            BisectBatchOnFunctionError=True,
            DestinationConfig={"OnFailure": {"Destination": {"Fn::GetAtt": ["Dead", "Arn"]}}},
            FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]},
            **partial,
        ),
        "Rule": _resource(
            "Events::Rule",
            Name="puhui-dev-tiny-rule",
            EventBusName={"Ref": "BusName"},
            EventPattern={"source": ["puhui.tiny"], "detail-type": ["Happened"]},
            Targets=[
                {"Id": "queue", "Arn": {"Fn::GetAtt": ["Jobs", "Arn"]}},
                {"Id": "function", "Arn": {"Fn::GetAtt": ["Echo", "Arn"]}},
            ],
        ),
        "Nightly": _resource(
            "Events::Rule",
            Name="puhui-dev-tiny-nightly",
            ScheduleExpression="cron(0 18 * * ? *)",
            Targets=[{"Id": "queue", "Arn": {"Fn::GetAtt": ["Jobs", "Arn"]}, "Input": '{"n":1}'}],
        ),
    }


def _api() -> dict[str, Any]:
    api = {"RestApiId": {"Ref": "Rest"}}
    uri = {"Fn::Sub": "arn:aws:apigateway:r:lambda:path/2015-03-31/functions/${Api.Arn}/invocations"}
    integration = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": uri}
    prefix = "arn:aws:apigateway:r:lambda:path/2015-03-31/functions/"
    guard = {"Fn::Join": ["", [prefix, {"Ref": "Authorizer"}, "/invocations"]]}

    def resource(parent: Any, part: str) -> dict[str, Any]:
        return _resource("ApiGateway::Resource", ParentId=parent, PathPart=part, **api)

    def method(resource_id: str, verb: str, **more: Any) -> dict[str, Any]:
        return _resource(
            "ApiGateway::Method",
            ResourceId={"Ref": resource_id},
            HttpMethod=verb,
            Integration=integration,
            **{"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "Guard"}, **more},
            **api,
        )

    root = {"Fn::GetAtt": ["Rest", "RootResourceId"]}
    return {
        "Rest": _resource("ApiGateway::RestApi", Name="puhui-dev-tiny-api"),
        "Guard": _resource(
            "ApiGateway::Authorizer",
            Type="TOKEN",
            AuthorizerUri=guard,
            AuthorizerResultTtlInSeconds=60,
            IdentitySource="method.request.header.Authorization",
            **api,
        ),
        "Things": resource(root, "things"),
        "Thing": resource({"Ref": "Things"}, "{thing_id}"),
        "Mine": resource({"Ref": "Things"}, "mine"),
        "Broken": resource({"Ref": "Things"}, "broken"),
        "Crash": resource({"Ref": "Things"}, "crash"),
        "Open": resource(root, "open"),
        "PostThings": method("Things", "POST"),
        "GetThing": method("Thing", "GET"),
        "GetMine": method("Mine", "GET"),
        "GetBroken": method("Broken", "GET"),
        "GetCrash": method("Crash", "GET"),
        "PostOpen": method("Open", "POST", AuthorizationType="NONE", AuthorizerId=None),
        "Stage": _resource("ApiGateway::Stage", StageName="v1", **api),
    }


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def _parameter(name: str, value: Any) -> dict[str, Any]:
    return _resource("SSM::Parameter", Name=f"/puhui/dev/{name}", Type="String", Value=value)


def _function(
    name: str,
    *,
    layers: list[Any] | None = None,
    variables: dict[str, Any] | None = None,
    timeout: int = 5,
) -> dict[str, Any]:
    return _resource(
        "Lambda::Function",
        FunctionName=f"puhui-dev-tiny-{name}",
        Handler=f"tiny.handlers.{name}",
        Code={"S3Key": "code.zip"},
        Layers=layers or [],
        Environment={"Variables": variables or {}},
        Timeout=timeout,
        MemorySize=256,
    )


def _alias(function: str) -> dict[str, Any]:
    return _resource(
        "Lambda::Alias", FunctionName={"Ref": function}, FunctionVersion="1", Name="live"
    )


def _dump(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document))
