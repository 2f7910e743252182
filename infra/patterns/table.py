"""A DynamoDB table that keeps what it is given: on demand, recoverable, protected, encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack

EXPIRY_ATTRIBUTE: Final = "expires_at"


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index, named by the question that it answers."""

    name: str
    hash_key: str
    range_key: str | None = None


class ModuleTable(Construct):
    """A module's table: string keys `pk` and `sk`, time to live in `expires_at`."""

    def __init__(
        self,
        stack: ModuleStack,
        construct_id: str,
        *,
        data_class: str,
        indexes: Sequence[Index] = (),
        stream: bool = True,
    ) -> None:
        super().__init__(stack, construct_id)
        self.key: Any = stack.key_for(data_class)
        self.physical_name = stack.names.physical(construct_id)
        self.table = dynamodb.Table(
            self,
            "Table",
            table_name=self.physical_name,
            partition_key=_string("pk"),
            sort_key=_string("sk"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=_encryption(self.key),
            encryption_key=self.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
            time_to_live_attribute=EXPIRY_ATTRIBUTE,
            stream=dynamodb.StreamViewType.NEW_IMAGE if stream else None,
        )
        for index in indexes:
            self.table.add_global_secondary_index(
                index_name=index.name,
                partition_key=_string(index.hash_key),
                sort_key=_string(index.range_key) if index.range_key else None,
            )
        self.arn = str(self.table.table_arn)
        self.name = str(self.table.table_name)
        self.index_arns = [f"{self.arn}/index/{index.name}" for index in indexes]
        stack.mark(self, data_class)
        stack.parts.tables.append(self.physical_name)


def _string(name: str) -> Any:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _encryption(key: Any) -> Any:
    if key is None:
        return dynamodb.TableEncryption.AWS_MANAGED
    return dynamodb.TableEncryption.CUSTOMER_MANAGED
