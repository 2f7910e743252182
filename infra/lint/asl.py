"""Checks state machines: statelint, and the house rules of a machine in our style.

python -m infra.lint.asl [FILE…]      all of statemachines/ when none is named
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from statelint.linter import Linter

from infra.config import ROOT
from infra.lint.error_classes import known_errors

STATE_MACHINES: Final = ROOT / "statemachines"
PLACEHOLDER: Final = re.compile(r"\$\{(\w+)\}")
WHOLE_NUMBER_EXPRESSION: Final = re.compile(r"^\{%\s*(\d+)\s*%\}$")
STAND_IN: Final = "60"
"""Stands for every placeholder while the file is checked: seconds and names both accept it."""
FORBIDDEN_FUNCTIONS: Final = re.compile(r"\$(uuid|hash|eval|random|now|millis)\s*\(")
WHOLE_INPUT: Final = re.compile(r"^\{%\s*\$states\.(input|context)\s*%\}$")
SENTENCE_CASE: Final = re.compile(r"^[A-Z][a-z]+( [a-z0-9][a-z0-9-]*)*\??$")
SERVICES: Final = ("lambda:invoke", "sqs:sendMessage", "events:putEvents", "dynamodb:")
TOKEN: Final = "$states.context.Task.Token"  # noqa: S105 (an expression, not a secret)
DEAD_LETTER_QUEUE: Final = "${DeadLetterQueueUrl}"
MUST_RETRY: Final = {
    "lambda:invoke": frozenset({"UpstreamUnavailable", "Lambda.ServiceException"}),
    "sqs:sendMessage": frozenset({"SQS.SdkClientException"}),
}
"""What a task of a service retries at least: our retryable errors and the service's own."""
NOT_RETRIED: Final = {
    "Pay out": "Any doubt about a payment is queried, never answered by sending it again.",
}
"""States that leave a failure to the next state instead of a retry, each with its reason."""
BACKOFF_RATE: Final = 2.0

Problems = Iterator[str]


def check_file(path: Path) -> list[str]:
    """Answer what is wrong with a state machine's file, in sentences."""
    try:
        machine = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_unique)
    except ValueError as error:
        return [f"cannot be read: {error}"]
    return check_machine(machine)


def check_machine(machine: dict[str, Any]) -> list[str]:
    """Answer what is wrong with a definition, in sentences."""
    problems = [*_statelint(machine), *_machine_rules(machine)]
    for name, state in all_states(machine):
        for rule in STATE_RULES:
            problems.extend(f"{name}: {problem}" for problem in rule(name, state))
    return problems


