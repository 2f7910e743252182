"""Logs, metrics and traces: the only import of Powertools, and the only way to log.

    from puhui.observability import instrument, logger, metrics

    logger.info("application submitted", application_id=id, outcome="submitted")
    metrics.count("ApplicationSubmitted", bank_id=bank)

    @instrument
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]: …

Only the keys in `ALLOWED_KEYS` are written, and texts that look like a person's number are masked
even there. A dropped key is named in the line, so that its author notices.
"""

from __future__ import annotations

import functools
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TextIO, TypeVar

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from puhui.log_keys import ALLOWED_KEYS, MAX_LIST_ITEMS, MAX_TEXT_CHARACTERS, UNMASKED_KEYS
from puhui.safe_errors import UnexpectedFailure, place_of, safe_error

Handler = Callable[[Any, Any], Any]
H = TypeVar("H", bound=Handler)

METRICS_NAMESPACE = "Puhui"
_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|1[3-9][0-9]{9}|[0-9]{13,30}|[0-9A-HJ-NP-RTUWXY]{18})"
    r"(?![0-9A-Za-z])|[\w.+-]+@[\w-]+\.[\w.]+"
)
_MASK = "****"


class _CurrentStdout(logging.StreamHandler[TextIO]):
    """Writes to what stdout is now, not to what it was when this module was imported."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stdout


class SafeLogger:
    """A structured logger that writes constant messages with allowed keys only."""

    def __init__(self) -> None:
        """Wrap the Powertools logger; service and level come from the environment."""
        self._logger = Logger(
            service=os.environ.get("POWERTOOLS_SERVICE_NAME", "puhui"),
            level=os.environ.get("LOG_LEVEL", "INFO"),
            utc=True,
            location=None,
            logger_handler=_CurrentStdout(),
        )

    def info(self, message: str, **fields: Any) -> None:
        """Log what happened, with ids and numbers."""
        self._logger.info(masked(message), extra=_allowed(fields))

    def warning(self, message: str, **fields: Any) -> None:
        """Log what should be looked at."""
        self._logger.warning(masked(message), extra=_allowed(fields))

    def error(self, message: str, *, error: BaseException | None = None, **fields: Any) -> None:
        """Log a failure; of an exception only class, code, rule, field and place are written."""
        described = {} if error is None else _described(error)
        self._logger.error(masked(message), extra=_allowed({**described, **fields}))

    def set_correlation_id(self, correlation_id: str | None) -> None:
        """Put the correlation id into every line from now on."""
        self._logger.set_correlation_id(correlation_id)

    def correlation_id(self) -> str | None:
        """Answer the correlation id of this invocation."""
        value: str | None = self._logger.get_correlation_id()
        return value


class BusinessMetrics:
    """Counts business facts in CloudWatch's embedded metric format; costs no call.

    A fact with dimensions of its own (`provider="sbx-tax"`) is also written under its service
    alone: an alarm cannot search, it needs one metric. Values of dimensions are ids and names of
    the bank's own configuration, few and never personal.
    """

    def count(
        self, name: str, value: int = 1, *, bank_id: str | None = None, **dimensions: str
    ) -> None:
        """Count something: `metrics.count("LoanBooked", bank_id="north")`."""
        self._emit(name, MetricUnit.Count, value, bank_id, dimensions)

    def milliseconds(
        self, name: str, value: float, *, bank_id: str | None = None, **dimensions: str
    ) -> None:
        """Record a duration."""
        self._emit(name, MetricUnit.Milliseconds, value, bank_id, dimensions)

    def percent(
        self, name: str, value: float, *, bank_id: str | None = None, **dimensions: str
    ) -> None:
        """Record a share: `metrics.percent("QuotaUsedPercent", 80, gate="provider:sbx-tax")`."""
        self._emit(name, MetricUnit.Percent, value, bank_id, dimensions)

    @staticmethod
    def _emit(
        name: str, unit: MetricUnit, value: float, bank_id: str | None, extra: Mapping[str, str]
    ) -> None:
        service = {"service": os.environ.get("POWERTOOLS_SERVICE_NAME", "puhui")}
        bank = {"bank_id": bank_id} if bank_id else {}
        sets = [{**service, **bank, **extra}, service] if extra else [{**service, **bank}]
        for dimensions in sets:
            with single_metric(
                name=name, unit=unit, value=value, namespace=METRICS_NAMESPACE
            ) as metric:
                for key, text in dimensions.items():
                    metric.add_dimension(name=key, value=text)


def masked(text: str) -> str:
    """Cut a text and hide what looks like a phone, identity, account number or mail address.

    >>> masked("call 13800138000 now")
    'call **** now'
    """
    return _PERSONAL.sub(_MASK, text[:MAX_TEXT_CHARACTERS])


def trace_id() -> str | None:
    """Answer the X-Ray trace of this invocation; tracing itself is a flag of each service."""
    root = re.search(r"Root=([0-9a-f-]+)", os.environ.get("_X_AMZN_TRACE_ID", ""))
    return root.group(1) if root else None


def instrument(handler: H) -> H:
    """Wrap a Lambda entry that is no API: correlation id, one line per outcome, safe errors.

    An error of ours is raised as it is, because state machines match its class. Anything else is
    raised as `UnexpectedFailure` (or `Unprocessable` for invalid data): its message would end up,
    with the data that broke it, in logs and in the history of a workflow.
    """
    state = {"cold": True}
    name = handler.__module__

    @functools.wraps(handler)
    def instrumented(event: Any, context: Any) -> Any:
        logger.set_correlation_id(correlation_id_of(event))
        cold, state["cold"] = state["cold"], False
        started = time.monotonic()
        outcome: dict[str, Any] = {"handler": name, "cold_start": cold}
        try:
            result = handler(event, context)
        except Exception as error:
            safe = safe_error(error)
            logger.error("failed", error=safe, duration_ms=_since(started), **outcome)
            if safe is error:
                raise
            raise safe from None
        logger.info("done", outcome="ok", duration_ms=_since(started), **outcome)
        return result

    return instrumented  # type: ignore[return-value]


def correlation_id_of(event: Any) -> str | None:
    """Find the correlation id of a call, an event, a batch of one, or an API request."""
    if not isinstance(event, Mapping):
        return None
    detail = event.get("detail")
    headers = event.get("headers") or {}
    found = (
        event.get("correlation_id")
        or (detail.get("correlation_id") if isinstance(detail, Mapping) else None)
        or next((v for k, v in headers.items() if k.lower() == "x-correlation-id"), None)
    )
    return str(found)[:80] if found else None


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _described(error: BaseException) -> dict[str, Any]:
    safe = safe_error(error)
    if isinstance(safe, UnexpectedFailure) and safe.error_class:
        return {"error_class": safe.error_class, "error_at": safe.error_at}
    fields = {
        "error_class": type(error).__name__,
        "error_code": safe.code,
        "rule": safe.rule,
        "field": safe.field,
        "retryable": safe.retryable,
        "error_at": place_of(error),
    }
    return {key: value for key, value in fields.items() if value not in (None, "")}


def _allowed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the allowed keys with plain values and name the keys that were dropped."""
    kept: dict[str, Any] = {}
    dropped: list[str] = []
    for key, value in fields.items():
        if key in ALLOWED_KEYS:
            kept[key] = str(value) if key in UNMASKED_KEYS else _plain(value)
        else:
            dropped.append(key)
    if dropped:
        kept["dropped_keys"] = sorted(dropped)
    return kept


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in list(value)[:MAX_LIST_ITEMS]]
    return f"<{type(value).__name__}>"


logger = SafeLogger()
metrics = BusinessMetrics()
