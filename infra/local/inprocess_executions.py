"""The state machines of the in-process cloud: started, looked at, stopped."""

from __future__ import annotations

import json
from typing import Any

from infra.local.deployed import Deployed
from infra.local.errors import LocalCloudError

WAITING = frozenset({"TaskSubmitted", "WaitStateEntered"})
"""The last event of an execution that waits for a person's token, or for time to pass."""


class Executions:
    """What a cloud can say of its executions."""

    deployed: Deployed

    def client(self, service: str) -> Any:
        """A boto3 client of the mock."""
        raise NotImplementedError

    def start_execution(self, machine: str, name: str, payload: Any) -> str:
        """Start a state machine by the end of its name; return the execution's ARN."""
        arn = next(a for n, a in self.deployed.state_machines.items() if n.endswith(machine))
        answer = self.client("stepfunctions").start_execution(
            stateMachineArn=arn, name=name, input=json.dumps(payload)
        )
        return str(answer["executionArn"])

    def execution(self, arn: str) -> dict[str, Any]:
        """Describe an execution."""
        states = self.client("stepfunctions")
        return dict(states.describe_execution(executionArn=arn))

    def history(self, arn: str) -> list[dict[str, Any]]:
        """The events of an execution."""
        events: list[dict[str, Any]] = self.client("stepfunctions").get_execution_history(
            executionArn=arn
        )["events"]
        return events

    def states(self, arn: str) -> list[str]:
        """Names of the states that an execution entered, in order."""
        details = (event.get("stateEnteredEventDetails") for event in self.history(arn))
        return [detail["name"] for detail in details if detail]

    def _moving(self) -> list[str]:
        """Executions between two states, and their last event: on a slow machine just slow."""
        from infra.local.moto_shims.states import last_event

        client, found = self.client("stepfunctions"), []
        for arn in self.deployed.state_machines.values():
            running = client.list_executions(stateMachineArn=arn, statusFilter="RUNNING")
            for execution in running["executions"]:
                event = last_event(execution["executionArn"])
                if event not in WAITING:
                    found.append(f"{execution['name']} after {event}")
        return found

    def _restless(self, happened: str) -> LocalCloudError:
        """Why whoever waits for calm waited in vain."""
        moving = self._moving() or "nobody"
        return LocalCloudError(
            f"the cloud did not settle: {happened}, between two states: {moving}"
        )

    def _stop_executions(self) -> None:
        client = self.client("stepfunctions")
        for arn in self.deployed.state_machines.values():
            running = client.list_executions(stateMachineArn=arn, statusFilter="RUNNING")
            for execution in running["executions"]:
                client.stop_execution(executionArn=execution["executionArn"])
