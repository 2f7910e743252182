"""One conditional update of one item, told apart: done, or refused with the item as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.exceptions import ClientError

from puhui.aws import error_code
from puhui.dynamodb import dynamo_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = Mapping[str, Any]
_CONDITION_FAILED: Final = "ConditionalCheckFailedException"


def update_if(client: DynamoDBClient, **request: Any) -> tuple[bool, Item]:
    """Answer whether it was done, with the new item; refused, with the old one, empty if none.

    Everything else that goes wrong raises UpstreamUnavailable.
    """
    with dynamo_errors():
        try:
            answer = client.update_item(
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **request,
            )
        except ClientError as error:
            if error_code(error) != _CONDITION_FAILED:
                raise
            return False, cast("Item", error.response.get("Item", {}))
    return True, answer["Attributes"]
