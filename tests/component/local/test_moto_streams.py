"""DynamoDB streams and queries under our shims, as on AWS."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.moto_shims import data
from tests.support.shimmed_moto import (
    REGION,
    TABLE,
    Outside,
    a_table,
    as_request,
    row,
    stream_records,
)


def test_an_update_that_creates_is_one_insert_and_one_that_changes_nothing_is_none(
    outside: Outside,
) -> None:
    dynamodb = a_table()
    request = {
        "TableName": TABLE,
        "Key": {"pk": {"S": "a"}, "sk": {"S": "x"}},
        "UpdateExpression": "SET v = :v",
        "ExpressionAttributeValues": {":v": {"S": "1"}},
    }

    for _ in range(2):
        dynamodb.update_item(**request)

    assert stream_records() == [("INSERT", "a")]


def test_news_of_a_stream_comes_after_the_write_and_not_after_a_rollback(outside: Outside) -> None:
    dynamodb = a_table()
    dynamodb.put_item(TableName=TABLE, Item=row("a", v="1"))
    outside.news.clear()

    with pytest.raises(ClientError):
        dynamodb.transact_write_items(
            TransactItems=[as_request("put", "b"), as_request("new", "a")]
        )

    assert stream_records() == [("INSERT", "a")]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), st.sampled_from("mn"), max_size=6
    )
)
def test_a_query_finds_exactly_its_partition_in_order(
    outside: Outside, rows: dict[tuple[str, str], str]
) -> None:
    dynamodb = a_table()
    for (pk, sk), owner in rows.items():
        item = {"pk": {"S": pk}, "sk": {"S": sk}, "owner": {"S": owner}}
        dynamodb.put_item(TableName=TABLE, Item=item)

    def found(attribute: str, value: str, **options: Any) -> list[tuple[str, str]]:
        items = dynamodb.query(
            TableName=TABLE,
            KeyConditionExpression="#k = :v",
            ExpressionAttributeNames={"#k": attribute},
            ExpressionAttributeValues={":v": {"S": value}},
            **options,
        )["Items"]
        return [(item["pk"]["S"], item["sk"]["S"]) for item in items]

    by_table, by_index = found("pk", "a"), found("owner", "m", IndexName="by_owner")
    dynamodb.delete_table(TableName=TABLE)
    assert by_table == sorted(key for key in rows if key[0] == "a")
    assert sorted(by_index) == sorted(key for key, owner in rows.items() if owner == "m")
    assert [sk for _, sk in by_index] == sorted(sk for _, sk in by_index)


def test_stream_records_know_their_region(outside: Outside) -> None:
    dynamodb = a_table()
    dynamodb.put_item(TableName=TABLE, Item=row("a"))

    from moto.dynamodb.models import dynamodb_backends

    shard = dynamodb_backends["123456789012"][REGION].tables[TABLE].stream_shard
    assert shard is not None
    assert shard.items[0].record["awsRegion"] == REGION


def test_the_lock_is_reentrant_so_that_a_transaction_can_write() -> None:
    with data.LOCK, data.LOCK:
        pass
