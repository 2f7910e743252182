"""One application of a walk, and what its customer and the people of its bank do about it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.domain.applicant import Applicant

if TYPE_CHECKING:
    from tests.support.loan_walk import LoanWalk

MACHINE = "loan-application"
NOT_FOUND = 404


class Refused(AssertionError):
    """The API answered with an error that the test did not expect."""

    def __init__(self, method: str, path: str, status: int, body: Any) -> None:
        """Keep status and body."""
        self.status, self.body = status, body
        super().__init__(f"{method} {path}: {status} {body}")


@dataclass(frozen=True)
class Loan:
    """One application and what its customer does."""

    walk: LoanWalk
    application_id: str
    customer_id: str
    firm: Applicant

    @property
    def token(self) -> str:
        """The customer's own token."""
        return self.walk.token("customer", customer=self.customer_id)

    @property
    def view(self) -> dict[str, Any]:
        """What the factory tells the customer."""
        return self.walk.call("GET", f"/factory/applications/{self.application_id}", self.token)

    @property
    def outcome(self) -> str | None:
        """The named outcome, once there is one."""
        outcome = self.view["outcome"]
        return None if outcome is None else str(outcome)

    @property
    def execution_arns(self) -> list[str]:
        """Every execution of this application, resumed ones included, oldest first."""
        client = self.walk.cloud.client("stepfunctions")
        machine = next(
            arn for name, arn in self.walk.cloud.deployed.state_machines.items() if MACHINE in name
        )
        found = client.list_executions(stateMachineArn=machine)["executions"]
        mine = [one for one in found if one["name"].startswith(self.application_id)]
        return [one["executionArn"] for one in sorted(mine, key=lambda one: one["name"])]

    @property
    def running(self) -> bool:
        """Whether the latest execution is still under way."""
        described = self.walk.cloud.execution(self.execution_arns[-1])
        return str(described["status"]) == "RUNNING"

    @property
    def states(self) -> list[str]:
        """The states that the latest execution entered."""
        return self.walk.cloud.states(self.execution_arns[-1])

    def accept(self) -> None:
        """Read and confirm what the loan costs, then accept the offer."""
        self.read_disclosure()
        self._answer("acceptance")

    def read_disclosure(self) -> None:
        """Open the cost disclosure, let its reading time pass, confirm it."""
        self.walk.wait_until(lambda: self.view["offer"] is not None)
        path = f"/factory/applications/{self.application_id}/offer/disclosure"
        shown = self.walk.call("POST", f"{path}/showing", self.token)
        time.sleep(self.view["offer"]["reading_seconds"])
        body = {"disclosure_sha256": shown["disclosure_sha256"]}
        self.walk.call("POST", f"{path}/confirmation", self.token, body)

    def refuse(self) -> None:
        """Refuse the offer."""
        self._answer("refusal")

    def _answer(self, answer: str) -> None:
        self.walk.wait_until(lambda: self.view["offer"] is not None)
        path = f"/factory/applications/{self.application_id}/offer"
        body = {"terms_sha256": self.view["offer"]["terms_sha256"]}
        self.walk.call("POST", f"{path}/{answer}", self.token, body)
        self.walk.cloud.settle()

    @property
    def contract(self) -> dict[str, Any]:
        """The contract as the customer sees it."""
        path = f"/signing/applications/{self.application_id}/contract"
        return self.walk.call("GET", path, self.token)

    def sign(self) -> None:
        """Sign the contract that was read."""
        contract = self._prepared_contract()
        self.walk.call(
            "POST",
            f"/signing/contracts/{contract['contract_id']}/signature",
            self.token,
            {"document_sha256": contract["document_sha256"], "cost_disclosure_read": True},
        )
        self.walk.cloud.settle()

    def refuse_to_sign(self) -> None:
        """Refuse the contract."""
        path = f"/signing/contracts/{self._prepared_contract()['contract_id']}/refusal"
        self.walk.call("POST", path, self.token)
        self.walk.cloud.settle()

    def withdraw(self) -> None:
        """Withdraw the application."""
        path = f"/intake/applications/{self.application_id}/withdrawal"
        self.walk.call("POST", path, self.token)
        self.walk.cloud.settle()

    def _prepared_contract(self) -> dict[str, Any]:
        """On a busy machine the contract may be prepared a moment after all seems calm."""
        found: list[dict[str, Any]] = []

        def prepared() -> bool:
            try:
                found.append(self.contract)
            except Refused as refused:
                if refused.status != NOT_FOUND:
                    raise
            return bool(found)

        self.walk.wait_until(prepared)
        return found[0]

    def _open_task(self, kind: str) -> str:
        """The state is entered a moment before its message is on the queue."""
        found: list[str] = []

        def opened() -> bool:
            found.extend(
                str(task["task_id"])
                for task in self.walk.open_tasks()
                if task["application_id"] == self.application_id and task["kind"] == kind
            )
            return bool(found)

        self.walk.wait_until(opened)
        return found[0]

    def decide_task(self, outcome: str, *, kind: str = "approval") -> None:
        """Let the right person claim and decide this application's task, once it is open."""
        token = self.walk.approver if kind == "approval" else self.walk.operator
        path = f"/operations/tasks/{self._open_task(kind)}"
        self.walk.call("POST", f"{path}/claim", token)
        body: dict[str, Any] = {"outcome": outcome, "comment": "测试"}
        self.walk.call("POST", f"{path}/decision", token, body)
        self.walk.cloud.settle()
