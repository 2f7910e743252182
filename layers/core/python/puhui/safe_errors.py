"""Turns any exception into one of ours that is safe to log, to return and to keep in a workflow.

Foreign messages hold the data that broke something (pydantic quotes its input), so they are never
copied: only the class, and for invalid data the field and the rule.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from botocore.exceptions import ClientError, HTTPClientError
from pydantic import ValidationError

from puhui.errors import PuhuiError, Unprocessable, UpstreamUnavailable

_THROTTLED = {
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "SlowDown",
}


class UnexpectedFailure(PuhuiError):
    """Something failed that nobody foresaw; the log names the class and the place."""

    def __init__(self, message: str = "", *, error_class: str = "", error_at: str = "") -> None:
        """Keep the class of the original error and where it was raised."""
        self.error_class = error_class
        self.error_at = error_at
        super().__init__(message or f"unexpected {error_class or 'failure'}")


def safe_error(error: BaseException) -> PuhuiError:
    """Answer the error itself if it is ours, otherwise one that tells only class and place."""
    if isinstance(error, PuhuiError):
        return error
    if isinstance(error, ValidationError):
        return unprocessable(error)
    if _is_outage(error) or _is_outage(getattr(error, "cause", None)):
        return UpstreamUnavailable(f"{type(error).__name__}")
    return unexpected(error)


def unexpected(error: BaseException) -> UnexpectedFailure:
    """Keep of an error only its class and place."""
    return UnexpectedFailure(error_class=type(error).__name__, error_at=place_of(error))


def unprocessable(error: ValidationError, prefix: str = "") -> Unprocessable:
    """Name the first broken field and the rule it breaks, without its value."""
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    first = problems[0]
    path = ".".join([*([prefix] if prefix else []), *(str(part) for part in first["loc"])])
    more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
    return Unprocessable(
        f"{path or 'the body'} breaks rule {first['type']}{more}",
        field=path or None,
        rule=str(first["type"]),
    )


def place_of(error: BaseException) -> str:
    """Say where an error was raised: `module.py:42 in function`."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return ""
    last = frames[-1]
    return f"{Path(last.filename).name}:{last.lineno} in {last.name}"


def _is_outage(error: BaseException | None) -> bool:
    """Whether AWS did not answer, was overloaded, or failed itself: a repetition may help."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or error.response.get("Error", {}).get("Code") in _THROTTLED
    return isinstance(error, HTTPClientError)
