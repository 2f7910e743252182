"""A small hand-written cloud assembly: one of each thing that the local cloud must run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.tiny_api import a_resource, tiny_api
from tests.support.tiny_code import CODE

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
            "Assign": {"note": 'he said "it\'s fine"', "nothing": None},
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
                "MessageBody": {
                    "task_token": "{% $states.context.Task.Token %}",
                    "note": "{% $note %}",
                },
            },
            "Output": {
                "outcome": "{% $states.result.outcome %}",
                "note": "{% $note %}",
                "nothing": "{% $nothing %}",
            },
            "Catch": [
                {
                    "ErrorEquals": ["States.Timeout"],
                    "Output": {"outcome": "expired"},
                    "Next": "Done",
                }
            ],
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
            "properties": {
                "templateFile": f"{name}.template.json",
                "stackName": f"puhui-dev-{name}",
            },
        }
    # The stack that reads parameters comes first in the manifest: order is the loader's work.
    _dump(nested / "manifest.json", {"artifacts": dict(reversed(artifacts.items()))})
    return out


def _manifest(name: str, kind: str) -> dict[str, Any]:
    return {"artifacts": {name: {"type": kind, "properties": {"directoryName": name}}}}


def _platform() -> dict[str, Any]:
    return {
        "Resources": {
            "Bus": a_resource("Events::EventBus", Name="puhui-dev-bus"),
            "BusName": _parameter("platform/event-bus/name", {"Ref": "Bus"}),
            "Core": a_resource(
                "Lambda::LayerVersion", LayerName="core", Content={"S3Key": "core.zip"}
            ),
            "CoreArn": _parameter("platform/layer-core/arn", {"Ref": "Core"}),
            "Date": _parameter("platform/business-date/value", "calendar"),
            "Authorizer": _function("authorizer"),
            "AuthorizerLive": _alias("Authorizer"),
            "AuthorizerArn": _parameter(
                "platform/authorizer/function-arn", {"Ref": "AuthorizerLive"}
            ),
        }
    }


def _tiny() -> dict[str, Any]:
    ssm = "AWS::SSM::Parameter::Value<String>"
    resources = {
        **_data(),
        **_functions(),
        **_sources(),
        **tiny_api(),
        "Machine": a_resource(
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
        "Role": a_resource("IAM::Role"),
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
        "Table": a_resource("DynamoDB::GlobalTable", TableName="puhui-dev-tiny-table", **table),
        "Results": a_resource("DynamoDB::Table", TableName="puhui-dev-tiny-results", **table),
        "Dead": a_resource("SQS::Queue", QueueName="puhui-dev-tiny-jobs-dlq"),
        "Jobs": a_resource("SQS::Queue", QueueName="puhui-dev-tiny-jobs", RedrivePolicy=redrive),
        "Questions": a_resource("SQS::Queue", QueueName="puhui-dev-tiny-questions"),
        "Bucket": a_resource(
            "S3::Bucket",
            BucketName={"Fn::Join": ["-", ["puhui-dev-tiny-uploads", {"Ref": "AWS::AccountId"}]]},
            NotificationConfiguration={
                "QueueConfigurations": [
                    {"Event": "s3:ObjectCreated:*", "Queue": {"Fn::GetAtt": ["Jobs", "Arn"]}}
                ]
            },
        ),
        "Key": a_resource("KMS::Key", Description="test"),
        "Secret": a_resource(
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
        return a_resource("Lambda::EventSourceMapping", **found)

    partial = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
    keys = {"pk": {"S": [{"prefix": "OUTBOX#"}]}}
    pattern = {"eventName": ["INSERT"], "dynamodb": {"Keys": keys}}
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
        "Rule": a_resource(
            "Events::Rule",
            Name="puhui-dev-tiny-rule",
            EventBusName={"Ref": "BusName"},
            EventPattern={"source": ["puhui.tiny"], "detail-type": ["Happened"]},
            Targets=[
                {"Id": "queue", "Arn": {"Fn::GetAtt": ["Jobs", "Arn"]}},
                {"Id": "function", "Arn": {"Fn::GetAtt": ["Echo", "Arn"]}},
            ],
        ),
        "Nightly": a_resource(
            "Events::Rule",
            Name="puhui-dev-tiny-nightly",
            ScheduleExpression="cron(0 18 * * ? *)",
            Targets=[{"Id": "queue", "Arn": {"Fn::GetAtt": ["Jobs", "Arn"]}, "Input": '{"n":1}'}],
        ),
    }


def _parameter(name: str, value: Any) -> dict[str, Any]:
    return a_resource("SSM::Parameter", Name=f"/puhui/dev/{name}", Type="String", Value=value)


def _function(
    name: str,
    *,
    layers: list[Any] | None = None,
    variables: dict[str, Any] | None = None,
    timeout: int = 5,
) -> dict[str, Any]:
    return a_resource(
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
    return a_resource(
        "Lambda::Alias", FunctionName={"Ref": function}, FunctionVersion="1", Name="live"
    )


def _dump(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document))
