"""DynamoDB's errors in our own words, without their messages."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from pynamodb.exceptions import (
    CancellationReason,
    GetError,
    PutError,
    TransactWriteError,
    VerboseClientError,
)
from pynamodb.transactions import TransactWrite

from puhui.dynamodb import (
    connection,
    dynamo_errors,
    translate_write_errors,
)
from puhui.errors import PuhuiError, StaleVersion, UpstreamUnavailable
from puhui.money import Money
from tests.component.puhui.conftest import LoanRow

PHONE = "13800138000"


def a_loan() -> LoanRow:
    return LoanRow("BANK#north#LOAN#1", "LOAN", amount=Money(100))


def client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": PHONE}}, "PutItem")


def put_error(code: str) -> PutError:
    return PutError(cause=client_error(code))


def cancelled(*codes: str) -> TransactWriteError:
    cause = VerboseClientError(
        {"Error": {"Code": "TransactionCanceledException", "Message": PHONE}},
        "TransactWriteItems",
        cancellation_reasons=[CancellationReason(code) for code in codes],
    )
    return TransactWriteError("cancelled", cause)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (put_error("ConditionalCheckFailedException"), StaleVersion),
        (put_error("TransactionConflictException"), StaleVersion),
        (put_error("ProvisionedThroughputExceededException"), UpstreamUnavailable),
        (put_error("ThrottlingException"), UpstreamUnavailable),
        (GetError(cause=client_error("InternalServerError")), UpstreamUnavailable),
        (cancelled("ThrottlingError"), UpstreamUnavailable),
        (cancelled("ConditionalCheckFailed", "ThrottlingError"), UpstreamUnavailable),
        (cancelled("ConditionalCheckFailed"), StaleVersion),
        (cancelled("TransactionConflict"), StaleVersion),
        (client_error("RequestLimitExceeded"), UpstreamUnavailable),
        (PutError(cause=ReadTimeoutError(endpoint_url="https://db")), UpstreamUnavailable),
        (GetError(cause=ConnectTimeoutError(endpoint_url="https://db")), UpstreamUnavailable),
    ],
)
def test_errors_of_dynamodb_are_translated_without_their_message(
    error: Exception, expected: type[PuhuiError]
) -> None:
    with pytest.raises(expected) as caught, dynamo_errors():
        raise error

    assert PHONE not in str(caught.value)


def test_an_adapter_may_read_the_reasons_of_a_failed_condition_itself() -> None:
    a_loan().save()

    with (
        pytest.raises(TransactWriteError) as caught,
        translate_write_errors(passing=TransactWriteError),
        TransactWrite(connection=connection()) as write,
    ):
        write.save(a_loan())

    assert [reason and reason.code for reason in caught.value.cancellation_reasons] == [
        "ConditionalCheckFailed"
    ]


def test_throttling_is_translated_even_when_passing() -> None:
    error = TransactWriteError("busy", client_error("ThrottlingException"))

    with (
        pytest.raises(UpstreamUnavailable),
        translate_write_errors(passing=TransactWriteError),
    ):
        raise error
