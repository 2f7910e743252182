"""A function with its own role, log group, live alias and alarms; it may do what is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra import layers as layer_catalogue
from infra import nag
from infra.names import LIVE_ALIAS, kebab
from infra.patterns import alarms

if TYPE_CHECKING:
    from infra.patterns.bucket import ModuleBucket
    from infra.patterns.queue import ModuleQueue
    from infra.patterns.table import ModuleTable
    from infra.stacks.base import ModuleStack

DEFAULT_MEMORY_MB: Final = 512
MILLISECONDS: Final = 1000
KEY_READS: Final = ("kms:Decrypt", "kms:DescribeKey")
KEY_WRITES: Final = ("kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")
READING_ACTIONS: Final = frozenset(
    {
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:ConditionCheckItem",
        "dynamodb:DescribeTable",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:HeadObject",
        "s3:ListBucket",
    }
)
INDEXED_ACTIONS: Final = frozenset({"dynamodb:Query", "dynamodb:Scan"})


class FunctionOptions(TypedDict, total=False):
    """What a function may choose besides its handler and its timeout."""

    memory_mb: int
    environment: Mapping[str, str]
    layers: Sequence[str]
    """Third-party and model layers; the shared kernel is always there."""
    x86: bool
    published_as: str
    """Publish the live alias as `/puhui/{env}/{module}/{published_as}/function-arn`."""
    snap_start: bool
    reserved_concurrency: int
    code: Any
    """Only the platform's functions bring their own code."""


