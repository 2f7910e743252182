"""moto with our shims, for tests of single services: an outside that echoes, a small table."""

from __future__ import annotations

import json
from typing import Any

import boto3

REGION = "cn-north-1"
TABLE = "things"


class Outside:
    """Functions that echo, and the news that moto told."""

    def __init__(self) -> None:
        self.news: list[tuple[str, str]] = []
        self.later: list[tuple[str, bytes]] = []

    def invoke(self, function: str, payload: bytes) -> tuple[bytes, str | None]:
        event = json.loads(payload)
        if event.get("fail"):
            return json.dumps(
                {"errorType": event["fail"], "errorMessage": "no"}
            ).encode(), "Unhandled"
        return payload, None

    def invoke_later(self, function: str, payload: bytes) -> None:
        self.later.append((function, payload))

    def notify(self, kind: str, name: str) -> None:
        self.news.append((kind, name))


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


def a_table() -> Any:
    dynamodb = client("dynamodb")
    key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    index = {
        "IndexName": "by_owner",
        "KeySchema": [
            {"AttributeName": "owner", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "ALL"},
    }
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=key,
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "owner")
        ],
        GlobalSecondaryIndexes=[index],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return dynamodb


def contents(dynamodb: Any) -> list[Any]:
    return sorted(dynamodb.scan(TableName=TABLE)["Items"], key=json.dumps)


def stream_records() -> list[tuple[str, str]]:
    streams = client("dynamodbstreams")
    arn = streams.list_streams(TableName=TABLE)["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    return [(one["eventName"], one["dynamodb"]["Keys"]["pk"]["S"]) for one in records]


def row(pk: str, **values: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": "x"}, **{n: {"S": v} for n, v in values.items()}}


def as_request(operation: str, key: str) -> dict[str, Any]:
    at = {"TableName": TABLE, "Key": {"pk": {"S": key}, "sk": {"S": "x"}}}
    exists = {"ConditionExpression": "attribute_exists(pk)"}
    if operation == "put":
        return {"Put": {"TableName": TABLE, "Item": row(key, v="put")}}
    if operation == "new":
        absent = {"ConditionExpression": "attribute_not_exists(pk)"}
        return {"Put": {"TableName": TABLE, "Item": row(key, v="new"), **absent}}
    if operation == "update":
        values = {"ExpressionAttributeValues": {":v": {"S": "updated"}}}
        return {"Update": {**at, "UpdateExpression": "SET v = :v", **values, **exists}}
    return (
        {"Delete": {**at, **exists}}
        if operation == "delete"
        else {"ConditionCheck": {**at, **exists}}
    )
