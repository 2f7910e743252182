"""Shims over moto's Step Functions: JSONata, caches, direct invocation, transition counting."""

from __future__ import annotations

import functools
import importlib
import io
import json
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from infra.local.jsonata_engine import UNDEFINED, JsonataEngine, QueryFailed
from infra.local.moto_shims.patching import locked_cache, replace

ASL = "moto.stepfunctions.parser.asl"


@dataclass
class Counters:
    """What AWS would bill: every state entered and every retry is one transition."""

    state_transitions: int = 0
    history_events: int = 0
    """Every event of every execution; tests see from it whether anything still moves."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, *, transition: bool, event: bool = False) -> None:
        """One more transition, one more event, or both."""
        with self._lock:
            self.state_transitions += transition
            self.history_events += event


COUNTERS = Counters()
_ENGINE = JsonataEngine()


def make_clients(region: str) -> None:
    """Make now what a task makes at its first message: it reads the environment, which changes."""
    service = f"{ASL}.component.state.exec.state_task.service.state_task_service_sqs"
    importlib.import_module(service).boto_client_for(region=region, service="sqs")


def last_event(execution_arn: str) -> str | None:
    """The type of an execution's newest event; to ask moto's API copies the whole history."""
    models = importlib.import_module("moto.stepfunctions.parser.models")
    region, account_id = execution_arn.split(":")[3:5]
    backend = models.stepfunctions_parser_backends[account_id][region]
    env = backend.describe_execution(execution_arn).exec_worker.env
    events = env.event_manager._history_event_list if env else ()
    return str(events[-1]["type"].value) if events else None


def install(outside: Any, retry_delay_scale: float) -> None:
    """Make moto's state machines evaluate JSONata, call our functions and run fast."""
    expressions = importlib.import_module(f"{ASL}.component.common.string.string_expression")
    execution = importlib.import_module(f"{ASL}.component.state.exec.execute_state")
    retrier = importlib.import_module(f"{ASL}.component.common.retry.retrier_decl")
    worker = importlib.import_module("moto.stepfunctions.parser.backend.execution_worker")
    # moto#10105: JSONata is never evaluated.
    replace(expressions.StringJSONata, "_eval_body", _evaluate_jsonata)
    # moto remembers every thread that it ever started.
    for module in (worker, execution):
        replace(module, "TMP_THREADS", _Forgetful())
    replace(retrier, "time", _ScaledTime(retry_delay_scale))
    _install_caches()
    _install_invocation(outside)
    _install_counting(execution)
    install_whole_outcomes()


def install_whole_outcomes() -> None:
    """moto says that an execution has ended before it says how: who reads between finds no output.

    Also for tests without the other shims of state machines; `moto_shims.uninstall` undoes it.
    """
    execution = importlib.import_module("moto.stepfunctions.parser.backend.execution")
    responses = importlib.import_module("moto.stepfunctions.responses")
    lock = threading.RLock()
    for owner, name in (
        (execution.BaseExecutionWorkerCommunication, "_reflect_execution_status"),
        (responses.StepFunctionResponse, "describe_execution"),
    ):
        replace(owner, name, _under(lock, getattr(owner, name)))


