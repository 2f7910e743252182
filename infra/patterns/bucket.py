"""A bucket that is private, encrypted, versioned, logged and kept; evidence cannot be changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.names import kebab

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack


class BucketOptions(TypedDict, total=False):
    """What a bucket may choose."""

    key: Any
    """Another key than the module's own: the platform's data key for shared documents."""
    evidence: bool
    """Nobody can change or delete an object before its retention ends."""
    expire_days: int
    """Only for what is not yet data: uploads waiting to be checked."""
    upload_origins: Sequence[str]
    """Web origins that may upload by a presigned form."""


class ModuleBucket(Construct):
    """A module's bucket under a customer-managed key, with its access logs in the platform's."""

    def __init__(
        self,
        stack: ModuleStack,
        construct_id: str,
        *,
        data_class: str,
        **options: Unpack[BucketOptions],
    ) -> None:
        super().__init__(stack, construct_id)
        self.key: Any = options.get("key") or stack.key
        self.physical_name = stack.names.bucket(construct_id, Aws.ACCOUNT_ID)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=self.physical_name,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN,
            object_lock_default_retention=(_retention(stack) if options.get("evidence") else None),
            lifecycle_rules=_lifecycle(options.get("expire_days")),
            cors=_cors(options.get("upload_origins", ())),
        )
        self.bucket.node.default_child.logging_configuration = (
            s3.CfnBucket.LoggingConfigurationProperty(
                destination_bucket_name=stack.platform.access_logs_bucket_name,
                log_file_prefix=f"{stack.module}/{kebab(construct_id)}/",
            )
        )
        self.arn = str(self.bucket.bucket_arn)
        self.name = str(self.bucket.bucket_name)
        stack.mark(self, data_class)
        stack.publish(kebab(construct_id), "bucket-name", self.name)
        stack.publish(kebab(construct_id), "bucket-arn", self.arn)

    def write_once(self, prefix: str) -> None:
        """Nobody puts an object below a prefix but where its key is free, whatever their role.

        Copies and uploads in parts cannot say `If-None-Match`, so they are denied, too:
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
        """
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["s3:PutObject"],
                resources=[self.bucket.arn_for_objects(f"{prefix}*")],
                conditions={"Null": {"s3:if-none-match": "true"}},
            )
        )


def _retention(stack: ModuleStack) -> Any:
    duration = Duration.days(stack.config.evidence_retention_days)
    if stack.config.object_lock_mode == "COMPLIANCE":
        return s3.ObjectLockRetention.compliance(duration)
    return s3.ObjectLockRetention.governance(duration)


def _lifecycle(expire_days: int | None) -> list[Any]:
    rules = [s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1))]
    if expire_days is not None:
        rules.append(
            s3.LifecycleRule(
                expiration=Duration.days(expire_days),
                noncurrent_version_expiration=Duration.days(expire_days),
            )
        )
    return rules


def _cors(origins: Sequence[str]) -> list[Any] | None:
    if not origins:
        return None
    return [
        s3.CorsRule(
            allowed_origins=list(origins),
            allowed_methods=[s3.HttpMethods.POST],
            allowed_headers=["content-type"],
        )
    ]
