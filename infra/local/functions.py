"""What the local cloud knows about one Lambda function, and what one invocation gives."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FunctionError = str
UNHANDLED: FunctionError = "Unhandled"


@dataclass(frozen=True, kw_only=True)
class FunctionSpec:
    """One `AWS::Lambda::Function` of the assembly."""

    name: str
    arn: str
    handler: str
    environment: Mapping[str, str]
    paths: tuple[Path, ...]
    """Import roots: the function's own code first, then its first-party layers."""
    timeout_seconds: float = 3.0
    memory_mb: int = 128
    retry_attempts: int = 2
    """How often a failed asynchronous invocation is tried again."""
    on_failure: str | None = None
    """Where an asynchronous event goes that was tried often enough."""

    @property
    def module(self) -> str:
        """The product module whose code this is: the first part of the handler's path."""
        return self.handler.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a function answered."""

    payload: bytes
    error: FunctionError | None = None
    request_id: str = ""

    @property
    def failed(self) -> bool:
        """True when the function raised, timed out or died."""
        return self.error is not None

    def json(self) -> Any:
        """The payload as JSON; an empty payload is null."""
        return json.loads(self.payload) if self.payload else None


def failure(error_type: str, message: str, request_id: str) -> Invocation:
    """The answer that Lambda gives in place of a function that could not answer."""
    body = {"errorType": error_type, "errorMessage": f"RequestId: {request_id} Error: {message}"}
    return Invocation(json.dumps(body).encode(), UNHANDLED, request_id)


def timed_out(spec: FunctionSpec, request_id: str) -> Invocation:
    """The answer for a function that ran longer than it may."""
    text = f"Task timed out after {spec.timeout_seconds:.2f} seconds"
    message = f"RequestId: {request_id} Error: {text}"
    body = {"errorType": "Sandbox.Timedout", "errorMessage": message}
    return Invocation(json.dumps(body).encode(), UNHANDLED, request_id)


def too_large(request_id: str) -> Invocation:
    """The answer for a function that answered more than Lambda carries."""
    text = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
    body = {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": text}
    return Invocation(json.dumps(body).encode(), UNHANDLED, request_id)


@dataclass
class FunctionRegistry:
    """Finds a function by its name, or by its ARN with or without version or alias."""

    functions: dict[str, FunctionSpec] = field(default_factory=dict)

    def add(self, spec: FunctionSpec) -> None:
        """Register a function under its name."""
        self.functions[spec.name] = spec

    def find(self, name_or_arn: str) -> FunctionSpec | None:
        """The function that this name, partial ARN or ARN means, or None."""
        return self.functions.get(function_name(name_or_arn))


def function_name(name_or_arn: str) -> str:
    """`arn:aws-cn:lambda:r:a:function:name:live` → `name`; `name:live` → `name`."""
    parts = name_or_arn.split(":")
    if "function" in parts:
        return parts[parts.index("function") + 1]
    return parts[0]


def runtime_environment(
    spec: FunctionSpec, region: str, extra: Mapping[str, str]
) -> dict[str, str]:
    """Exactly what a worker sees: what AWS sets, the endpoints, then the template's variables."""
    code = str(spec.paths[0]) if spec.paths else "/var/task"
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": code,
        "LAMBDA_TASK_ROOT": code,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{spec.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"local/[$LATEST]{uuid.uuid4().hex}",
        "_HANDLER": spec.handler,
        "_X_AMZN_TRACE_ID": "",
        **extra,
        **spec.environment,
    }
