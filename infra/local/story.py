"""Gathers one application's whole story from a running cloud, without personal data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import httpx

from infra.local.errors import NoSuchApplication
from infra.local.running import RunningCloud
from puhui.contracts.factory import STATION_NAMES, STATION_OF_STATE

HISTORY_PAGE = 1000
TIMEOUT_SECONDS = 30.0
CHINESE_TITLE = re.compile(r"^[一-鿿]+(?=[:,])")
FOLLOWED = (
    "customer_id",
    "query_id",
    "decision_id",
    "offer_id",
    "contract_id",
    "disbursement_id",
    "transfer_id",
    "loan_id",
)
CHAPTERS: tuple[tuple[str, str, str], ...] = (
    ("时间线 Timeline", "intake", "/applications/{application_id}/timeline"),
    ("申请 Application", "factory", "/applications/{application_id}"),
    ("外部数据 External data", "extdata", "/queries/{query_id}"),
    ("决策 Decision", "risk", "/decisions/{decision_id}"),
    ("合同 Contract", "signing", "/applications/{application_id}/contract"),
    ("贷款 Loan", "servicing", "/loans/{loan_id}"),
    ("账务 Ledger", "servicing", "/ledger/transfers/{transfer_id}"),
)
"""What each module tells an auditor about the application: title, module, route."""


@dataclass(frozen=True)
class Step:
    """One state that the application passed."""

    state: str
    title: str
    station: str
    entered: datetime
    seconds: float | None
    attempts: int = 1
    errors: Sequence[str] = ()


@dataclass(frozen=True)
class Story:
    """Everything that is known about one application."""

    application_id: str
    bank_id: str
    status: str
    started: datetime
    ended: datetime | None
    steps: Sequence[Step]
    facts: Mapping[str, str] = field(default_factory=dict)
    chapters: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The story as JSON."""
        text = json.dumps(asdict(self), default=str, ensure_ascii=False)
        found: dict[str, Any] = json.loads(text)
        return found


def tell(cloud: RunningCloud, application_id: str) -> Story:
    """Find the execution of this application and ask every module about it."""
    described, machine = _execution(cloud, application_id)
    client = cloud.client("stepfunctions")
    events = list(_history(client, described["executionArn"]))
    definition = json.loads(client.describe_state_machine(stateMachineArn=machine)["definition"])
    facts = facts_of(described, events)
    bank_id = facts.get("bank_id", "")
    return Story(
        application_id=application_id,
        bank_id=bank_id,
        status=described["status"],
        started=described["startDate"],
        ended=described.get("stopDate"),
        steps=list(steps_of(events, _all_states(definition))),
        facts=facts,
        chapters=_chapters(cloud, bank_id, {**facts, "application_id": application_id}),
    )


def _all_states(machine: Mapping[str, Any]) -> dict[str, Any]:
    """Every state by name, those inside a Map too."""
    found = dict(machine["States"])
    for state in machine["States"].values():
        if "ItemProcessor" in state:
            found |= _all_states(state["ItemProcessor"])
    return found


def _execution(cloud: RunningCloud, application_id: str) -> tuple[dict[str, Any], str]:
    """An application's execution is named after it; the newest attempt counts."""
    client = cloud.client("stepfunctions")
    for arn in cloud.state_machines.values():
        listed = client.list_executions(stateMachineArn=arn)["executions"]
        found = [
            one
            for one in listed
            if one["name"] == application_id or one["name"].startswith(f"{application_id}-")
        ]
        if found:
            newest = max(found, key=lambda one: one["startDate"])
            return client.describe_execution(executionArn=newest["executionArn"]), arn
    raise NoSuchApplication(f"no state machine ran for {application_id}: was it submitted?")


def _history(client: Any, arn: str) -> Iterator[dict[str, Any]]:
    request: dict[str, Any] = {"executionArn": arn, "maxResults": HISTORY_PAGE}
    while True:
        page = client.get_execution_history(**request)
        yield from page["events"]
        if "nextToken" not in page:
            return
        request["nextToken"] = page["nextToken"]


def steps_of(events: Sequence[Mapping[str, Any]], states: Mapping[str, Any]) -> Iterator[Step]:
    """One step per state entered, with its attempts, errors and duration."""
    current: dict[str, Any] | None = None
    for event in events:
        if (entered := event.get("stateEnteredEventDetails")) is not None:
            if current is not None:
                yield _step(current, event["timestamp"], states)
            current = {"name": entered["name"], "at": event["timestamp"], "n": 0, "errors": []}
        elif current is None:
            continue
        elif event["type"] == "TaskStarted":
            current["n"] += 1
        elif (failed := _error_of(event)) is not None:
            current["errors"].append(failed)
        elif event.get("stateExitedEventDetails") is not None:
            yield _step(current, event["timestamp"], states)
            current = None
    if current is not None:
        yield _step(current, None, states)


def _step(current: Mapping[str, Any], left: datetime | None, states: Mapping[str, Any]) -> Step:
    name = current["name"]
    station = STATION_OF_STATE.get(name)
    return Step(
        state=name,
        title=_chinese_title(states.get(name, {})),
        station=STATION_NAMES.get(station, "") if station else "",
        entered=current["at"],
        seconds=(left - current["at"]).total_seconds() if left else None,
        attempts=max(1, current["n"]),
        errors=tuple(current["errors"]),
    )


def _chinese_title(state: Mapping[str, Any]) -> str:
    """A state's comment begins with its display name: `风控决策: indicators, …`."""
    found = CHINESE_TITLE.match(str(state.get("Comment", "")))
    return found[0] if found else ""


def _error_of(event: Mapping[str, Any]) -> str | None:
    for key in (
        "taskFailedEventDetails",
        "taskTimedOutEventDetails",
        "executionFailedEventDetails",
    ):
        if key in event:
            return str(event[key].get("error", key))
    return None


def facts_of(described: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Identifiers that the execution carried; nothing personal is among them."""
    found: dict[str, str] = {}
    started = json.loads(described.get("input", "{}"))
    _collect(started, found, ("bank_id",))
    for event in events:
        answered = _parsed(event.get("taskSucceededEventDetails", {}).get("output", "null"))
        if isinstance(answered, Mapping):
            _collect(answered.get("Payload"), found, FOLLOWED)
        assigned = event.get("stateExitedEventDetails", {}).get("assignedVariables", {})
        for name, text in assigned.items():
            value = _parsed(text)
            if name in FOLLOWED and isinstance(value, str):
                found[name] = value
            else:
                _collect(value, found, FOLLOWED)
            if name == "outcome" and isinstance(value, str):
                found["outcome"] = value
    return found


def _collect(value: Any, found: dict[str, str], names: Sequence[str]) -> None:
    if isinstance(value, Mapping):
        found.update({n: value[n] for n in names if isinstance(value.get(n), str)})


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _chapters(cloud: RunningCloud, bank_id: str, facts: Mapping[str, str]) -> dict[str, Any]:
    """Ask each module's API as an auditor of the bank; what does not exist is left out."""
    token = cloud.tokens.issue("auditor", bank_id)
    told: dict[str, Any] = {}
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=cloud.gateway_url, headers=headers, timeout=TIMEOUT_SECONDS) as api:
        for title, module, route in CHAPTERS:
            try:
                path = route.format_map(facts)
            except KeyError:
                continue
            answer = api.get(f"/{module}{path}")
            if answer.status_code == httpx.codes.OK:
                told[title] = answer.json()
    return told
