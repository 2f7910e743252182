"""DynamoDB transactions and races under our shims, as on AWS."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.shimmed_moto import (
    TABLE,
    Outside,
    a_table,
    as_request,
    client,
    contents,
    row,
    stream_records,
)

KEYS = st.sampled_from(["a", "b", "c", "d"])
OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["put", "new", "update", "delete", "check"]), KEYS),
    min_size=1,
    max_size=4,
    unique_by=lambda pair: pair[1],
)


def expected_after(
    before: dict[str, str], operations: list[tuple[str, str]]
) -> dict[str, str] | None:
    """What AWS leaves behind, or None where the transaction is cancelled."""
    after = copy.deepcopy(before)
    for operation, key in operations:
        if (operation == "new" and key in before) or (
            operation in ("update", "delete", "check") and key not in before
        ):
            return None
        if operation in ("put", "new", "update"):
            after[key] = "updated" if operation == "update" else operation
        elif operation == "delete":
            del after[key]
    return after


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=st.sets(KEYS), operations=OPERATIONS)
def test_a_transaction_is_all_or_nothing(
    outside: Outside, before: set[str], operations: list[tuple[str, str]]
) -> None:
    dynamodb = a_table()
    for key in sorted(before):
        dynamodb.put_item(TableName=TABLE, Item=row(key, v="old"))
    recorded = stream_records()
    wanted = expected_after(dict.fromkeys(before, "old"), operations)

    try:
        dynamodb.transact_write_items(TransactItems=[as_request(*one) for one in operations])
        cancelled = False
    except dynamodb.exceptions.TransactionCanceledException:
        cancelled = True

    left = {item["pk"]["S"]: item["v"]["S"] for item in contents(dynamodb)}
    told = stream_records()
    dynamodb.delete_table(TableName=TABLE)
    assert cancelled is (wanted is None)
    assert left == (dict.fromkeys(before, "old") if wanted is None else wanted)
    assert (told == recorded) if cancelled else (told[: len(recorded)] == recorded)


def test_a_cancelled_transaction_tells_why_item_by_item(outside: Outside) -> None:
    dynamodb = a_table()
    dynamodb.put_item(TableName=TABLE, Item=row("a", v="old"))

    with pytest.raises(ClientError) as refused:
        dynamodb.transact_write_items(
            TransactItems=[as_request("put", "b"), as_request("new", "a"), as_request("put", "c")]
        )

    codes = [reason["Code"] for reason in refused.value.response["CancellationReasons"]]
    assert codes == ["None", "ConditionalCheckFailed", "None"]


def test_the_same_item_twice_in_one_transaction_is_refused(outside: Outside) -> None:
    dynamodb = a_table()

    with pytest.raises(ClientError, match="multiple operations on one item"):
        dynamodb.transact_write_items(
            TransactItems=[as_request("put", "a"), as_request("new", "a")]
        )

    assert contents(dynamodb) == []


def test_of_many_racing_conditional_writes_one_wins(outside: Outside) -> None:
    dynamodb = a_table()

    def try_to_win(number: int) -> bool:
        try:
            client("dynamodb").put_item(
                TableName=TABLE,
                Item=row("a", v=str(number)),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        wins = list(pool.map(try_to_win, range(24)))

    assert (sum(wins), len(contents(dynamodb))) == (1, 1)