def _under(lock: AbstractContextManager[Any], method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def locked(*given: Any, **named: Any) -> Any:
        with lock:
            return method(*given, **named)

    return locked


def _install_caches() -> None:
    """A client per task costs tens of milliseconds, a parse per execution half a second."""
    client = importlib.import_module(f"{ASL}.utils.boto_client")
    sqs = importlib.import_module(
        f"{ASL}.component.state.exec.state_task.service.state_task_service_sqs"
    )
    replace(sqs, "boto_client_for", _client_without_credentials(client.boto_client_for))
    parser = importlib.import_module(f"{ASL}.parse.asl_parser").AmazonStateLanguageParser
    replace(parser, "parse", staticmethod(locked_cache(parser.parse)))
    preprocessor = importlib.import_module(f"{ASL}.parse.preprocessor").Preprocessor
    replace(preprocessor, "_inner_string_of", staticmethod(_unescaped(preprocessor)))


def _unescaped(preprocessor: Any) -> Any:
    """moto keeps the backslashes of a literal in `Assign`, `Output` keys and state names."""
    inner_string_of = preprocessor._inner_string_of

    @functools.wraps(inner_string_of)
    def unescaped(parser_rule_context: Any) -> str | None:
        text: str | None = inner_string_of(parser_rule_context)
        return json.loads(f'"{text}"') if text and "\\" in text else text

    return unescaped


def _client_without_credentials(client_for: Any) -> Any:
    cached = locked_cache(client_for)

    def call(region: str, service: str, state_credentials: Any = None) -> Any:
        return cached(region=region, service=service)

    return call


def _install_invocation(outside: Any) -> None:
    """A Lambda task calls the function directly, not through one more HTTP request to moto."""
    utils = importlib.import_module(f"{ASL}.component.state.exec.state_task.lambda_eval_utils")

    def invoke(parameters: dict[str, Any], region: str, state_credentials: Any) -> dict[str, Any]:
        payload, error = outside.invoke(parameters["FunctionName"], parameters.get("Payload", b""))
        answer: dict[str, Any] = {"StatusCode": 200, "ExecutedVersion": "$LATEST"}
        if error:
            answer["FunctionError"] = error
        return {**answer, "Payload": utils._from_payload(io.BytesIO(payload))}

    replace(utils, "_invoke_lambda_function", invoke)
    responses = importlib.import_module("moto.stepfunctions.responses")
    replace(responses.StepFunctionResponse, "send_task_failure", _send_task_failure)


def _send_task_failure(self: Any) -> Any:
    """moto drops the cause of a failed task, and lets a used token fail what has ended."""
    from moto.core.responses import EmptyResult
    from moto.stepfunctions.parser.api import ExecutionStatus, InvalidToken

    token, backend = self._get_param("taskToken"), self.stepfunction_backend
    running = backend._get_executions(ExecutionStatus.RUNNING)
    if not any(one.exec_worker.env.callback_pool_manager.get(token) for one in running):
        raise InvalidToken()  # type: ignore[no-untyped-call]
    backend.send_task_failure(
        token,
        error=self._get_param("error"),
        cause=self._get_param("cause"),
    )
    return EmptyResult()


def _install_counting(execution: Any) -> None:
    manager = importlib.import_module(f"{ASL}.eval.event.event_manager").EventManager
    add_event = manager.add_event
    handle_retry = execution.ExecutionState._handle_retry

    @functools.wraps(add_event)
    def count_states(self: Any, context: Any, event_type: Any, *rest: Any, **named: Any) -> Any:
        entered = str(getattr(event_type, "value", event_type)).endswith("StateEntered")
        COUNTERS.count(transition=entered, event=True)
        return add_event(self, context, event_type, *rest, **named)

    @functools.wraps(handle_retry)
    def count_retries(self: Any, *arguments: Any, **named: Any) -> Any:
        outcome = handle_retry(self, *arguments, **named)
        if outcome.name == "CanRetry":
            COUNTERS.count(transition=True)
        return outcome

    replace(manager, "add_event", count_states)
    replace(execution.ExecutionState, "_handle_retry", count_retries)


class _Forgetful(list[Any]):
    def append(self, item: Any) -> None:
        """Keep nothing."""


class _ScaledTime:
    """Stands in for the `time` module where a retrier waits, so that tests need not."""

    def __init__(self, scale: float) -> None:
        self._scale = scale

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds * self._scale)


def _evaluate_jsonata(self: Any, env: Any) -> None:
    """Bind `$states` and the variables in a frame instead of printing them as source text."""
    intrinsic = importlib.import_module(f"{ASL}.component.intrinsic.jsonata")
    library = importlib.import_module(f"{ASL}.jsonata.jsonata")
    store = env.variable_store
    variables = {**store._outer_scope, **store._inner_scope, "states": env.states._states_data}
    expression = self.expression
    references = library.extract_jsonata_variable_references(expression)
    if declarations := intrinsic.get_intrinsic_functions_declarations(references):
        expression = f"({declarations}{expression})"
    try:
        value = _ENGINE.evaluate(expression, variables)
    except QueryFailed as error:
        cause = f"The JSONata expression '{self.expression}' failed: {error}"
        raise _query_error(env, cause) from None
    if value is UNDEFINED:
        cause = f"The JSONata expression '{self.expression}' returned nothing (undefined)."
        raise _query_error(env, cause)
    env.stack.append(value)


def _query_error(env: Any, cause: str) -> Exception:
    """The failure event that AWS gives: States.QueryEvaluationError, with its cause."""
    names = importlib.import_module(f"{ASL}.component.common.error_name.states_error_name")
    kinds = importlib.import_module(f"{ASL}.component.common.error_name.states_error_name_type")
    failures = importlib.import_module(f"{ASL}.component.common.error_name.failure_event")
    api = importlib.import_module("moto.stepfunctions.parser.api")
    details = importlib.import_module(f"{ASL}.eval.event.event_detail").EventDetails
    name = names.StatesErrorName(typ=kinds.StatesErrorNameType.StatesQueryEvaluationError)
    failed = api.EvaluationFailedEventDetails(cause=cause, error=name.error_name)
    event_type = api.HistoryEventType.EvaluationFailed
    event_details = details(evaluationFailedEventDetails=failed)
    event = failures.FailureEvent(
        env=env, error_name=name, event_type=event_type, event_details=event_details
    )
    env.event_manager.add_event(
        context=env.event_history_context, event_type=event_type, event_details=event_details
    )
    error: Exception = failures.FailureEventException(failure_event=event)
    return error
