"""The foundation of every module: bus, keys, layers, authorizer, shared buckets and parameters."""

from __future__ import annotations

from typing import Any, Final

from aws_cdk import (
    Aws,
    CfnRule,
    CfnRuleAssertion,
    Duration,
    Fn,
    RemovalPolicy,
)
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra import layers as layer_catalogue
from infra import nag, names
from infra.config import PLATFORM, ROOT, DeploymentConfig
from infra.patterns import alarms
from infra.patterns.bucket import ModuleBucket
from infra.patterns.dashboards import ModuleDashboards
from infra.patterns.function import ModuleFunction
from infra.stacks.base import BUSINESS, BYTECODE, PERSONAL, ModuleStack

AUTHORIZER_TIMEOUT_SECONDS: Final = 10
AUTHORIZER_MEMORY_MB: Final = 512
ACCESS_LOG_DAYS: Final = 365
SECRET_CHARACTERS: Final = 64
API_LOG_POLICY: Final = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class PlatformStack(ModuleStack):
    """What modules share; they read it from SSM parameters below `/puhui/{env}/platform`."""

    def __init__(self, scope: Construct, *, config: DeploymentConfig) -> None:
        super().__init__(scope, module=PLATFORM, config=config)
        self._refuse_unbuilt_layers()
        self._add_parameters()
        self._add_alarm_topic()
        self._add_bus()
        self._add_buckets()
        self._add_secrets()
        self._add_layers()
        self._add_authorizer()
        self._add_api_logging()
        ModuleDashboards(self)

    def _refuse_unbuilt_layers(self) -> None:
        """A template whose layers are requirement lists must not reach an account."""
        CfnRule(
            self,
            "LayersAreBuilt",
            assertions=[
                CfnRuleAssertion(
                    assert_=Fn.condition_equals(self.config.layers, "built"),
                    assert_description=(
                        "This template was synthesised without its third-party layers: "
                        "run `make layers`, then deploy with -c layers=built."
                    ),
                )
            ],
        )

    def _add_parameters(self) -> None:
        """Values that an operator may change without a deployment of the platform."""
        for resource, kind, value in (
            ("business-date", "value", self.config.business_date),
            ("oidc", "issuers", self.config.oidc_issuers),
            ("core-banking", "url", self.config.core_banking_url),
            ("ca", "url", self.config.ca_url),
            ("providers", "url", self.config.providers_url),
            ("callbacks", "url", self.config.callbacks_url),
            ("rail-notices", "url", self.config.rail_notices_url),
        ):
            parameter = self.publish(resource, kind, value)
            self.published[resource, kind] = parameter.attr_value

    def _add_alarm_topic(self) -> None:
        key = kms.Key(
            self,
            "AlarmsKey",
            alias=f"alias/{self.names.physical('alarms')}",
            description="Alarm notifications",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        topic = sns.Topic(
            self,
            "Alarms",
            topic_name=self.names.physical("alarms"),
            display_name="普惠告警",
            master_key=key,
            enforce_ssl=True,
        )
        cloudwatch = iam.ServicePrincipal("cloudwatch.amazonaws.com")
        own_account = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
        key.grant(cloudwatch.with_conditions(own_account), "kms:Decrypt", "kms:GenerateDataKey")
        topic.grant_publish(cloudwatch.with_conditions(own_account))
        self.publish("alarms", "topic-arn", topic.topic_arn)
        # Concurrency is one quota of the whole account, so throttling is one alarm, not one for
        # each function; CloudFormation allows 500 resources in a stack.
        alarms.add_alarm(self, self, alarms.FUNCTION_THROTTLES, resource="functions", dimensions={})

    def _add_bus(self) -> None:
        bus = events.EventBus(
            self,
            "EventBus",
            event_bus_name=names.event_bus(self.config.env),
            description="Puhui 普惠 events of every module",
            kms_key=self.key,
        )
        bus.apply_removal_policy(RemovalPolicy.RETAIN)
        self.publish("event-bus", "name", bus.event_bus_name)
        self.publish("event-bus", "arn", bus.event_bus_arn)

    def _add_buckets(self) -> None:
        access_logs = s3.Bucket(
            self,
            "AccessLogs",
            bucket_name=self.names.bucket("access-logs", Aws.ACCOUNT_ID),
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(ACCESS_LOG_DAYS))],
        )
        access_logs.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[access_logs.arn_for_objects("*")],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        nag.acknowledge(access_logs, "AwsSolutions-S1")
        self.publish("access-logs", "bucket-name", access_logs.bucket_name)
        ModuleBucket(self, "Documents", data_class=PERSONAL)
        ModuleBucket(self, "Audit", data_class=BUSINESS, evidence=True)

    def _add_secrets(self) -> None:
        for resource, description in (
            ("core-banking", "Signs requests to the core-banking rail"),
            ("blind-index", "Keys the blind indexes of personal data"),
        ):
            secret = secretsmanager.Secret(
                self,
                f"Secret-{resource}",
                secret_name=self.names.parameter(resource, "secret"),
                description=description,
                encryption_key=self.key,
                removal_policy=RemovalPolicy.RETAIN,
                generate_secret_string=secretsmanager.SecretStringGenerator(
                    exclude_punctuation=True, password_length=SECRET_CHARACTERS
                ),
            )
            nag.acknowledge(secret, "AwsSolutions-SMG4")
            self.publish(resource, "secret-arn", secret.secret_arn)

    def _add_layers(self) -> None:
        built = self.config.layers == "built"
        for layer in layer_catalogue.existing_layers():
            for variant, architecture in layer.variants.items():
                folder = layer_catalogue.asset_folder(layer, variant, built=built)
                version = lambda_.LayerVersion(
                    self,
                    f"Layer-{variant}",
                    layer_version_name=self.names.physical(variant),
                    description=f"{variant}@{layer_catalogue.fingerprint(layer.name)}",
                    code=lambda_.Code.from_asset(
                        str(folder), exclude=[*layer_catalogue.IGNORED, *BYTECODE]
                    ),
                    compatible_architectures=_architectures(architecture),
                    compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
                    removal_policy=RemovalPolicy.RETAIN,
                )
                self.publish(f"layer-{variant}", "arn", version.layer_version_arn)

    def _add_authorizer(self) -> None:
        authorizer = ModuleFunction(
            self,
            "Authorizer",
            handler="puhui.identity.authorizer.handler",
            timeout_seconds=AUTHORIZER_TIMEOUT_SECONDS,
            memory_mb=AUTHORIZER_MEMORY_MB,
            environment={"OIDC_ISSUERS": self.platform.ssm(PLATFORM, "oidc", "issuers")},
            published_as="authorizer",
            snap_start=True,
            code=lambda_.Code.from_asset(
                str(ROOT / "layers" / "core" / "python"), exclude=BYTECODE
            ),
        )
        role = iam.Role(
            self,
            "AuthorizerInvoker",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            description="API Gateway calls the token authorizer, and nothing else",
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"], resources=[authorizer.alias.function_arn]
            )
        )
        self.publish("authorizer", "role-arn", role.role_arn)

    def _add_api_logging(self) -> None:
        """One role for each account and region lets API Gateway write its error logs."""
        role = iam.Role(
            self,
            "ApiLogging",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(API_LOG_POLICY)],
        )
        nag.acknowledge_managed_policy(
            role,
            API_LOG_POLICY,
            "API Gateway checks that its account role has this policy's permissions; AWS keeps "
            "them up to date.",
        )
        account = apigateway.CfnAccount(self, "ApiAccount", cloud_watch_role_arn=role.role_arn)
        account.apply_removal_policy(RemovalPolicy.RETAIN)


def _architectures(architecture: str) -> list[Any] | None:
    return [lambda_.Architecture.custom(architecture)] if architecture else None
