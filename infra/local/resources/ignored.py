"""Resource types that change nothing in the local cloud, each with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from infra.local.intrinsics import Made
from infra.local.resources.context import Context, Wanted

WHY_IGNORED: Mapping[str, str] = {
    "AWS::IAM::Role": "no authorisation between services; the templates are tested for it",
    "AWS::IAM::Policy": "as roles",
    "AWS::IAM::ManagedPolicy": "as roles",
    "AWS::Lambda::Permission": "as roles",
    "AWS::S3::BucketPolicy": "as roles",
    "AWS::SQS::QueuePolicy": "as roles",
    "AWS::SNS::TopicPolicy": "as roles",
    "AWS::Events::EventBusPolicy": "as roles",
    "AWS::SecretsManager::ResourcePolicy": "as roles",
    "AWS::CloudWatch::Alarm": "nobody watches a laptop; alarms are tested on the template",
    "AWS::CloudWatch::CompositeAlarm": "as alarms",
    "AWS::CloudWatch::Dashboard": "as alarms",
    "AWS::SNS::Topic": "only alarms publish to it",
    "AWS::SNS::Subscription": "only alarms publish to topics",
    "AWS::Logs::LogGroup": "workers log to files below the state directory",
    "AWS::Logs::MetricFilter": "as log groups",
    "AWS::Logs::ResourcePolicy": "as log groups",
    "AWS::ApiGateway::Account": "only lets API Gateway write its own logs",
    "AWS::ApiGateway::Deployment": "the gateway serves what the template says now",
    "AWS::ApiGateway::GatewayResponse": "the gateway answers with API Gateway's own texts",
    "AWS::ApiGateway::RequestValidator": "routes validate their own requests",
    "AWS::ApiGateway::Model": "routes validate their own requests",
    "AWS::WAFv2::WebACL": "no traffic from outside reaches loopback",
    "AWS::WAFv2::WebACLAssociation": "as web ACLs",
    "AWS::CodeDeploy::Application": "there is only one version at a time",
    "AWS::CodeDeploy::DeploymentGroup": "as applications",
    "AWS::CDK::Metadata": "describes the library that made the template",
}
NAMES = ("RoleName", "LogGroupName", "TopicName", "AlarmName", "DashboardName", "Name")
"""The only properties of an ignored resource that others may ask for."""


class _AnyAttribute(dict[str, Any]):
    """Answers each attribute with an ARN of the right shape."""

    def __init__(self, arn: str) -> None:
        super().__init__(Arn=arn)

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return str(self["Arn"])


def _ignore(context: Context, wanted: Wanted) -> Made:
    service = wanted.type.split("::")[1].lower()
    account = context.account
    name = _name(wanted)
    kind = "role/" if wanted.type == "AWS::IAM::Role" else ""
    region = "" if service == "iam" else account.region
    arn = f"arn:{account.partition}:{service}:{region}:{account.account_id}:{kind}{name}"
    ref = arn if wanted.type == "AWS::SNS::Topic" else name
    return Made(ref=ref, attributes=_AnyAttribute(arn))


def _name(wanted: Wanted) -> str:
    for key in NAMES:
        if key in wanted.properties:
            return str(wanted.properties[key])
    return wanted.name("Name")


CREATORS: Mapping[str, Callable[[Context, Wanted], Made]] = dict.fromkeys(WHY_IGNORED, _ignore)
