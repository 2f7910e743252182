"""A queue that S3 tells of every object that is put into a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import ArnFormat
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from infra.patterns.bucket import ModuleBucket
from infra.patterns.queue import ModuleQueue

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack


def tell_of_deliveries(stack: ModuleStack, bucket: ModuleBucket, queue: ModuleQueue) -> None:
    """Have S3 tell the queue of each created object.

    Written on the bucket itself: CDK's own way makes a custom resource, a function with rights on
    every bucket of the account.
    """
    bucket_arn = stack.format_arn(
        service="s3",
        region="",
        account="",
        resource=bucket.physical_name,
        arn_format=ArnFormat.NO_RESOURCE_NAME,
    )
    queue.queue.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["sqs:SendMessage"],
            principals=[iam.ServicePrincipal("s3.amazonaws.com")],
            resources=[queue.arn],
            conditions={
                "ArnEquals": {"aws:SourceArn": bucket_arn},
                "StringEquals": {"aws:SourceAccount": stack.account},
            },
        )
    )
    made: Any = bucket.bucket.node.default_child
    made.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        queue_configurations=[
            s3.CfnBucket.QueueConfigurationProperty(event="s3:ObjectCreated:*", queue=queue.arn)
        ]
    )
    # S3 tries the queue when the notification is set, so its policy must be there first.
    made.node.add_dependency(queue.queue.node.find_child("Policy"))
