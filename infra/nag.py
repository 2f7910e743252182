"""Every cdk-nag finding that we accept, each with a sentence a reviewer can disagree with.

Only the pattern that creates a resource acknowledges its findings. Wildcard resources are
acknowledged one by one, by the exact resource, through `acknowledge_wildcards`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from aws_cdk import Acknowledgment, Stack, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
from constructs import Construct

REASONS: Final[dict[str, str]] = {
    "AwsSolutions-L1": (
        "Python 3.13 is the newest runtime for which our tests have an interpreter; the code that "
        "is tested is the code that runs."
    ),
    "Serverless-LambdaLatestVersion": (
        "Python 3.13 is the newest runtime for which our tests have an interpreter; the code that "
        "is tested is the code that runs."
    ),
    "Serverless-LambdaDLQ": (
        "The function is called synchronously or by an event-source mapping, whose own queue "
        "keeps what failed; Lambda's asynchronous dead-letter queue would never be used."
    ),
    "Serverless-LambdaEventSourceMappingDestination": (
        "An SQS source keeps failed messages in the queue's own dead-letter queue; a mapping "
        "destination exists for streams only."
    ),
    "Serverless-SQSRedrivePolicy": (
        "This is itself a dead-letter queue; an alarm watches it and an operator empties it."
    ),
    "AwsSolutions-SQS3": (
        "This is itself a dead-letter queue; an alarm watches it and an operator empties it."
    ),
    "AwsSolutions-COG4": (
        "Identity is the bank's own OIDC issuer, checked by our token authorizer; Cognito user "
        "pools do not exist in the AWS China regions."
    ),
    "AwsSolutions-APIG2": (
        "Bodies are checked by the route's own model, which knows check digits and rules that a "
        "gateway schema cannot express; one place answers, with one error format."
    ),
    "AwsSolutions-APIG3": (
        "The bank's own regional web ACL is associated at deployment by its network team; routes "
        "are throttled, authorised and size-limited without it."
    ),
    "AwsSolutions-APIG4": (
        "This route authenticates its caller by a signature over the request that its handler "
        "verifies; there is no bearer token to hand to an authorizer."
    ),
    "AwsSolutions-S1": (
        "This bucket receives the access logs of the others; logging its own access into itself "
        "would never end."
    ),
    "AwsSolutions-SMG4": (
        "The other side of this shared secret changes it by agreement with the bank; rotating our "
        "half alone would stop payments or make encrypted indexes unreadable."
    ),
    "AwsSolutions-SF1": (
        "Execution history keeps every event for 90 days; the log keeps all events too, without "
        "execution data, because that is personal."
    ),
}

TRACING: Final = (
    "X-Ray has no resource-level permissions: segments and sampling rules belong to the account."
)
STREAM_LISTING: Final = "Listing streams has no resource-level permission; reading them does."
LOG_DELIVERY: Final = (
    "Vended log delivery is configured through account-wide actions that accept no resource."
)


def register_packs(app: Construct) -> None:
    """Check the whole app; `Template.from_stack` in a test would trip packs on a stack."""
    Validations.of(app).add_plugins(
        AwsSolutionsChecks(verbose=True), ServerlessChecks(verbose=True)
    )


def acknowledge(construct: Construct, *rules: str) -> None:
    """Accept named findings on one construct and below, with the sentences of this file."""
    acknowledgments = [Acknowledgment(id=rule, reason=REASONS[rule]) for rule in rules]
    Validations.of(construct).acknowledge(*acknowledgments)


def acknowledge_wildcards(construct: Construct, resources: Iterable[str], reason: str) -> None:
    """Accept exactly these wildcard resources in the policies below one construct."""
    stack = Stack.of(construct)
    for resource in resources:
        finding = f"AwsSolutions-IAM5[Resource::{_as_nag_writes(stack.resolve(resource))}]"
        Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))


def acknowledge_managed_policy(construct: Construct, policy: str, reason: str) -> None:
    """Accept one AWS managed policy on a role that AWS documents to need it."""
    finding = f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{policy}]"
    Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))


def _as_nag_writes(value: Any) -> str:
    """Flatten a resolved CloudFormation value as cdk-nag does in the names of its findings."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return f"<{value['Ref']}>"
    if "Fn::GetAtt" in value:
        return f"<{'.'.join(value['Fn::GetAtt'])}>"
    separator, parts = value["Fn::Join"]
    return str(separator).join(_as_nag_writes(part) for part in parts)
