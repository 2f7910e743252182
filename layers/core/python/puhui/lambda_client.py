"""Calls a function that another module published, and raises what it raised.

    answer = LambdaClient(client("lambda")).invoke(arn, request.model_dump(mode="json"))
    answer = invoke(arn, payload)                      # the same with the process's own client

An error of the kernel comes through as its class; a module's own error as `FunctionFailed` with
its name in `error_type`, or as your class when you name it:
`LambdaClient(client("lambda"), errors=(ProductNotFound,))`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

import puhui.errors
from puhui.aws import client as aws_client
from puhui.errors import PuhuiError, UpstreamUnavailable
from puhui.strict_json import dumps, loads

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient as BotoLambdaClient

_RUNTIME_FAILURES = ("Runtime.", "Sandbox.", "Function.ResponseSizeTooLarge")
_KERNEL_ERRORS: dict[str, type[PuhuiError]] = {
    name: value
    for name, value in vars(puhui.errors).items()
    if isinstance(value, type) and issubclass(value, PuhuiError)
}


class FunctionFailed(PuhuiError):
    """The called function raised an error of its own; `error_type` is its class name."""

    code = "function_failed"

    def __init__(self, error_type: str, message: str = "") -> None:
        """Keep the name of the class that was raised."""
        self.error_type = error_type
        super().__init__(message or f"the called function raised {error_type}")


class LambdaClient:
    """Invokes functions synchronously."""

    def __init__(self, client: BotoLambdaClient, errors: Iterable[type[PuhuiError]] = ()) -> None:
        """Use a boto3 client; `errors` are classes to raise when a function raised their name."""
        self._client = client
        self._errors = _KERNEL_ERRORS | {error.__name__: error for error in errors}

    def invoke(self, function_arn: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Call a function and answer its result, or raise its error."""
        try:
            answer = self._client.invoke(FunctionName=function_arn, Payload=dumps(payload).encode())
        except (ClientError, BotoCoreError) as error:
            raise UpstreamUnavailable("the function cannot be called") from error
        body: Any = loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise self._failure(body if isinstance(body, dict) else {})
        if not isinstance(body, dict):
            raise FunctionFailed("InvalidAnswer", "the called function answered no object")
        return body

    def _failure(self, body: dict[str, Any]) -> PuhuiError:
        error_type = str(body.get("errorType", "Unknown"))
        message = str(body.get("errorMessage", ""))
        known = self._errors.get(error_type)
        if known is not None:
            return known(message)
        if error_type.startswith(_RUNTIME_FAILURES) or "Task timed out" in message:
            return UpstreamUnavailable(f"the called function died: {error_type}")
        return FunctionFailed(error_type, message)


def invoke(
    function_arn: str, payload: dict[str, Any], client: BotoLambdaClient | None = None
) -> dict[str, Any]:
    """Call a function with the process's own client; see `LambdaClient.invoke`."""
    return LambdaClient(client or aws_client("lambda")).invoke(function_arn, payload)
