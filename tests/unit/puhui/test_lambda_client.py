"""Calling another module's function: its answer, or its error by name."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from puhui.errors import NotFound, StaleVersion, UpstreamUnavailable
from puhui.lambda_client import FunctionFailed, LambdaClient, invoke


class ProductNotFound(NotFound):
    """No such product."""


class StubbornLambda:
    """Answers every call the same way and remembers what it was asked."""

    def __init__(self, answer: Any, *, failed: bool = False) -> None:
        self.answer = answer
        self.failed = failed
        self.asked: list[dict[str, Any]] = []

    def invoke(self, **request: Any) -> dict[str, Any]:
        if isinstance(self.answer, Exception):
            raise self.answer
        self.asked.append({**request, "Payload": json.loads(request["Payload"])})
        body: dict[str, Any] = {"Payload": io.BytesIO(json.dumps(self.answer).encode())}
        return {**body, "FunctionError": "Unhandled"} if self.failed else body


def call(answer: Any, *, failed: bool = False, errors: tuple[type[NotFound], ...] = ()) -> Any:
    stub = StubbornLambda(answer, failed=failed)
    return LambdaClient(stub, errors).invoke("arn", {"a": 1})  # type: ignore[arg-type]


def failure(error_type: str, message: str = "m") -> dict[str, str]:
    return {"errorType": error_type, "errorMessage": message}


def test_the_payload_goes_there_and_the_answer_comes_back() -> None:
    stub = StubbornLambda({"ok": True})

    answer = invoke("arn:x", {"b": "二"}, stub)  # type: ignore[arg-type]

    assert answer == {"ok": True}
    assert stub.asked == [{"FunctionName": "arn:x", "Payload": {"b": "二"}}]


def test_a_kernel_error_comes_through_as_its_class() -> None:
    with pytest.raises(StaleVersion, match="m"):
        call(failure("StaleVersion"), failed=True)


def test_a_modules_own_error_comes_as_its_name() -> None:
    with pytest.raises(FunctionFailed) as caught:
        call(failure("ProductNotFound"), failed=True)

    assert caught.value.error_type == "ProductNotFound"


def test_a_named_error_comes_as_the_callers_class() -> None:
    with pytest.raises(ProductNotFound):
        call(failure("ProductNotFound"), failed=True, errors=(ProductNotFound,))


@pytest.mark.parametrize(
    "answer",
    [
        failure("Runtime.ExitError", "exit status 3"),
        failure("Sandbox.Timedout", "Task timed out after 5.00 seconds"),
        {"errorMessage": "2026-08-03 Task timed out after 5.00 seconds"},
    ],
)
def test_a_function_that_died_may_be_called_again(answer: dict[str, str]) -> None:
    with pytest.raises(UpstreamUnavailable):
        call(answer, failed=True)


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke"),
        ReadTimeoutError(endpoint_url="https://lambda"),
    ],
)
def test_a_function_out_of_reach_is_unavailable(error: Exception) -> None:
    with pytest.raises(UpstreamUnavailable):
        call(error)


@pytest.mark.parametrize("answer", [None, [], "text", 1])
def test_an_answer_that_is_no_object_is_a_failure(answer: Any) -> None:
    with pytest.raises(FunctionFailed, match="no object"):
        call(answer)