def all_states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk every state by name, those inside Map and Parallel too."""
    for name, state in machine.get("States", {}).items():
        yield name, state
        for inner in (state.get("ItemProcessor"), *state.get("Branches", ())):
            if inner:
                yield from all_states(inner)


def _statelint(machine: dict[str, Any]) -> Problems:
    text = PLACEHOLDER.sub(STAND_IN, json.dumps(machine))
    yield from Linter.validate(_numbers_as_numbers(json.loads(text)))


def _numbers_as_numbers(value: Any) -> Any:
    """Turn `{% 60 %}` into 60: both mean the same, but statelint knows the second only."""
    if isinstance(value, dict):
        return {key: _numbers_as_numbers(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_numbers_as_numbers(one) for one in value]
    if isinstance(value, str) and (match := WHOLE_NUMBER_EXPRESSION.match(value)):
        return int(match[1])
    return value


def _machine_rules(machine: dict[str, Any]) -> Problems:
    if machine.get("QueryLanguage") != "JSONata":
        yield "the machine's QueryLanguage is not JSONata"
    if not machine.get("Comment"):
        yield "the machine has no Comment"
    if "TimeoutSeconds" not in machine:
        yield "the machine has no TimeoutSeconds"
    text = json.dumps(machine)
    for match in FORBIDDEN_FUNCTIONS.finditer(text):
        yield f"${match[1]} is used: ids, hashes, chance and time are made in handlers"
    states = dict(all_states(machine))
    fails = {name for name, state in states.items() if state.get("Type") == "Fail"}
    kept = [state for state in states.values() if _sends_to_dead_letters(state)]
    if fails and not any(state.get("Next") in fails for state in kept):
        yield f"no state sends a failure to {DEAD_LETTER_QUEUE} before it fails"


def _names(name: str, state: dict[str, Any]) -> Problems:
    if not SENTENCE_CASE.match(name):
        yield "the name is not in sentence case"
    if (state.get("Type") == "Choice") != name.endswith("?"):
        yield "a Choice, and nothing else, is a question"


def _language(name: str, state: dict[str, Any]) -> Problems:
    if "QueryLanguage" in state:
        yield "a state does not choose its own query language"
    for field in ("Arguments", "Output", "ItemSelector"):
        for value in _leaves(state.get(field)):
            if isinstance(value, str) and WHOLE_INPUT.match(value):
                yield f"{field} passes {value} whole; build it field by field"


def _service(name: str, state: dict[str, Any]) -> Problems:
    if state.get("Type") != "Task":
        return
    service = _service_of(state)
    if not service.startswith(SERVICES):
        yield f"{service} is not one of {', '.join(SERVICES)}"
    if "TimeoutSeconds" not in state:
        yield "a Task has a TimeoutSeconds"
    waits = service.endswith(".waitForTaskToken")
    if waits and TOKEN not in json.dumps(state.get("Arguments", {})):
        yield "it waits for a task token that it does not hand out"


def _retries(name: str, state: dict[str, Any]) -> Problems:
    if state.get("Type") != "Task":
        return
    retries = state.get("Retry", [])
    retried = {error for retry in retries for error in retry["ErrorEquals"]}
    service = _service_of(state).removesuffix(".waitForTaskToken")
    missing = MUST_RETRY.get(service, frozenset()) - retried
    if missing and name not in NOT_RETRIED:
        yield f"Retry does not name {', '.join(sorted(missing))}"
    for retry in retries:
        if retry.get("BackoffRate") != BACKOFF_RATE or retry.get("JitterStrategy") != "FULL":
            yield "Retry backs off with BackoffRate 2.0 and JitterStrategy FULL"
        if not {"MaxDelaySeconds", "MaxAttempts", "IntervalSeconds"} <= retry.keys():
            yield "Retry bounds its attempts and its delays"


def _errors(name: str, state: dict[str, Any]) -> Problems:
    """Our own errors exist, and are retried exactly when they are retryable."""
    retried = _named(state, "Retry")
    caught = _named(state, "Catch")
    for error in sorted(retried | caught):
        if error not in known_errors():
            yield f"{error} is no error class of ours"
        elif error in retried and not known_errors()[error]:
            yield f"{error} is retried, but is not retryable"
        elif error in caught - retried and known_errors()[error]:
            yield f"{error} is retryable, but is caught without a retry"


def _catches(name: str, state: dict[str, Any]) -> Problems:
    if state.get("Type") not in {"Task", "Map", "Parallel"} or _inside_map(state):
        return
    catches = state.get("Catch", [])
    if not any("States.ALL" in catch["ErrorEquals"] for catch in catches):
        yield "Catch has no States.ALL"
    if _sends_to_dead_letters(state):
        return
    for catch in catches:
        kept = {**catch.get("Assign", {}), "Output": catch.get("Output", "")}
        named_outcome = not {"States.ALL", "States.TaskFailed"} & set(catch["ErrorEquals"])
        if not named_outcome and "$states.errorOutput" not in json.dumps(kept):
            yield f"the Catch of {', '.join(catch['ErrorEquals'])} does not keep the error"


def _inside_map(state: dict[str, Any]) -> bool:
    """A task that ends an iteration may leave catching to its Map."""
    return bool(state.get("End")) and "Catch" not in state


def _named(state: dict[str, Any], field: str) -> set[str]:
    names = {name for entry in state.get(field, []) for name in entry["ErrorEquals"]}
    return {name for name in names if "." not in name}


def _service_of(state: dict[str, Any]) -> str:
    return str(state.get("Resource", "")).rpartition(":::")[2]


def _sends_to_dead_letters(state: dict[str, Any]) -> bool:
    return bool(state.get("Arguments", {}).get("QueueUrl") == DEAD_LETTER_QUEUE)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    else:
        yield value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{sorted({n for n in names if names.count(n) > 1})} stand twice")
    return found


STATE_RULES: Final[tuple[Callable[[str, dict[str, Any]], Problems], ...]] = (
    _names,
    _language,
    _service,
    _retries,
    _errors,
    _catches,
)


def main() -> int:
    """Print the problems of the named files, or of all; fail if there is one."""
    files = [Path(name) for name in sys.argv[1:]] or sorted(STATE_MACHINES.rglob("*.asl.json"))
    problems = [f"{path}: {problem}" for path in files for problem in check_file(path)]
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