class ModuleFunction(Construct):
    """One handler of a module, reachable through its alias `live` only."""

    def __init__(
        self,
        stack: ModuleStack,
        construct_id: str,
        *,
        handler: str,
        timeout_seconds: int,
        **options: Unpack[FunctionOptions],
    ) -> None:
        super().__init__(stack, construct_id)
        self.stack = stack
        self.timeout_seconds = timeout_seconds
        self.physical_name = stack.names.physical(construct_id)
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=stack.names.function_logs(construct_id),
            retention=stack.log_retention,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.role = self._role()
        self.function = self._function(handler, options)
        self.alias = lambda_.Alias(
            self, "Live", alias_name=LIVE_ALIAS, version=self.function.current_version
        )
        nag.acknowledge(
            self,
            "AwsSolutions-L1",
            "Serverless-LambdaLatestVersion",
            "Serverless-LambdaDLQ",
        )
        stack.parts.functions.append(self.physical_name)
        self._watch(construct_id)
        if published_as := options.get("published_as"):
            stack.publish(published_as, "function-arn", self.alias.function_arn)

    def allow(
        self, actions: Sequence[str], resources: Sequence[str], *, reason: str | None = None
    ) -> None:
        """Allow named actions on named resources; a wildcard needs a reason for a reviewer."""
        self.role.add_to_policy(
            iam.PolicyStatement(actions=list(actions), resources=list(resources))
        )
        if reason is not None:
            nag.acknowledge_wildcards(self.role, [r for r in resources if "*" in r], reason)

    def grant_table(self, table: ModuleTable, *actions: str) -> None:
        """Allow named actions on a table; reads by query also on each of its indexes."""
        indexed = bool(INDEXED_ACTIONS & set(actions))
        self.allow(actions, [table.arn, *(table.index_arns if indexed else ())])
        if table.key is not None:
            self.use_key(table.key.key_arn, "dynamodb", writes=not set(actions) <= READING_ACTIONS)

    def grant_bucket(self, bucket: ModuleBucket, *actions: str, prefix: str = "") -> None:
        """Allow named object actions below a prefix of one of the module's own buckets."""
        self.grant_objects(bucket.arn, bucket.key.key_arn, *actions, prefix=prefix)

    def grant_documents(self, *actions: str, prefix: str) -> None:
        """Allow named object actions below a prefix of the platform's documents bucket."""
        platform = self.stack.platform
        self.grant_objects(
            platform.documents_bucket_arn, platform.data_key_arn, *actions, prefix=prefix
        )

    def grant_objects(self, arn: str, key_arn: str, *actions: str, prefix: str) -> None:
        """Allow named object actions below a prefix of any bucket under a key."""
        reason = (
            f"Object keys are made at run time; the function reaches those below {prefix!r} of "
            "this one bucket only."
        )
        self.allow(actions, [f"{arn}/{prefix}*"], reason=reason)
        if "s3:GetObject" in actions:
            # Without the right to list, S3 answers 403 for an object that is not there, and a
            # missing document would look like an outage.
            self.role.add_to_policy(
                iam.PolicyStatement(
                    actions=["s3:ListBucket"],
                    resources=[arn],
                    conditions={"StringLike": {"s3:prefix": f"{prefix}*"}},
                )
            )
        self.use_key(key_arn, "s3", writes=not set(actions) <= READING_ACTIONS)

    def grant_key(self, key_arn: str, *actions: str) -> None:
        """Allow direct use of a key: `kms:GenerateDataKey` to encrypt, `kms:Decrypt` to open."""
        self.allow(actions, [key_arn])

    def grant_sealing(self) -> None:
        """Allow to seal data for other modules and to open what they sealed."""
        self.grant_key(self.stack.platform.data_key_arn, "kms:GenerateDataKey", "kms:Decrypt")

    def grant_secret(self, secret_arn: str) -> None:
        """Allow to read one of the platform's secrets."""
        self.allow(["secretsmanager:GetSecretValue"], [secret_arn])
        self.use_key(self.stack.platform.data_key_arn, "secretsmanager", writes=False)

    def grant_send(self, queue: ModuleQueue) -> None:
        """Allow to send to one of the module's own queues."""
        self.allow(["sqs:SendMessage"], [queue.arn])

    def use_key(self, key_arn: str, service: str, *, writes: bool) -> None:
        """Allow a key to be used through one service, on this function's behalf."""
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=[*KEY_READS, *(KEY_WRITES if writes else ())],
                resources=[key_arn],
                conditions={
                    "StringEquals": {
                        "kms:ViaService": f"{service}.{self.stack.region}.{self.stack.url_suffix}"
                    }
                },
            )
        )

    def _role(self) -> Any:
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What {self.physical_name} may do, and nothing else",
        )
        self.log_group.grant_write(role)
        nag.acknowledge_wildcards(role, ["*"], nag.TRACING)
        return role

    def _function(self, handler: str, options: FunctionOptions) -> Any:
        architecture = layer_catalogue.X86_64 if options.get("x86") else layer_catalogue.ARM64
        own_code = () if "code" in options else ("core",)
        layers = (*own_code, *options.get("layers", ("runtime",)))
        if self.stack.config.layers == "built":
            layer_catalogue.check_function_size(layers, architecture, self.stack.code_folder)
        snap_start = options.get("snap_start", False) and self.stack.config.snap_start
        return lambda_.Function(
            self,
            "Function",
            function_name=self.physical_name,
            description=_description(handler, layers, self.stack.config.values_fingerprint),
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.custom(architecture),
            code=options.get("code") or self.stack.code,
            handler=handler,
            role=self.role,
            timeout=Duration.seconds(self.timeout_seconds),
            memory_size=options.get("memory_mb", DEFAULT_MEMORY_MB),
            environment=self._environment(options),
            layers=self.stack.platform.layers(*layers, architecture=architecture),
            log_group=self.log_group,
            tracing=lambda_.Tracing.ACTIVE,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snap_start else None,
            reserved_concurrent_executions=options.get("reserved_concurrency"),
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
        )

    def _environment(self, options: FunctionOptions) -> dict[str, str]:
        return {
            "POWERTOOLS_SERVICE_NAME": self.stack.module,
            "LOG_LEVEL": self.stack.config.log_level,
            "BUSINESS_DATE": self.stack.platform.business_date,
            **options.get("environment", {}),
        }

    def _watch(self, construct_id: str) -> None:
        for symptom in (alarms.FUNCTION_ERRORS, alarms.FUNCTION_SLOW):
            threshold = (
                round(symptom.threshold * self.timeout_seconds * MILLISECONDS)
                if symptom is alarms.FUNCTION_SLOW
                else None
            )
            alarms.add_alarm(
                self.stack,
                self,
                symptom,
                resource=kebab(construct_id),
                dimensions={"FunctionName": self.physical_name},
                threshold=threshold,
            )


def _description(handler: str, layers: Sequence[str], values: str) -> str:
    """Name what the function runs with: a changed layer or value makes a new version.

    A value behind a parameter is invisible in the template, and without a new version the alias
    would go on with the old one.
    """
    versions = " ".join(f"{name}@{layer_catalogue.fingerprint(name)}" for name in layers)
    return f"{handler} · {versions} · values@{values}"
