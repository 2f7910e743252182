"""Queries of an index under our shims find what moto finds by itself, after whatever writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.moto_shims import queries
from tests.support.shimmed_moto import Outside, client

NAME = "asked"
KINDS: dict[str, Any] = {
    "S": {"S": "一"},
    "N": {"N": "12.5"},
    "B": {"B": b"\x00\xff"},
    "BOOL": {"BOOL": False},
    "NULL": {"NULL": True},
    "SS": {"SS": ["a", "b"]},
    "NS": {"NS": ["1", "2"]},
    "BS": {"BS": [b"\x01"]},
    "L": {"L": [{"S": "x"}, {"M": {"deep": {"B": b"\x02"}}}]},
    "M": {"M": {"one": {"N": "1"}, "none": {"L": []}}},
}
KEY = st.sampled_from("abc")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "update", "leave", "delete", "transact", "cancelled"]), KEY, KEY
    ),
    max_size=8,
)


def a_table_with_an_index(*, ranged: bool) -> Any:
    """A table whose items are asked for by their colour."""
    dynamodb = client("dynamodb")
    if NAME in dynamodb.list_tables()["TableNames"]:
        dynamodb.delete_table(TableName=NAME)
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}]
    keys += [{"AttributeName": "sk", "KeyType": "RANGE"}] if ranged else []
    names = ("pk", "sk", "colour") if ranged else ("pk", "colour")
    dynamodb.create_table(
        TableName=NAME,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in names],
        KeySchema=keys,
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_colour",
                "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return dynamodb


def key_of(one: str, *, ranged: bool) -> dict[str, Any]:
    """The key of an item."""
    return {"pk": {"S": one}, **({"sk": {"S": "1"}} if ranged else {})}


def of_colour(dynamodb: Any, colour: str) -> list[Any]:
    """What the index answers."""
    found = dynamodb.query(
        TableName=NAME,
        IndexName="by_colour",
        KeyConditionExpression="colour = :c",
        ExpressionAttributeValues={":c": {"S": colour}},
    )
    return sorted(found["Items"], key=lambda item: str(item["pk"]))


def take(dynamodb: Any, step: str, key: dict[str, Any], colour: str) -> None:
    """One write of a kind."""
    item = {**key, "colour": {"S": colour}}
    named = {"TableName": NAME, "Key": key}
    if step == "put":
        dynamodb.put_item(TableName=NAME, Item=item)
    elif step == "update":
        values = {":c": {"S": colour}}
        dynamodb.update_item(
            **named, UpdateExpression="SET colour = :c", ExpressionAttributeValues=values
        )
    elif step == "leave":
        dynamodb.update_item(**named, UpdateExpression="REMOVE colour")
    elif step == "delete":
        dynamodb.delete_item(**named)
    elif step == "transact":
        dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": NAME, "Item": item}}])
    else:
        never = {"TableName": NAME, "Key": {**key, "pk": {"S": "z"}}}
        check = {**never, "ConditionExpression": "attribute_exists(pk)"}
        put = {"Put": {"TableName": NAME, "Item": item}}
        with pytest.raises(ClientError):
            dynamodb.transact_write_items(TransactItems=[put, {"ConditionCheck": check}])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS, ranged=st.booleans(), asked_first=st.booleans())
def test_an_index_answers_what_the_table_holds(
    outside: Outside, steps: list[tuple[str, str, str]], ranged: bool, asked_first: bool
) -> None:
    dynamodb = a_table_with_an_index(ranged=ranged)
    if asked_first:
        of_colour(dynamodb, "a")

    for step, one, colour in steps:
        take(dynamodb, step, key_of(one, ranged=ranged), colour)

    held = dynamodb.scan(TableName=NAME)["Items"]
    for colour in "abc":
        expected = [one for one in held if one.get("colour") == {"S": colour}]
        assert of_colour(dynamodb, colour) == sorted(expected, key=lambda item: str(item["pk"]))


@contextmanager
def without_lookups() -> Iterator[None]:
    """Let moto look through everything."""
    of_index = queries._of_index
    queries._of_index = lambda *_: None
    try:
        yield
    finally:
        queries._of_index = of_index


def test_an_index_that_is_made_later_is_followed_too(outside: Outside) -> None:
    dynamodb = a_table_with_an_index(ranged=True)
    item = {**key_of("a", ranged=True), "colour": {"S": "red"}, "size": {"S": "big"}}
    dynamodb.put_item(TableName=NAME, Item=item)
    of_colour(dynamodb, "red")

    dynamodb.update_table(
        TableName=NAME,
        AttributeDefinitions=[{"AttributeName": "size", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "by_size",
                    "KeySchema": [{"AttributeName": "size", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    )
    asked = {
        "TableName": NAME,
        "IndexName": "by_size",
        "KeyConditionExpression": "size = :s",
        "ExpressionAttributeValues": {":s": {"S": "big"}},
    }

    found = dynamodb.query(**asked)["Items"]

    with without_lookups():
        assert found == dynamodb.query(**asked)["Items"] == [item]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_attribute_comes_back_as_it_was_written(outside: Outside, kind: str) -> None:
    dynamodb = a_table_with_an_index(ranged=True)
    key = key_of("a", ranged=True)
    item = {**key, "colour": {"S": "red"}, "value": KINDS[kind]}
    dynamodb.put_item(TableName=NAME, Item=item)

    one = dynamodb.get_item(TableName=NAME, Key=key)["Item"]
    (queried,) = of_colour(dynamodb, "red")
    (scanned,) = dynamodb.scan(TableName=NAME)["Items"]
    (batch,) = dynamodb.batch_get_item(RequestItems={NAME: {"Keys": [key]}})["Responses"][NAME]
    old = dynamodb.put_item(TableName=NAME, Item=key, ReturnValues="ALL_OLD")["Attributes"]

    assert one == queried == scanned == batch == old == item


def test_what_is_not_there_is_not_answered(outside: Outside) -> None:
    dynamodb = a_table_with_an_index(ranged=True)
    key = key_of("a", ranged=True)

    found = dynamodb.get_item(TableName=NAME, Key=key)
    deleted = dynamodb.delete_item(TableName=NAME, Key=key, ReturnValues="ALL_OLD")

    assert "Item" not in found
    assert "Attributes" not in deleted
