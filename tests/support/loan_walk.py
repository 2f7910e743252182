"""One loan on its way through the synthesised system in one process: what a person would do.

with walking() as walk:
    loan = walk.bring_in()                  # a simulated firm, up to its offer
    loan.accept(); loan.sign()
    assert loan.outcome == "disbursed"
    walk.assert_books_balance()
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from infra.cli.bank_file import BankFile, read_bank_file
from infra.config import ROOT, existing_modules
from infra.local.faults import ALWAYS, Fault
from infra.local.inprocess import InProcessCloud
from infra.local.resources import DeploymentOptions
from infra.synth import synthesise
from puhui.clock import SystemClock
from puhui.http_signing import HmacSigner
from sandbox.domain.applicant import Applicant
from tests.support.signing_keys import use_known_keys
from tests.support.walked_firms import BUSINESS_DATE, customer_body, firms
from tests.support.walked_loan import Loan, Refused

DEMO_BANK = ROOT / "docs" / "examples" / "demo-bank.yaml"
FIRST_ERROR = 400
POLL_SECONDS = 0.1
WITHOUT_EXTERNAL_DATA = existing_modules() - {"extdata"}


@contextmanager
def walking(
    substitutions: Mapping[str, str] | None = None,
    *,
    modules: Iterable[str] | None = None,
    product: Mapping[str, Any] | None = None,
    **options: Any,
) -> Iterator[LoanWalk]:
    """Deploy the modules into one process and set the demonstration bank up.

    Without `modules`: all but external data, so that the invoices come with the application. Every
    consent of a customer would be told to external data, which costs a walk half of its time; the
    tests of external data, of privacy, and the end-to-end tests name it.
    """
    chosen = DeploymentOptions(substitutions=substitutions or {}, **options)
    cloud = InProcessCloud(
        synthesise(modules=WITHOUT_EXTERNAL_DATA if modules is None else modules),
        business_date=BUSINESS_DATE.isoformat(),
        options=chosen,
    )
    with pytest.MonkeyPatch.context() as monkeypatch, cloud:
        use_known_keys(monkeypatch)
        walk = LoanWalk(cloud, _bank(product or {}))
        walk.set_up()
        yield walk


def _bank(changes: Mapping[str, Any]) -> BankFile:
    bank = read_bank_file(DEMO_BANK)
    product = bank.products[0].model_copy(update=dict(changes))
    return bank.model_copy(update={"products": (product, *bank.products[1:])})


class LoanWalk:
    """A bank in one process, and the people around it."""

    def __init__(self, cloud: InProcessCloud, bank: BankFile) -> None:
        """Take firms from the population one after the other."""
        self.cloud = cloud
        self.bank = bank
        self._firms = firms()
        branch = bank.branches[0].branch_id
        self.manager = self.token("relationship_manager", branch=branch, subject="rm-demo")
        self.approver = self.token("approver", subject="approver-demo")
        self.operator = self.token("operator", subject="operator-demo-bank")
        self.auditor = self.token("auditor", subject="auditor")

    def token(self, role: str, **claims: Any) -> str:
        """A token of this bank."""
        return self.cloud.tokens.issue(role, self.bank.bank_id, **claims)

    def call(
        self, method: str, path: str, token: str, body: Any = None, key: str | None = None
    ) -> dict[str, Any]:
        """Call the API; an error is a Refused."""
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = self.cloud.request(method, path, token=token, body=body, headers=headers)
        parsed = json.loads(answer.body) if answer.body else {}
        if answer.status >= FIRST_ERROR:
            raise Refused(method, path, answer.status, parsed)
        found: dict[str, Any] = parsed
        return found

    def set_up(self) -> None:
        """Bank, branches, staff, products."""
        admin = self.token("admin", subject="admin")
        for path, body in self.bank.requests():
            self.call("PUT", path, admin, body)
        self.cloud.settle()

    def next_firm(self) -> Applicant:
        """A firm that has not asked yet."""
        return next(self._firms)

    def bring_in(
        self, firm: Applicant | None = None, *, upload: bool = True, **changes: Any
    ) -> Loan:
        """Register, consent, upload, apply, submit; the workflow has gone as far as it can."""
        chosen = firm or self.next_firm()
        applicant = replace(chosen, **changes) if changes else chosen
        loan = self.submit(applicant, upload=upload)
        self.cloud.settle()
        return loan

    def submit(self, firm: Applicant, *, upload: bool = True) -> Loan:
        """Everything up to the submission; no event is delivered yet."""
        key = firm.applicant_id
        customer = self.call("POST", "/intake/customers", self.manager, customer_body(firm), key)
        customer_id = str(customer["customer_id"])
        for scope in self.bank.products[0].required_consents:
            body = {
                "scope": scope,
                "version": "2026-11",
                "expires_on": (BUSINESS_DATE + timedelta(days=365)).isoformat(),
                "evidence_sha256": "0" * 64,
            }
            path = f"/intake/customers/{customer_id}/consents"
            self.call("POST", path, self.manager, body, f"{key}-{scope}")
        application = self.call(
            "POST",
            "/intake/applications",
            self.manager,
            {
                "customer_id": customer_id,
                "product_code": self.bank.products[0].code,
                "amount_fen": firm.amount.minor,
                "term_months": firm.term_months,
                "repayment_method": firm.repayment_method,
                "purpose": firm.purpose,
                "document_ids": [self._upload(customer_id, firm)] if upload else [],
            },
            f"{key}-app",
        )
        loan = Loan(self, str(application["application_id"]), customer_id, firm)
        self.call("POST", f"/intake/applications/{loan.application_id}/submission", self.manager)
        return loan

    def _upload(self, customer_id: str, firm: Applicant) -> str:
        content = firm.invoice_bytes()
        document = self.call(
            "POST",
            "/intake/documents",
            self.manager,
            {
                "customer_id": customer_id,
                "product": "invoice/1",
                "content_type": "application/json",
                "size_bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "file_name": "invoices.json",
            },
            f"{firm.applicant_id}-doc",
        )
        self.cloud.upload(document["upload"], content)
        self.cloud.settle()
        return str(document["document_id"])

    def next_verdict(self, verdict: str, limit_fen: int = 80_000_000) -> None:
        """Make risk answer this to the next application, so that a test is about what follows."""
        reason = {"code": "test", "text": "测试原因", "customer_text": "测试原因"}
        answer = {
            "decision_id": "dec-test",
            "application_id": "app-test",
            "verdict": verdict,
            "reasons": [] if verdict == "approve" else [reason],
            "limit_fen": 0 if verdict == "decline" else limit_fen,
            "annual_rate_bps": 600,
            "policy_version": "test",
            "record_sha256": "0" * 64,
        }
        self.cloud.faults.on_function("risk-decide", Fault(answer=answer))

    def ready_to_pay(self, *, account_ending: str = "") -> Loan:
        """An approved loan with an accepted offer: it waits for nothing but its signature."""
        self.next_verdict("approve")
        firm = self.next_firm()
        if account_ending:
            account = firm.party.payout_account[: -len(account_ending)] + account_ending
            firm = replace(firm, party=firm.party.model_copy(update={"payout_account": account}))
        loan = self.bring_in(firm)
        loan.accept()
        return loan

    def break_function(self, function: str) -> None:
        """Let a function fail for good."""
        self.cloud.faults.on_function(function, Fault(error_type="SomethingBroke"), times=ALWAYS)

    def approvable_firm(self) -> Applicant:
        """A firm that the real engine approves: the healthy persona."""
        return next(firm for firm in self._firms if firm.persona == "healthy")

    def wait_for_outcome(self, loan: Loan, seconds: float = 30.0) -> None:
        """Let real time pass until the application is closed."""
        self.wait_until(lambda: loan.outcome is not None, seconds)

    def wait_for_end(self, loan: Loan, seconds: float = 30.0) -> None:
        """Let real time pass until no execution of this application runs any more."""
        self.wait_until(lambda: not loan.running, seconds)

    def wait_for_state(self, loan: Loan, state: str, seconds: float = 30.0) -> None:
        """Let real time pass until the workflow has come to a state."""
        self.wait_until(lambda: state in loan.states, seconds)

    def wait_until(self, reached: Callable[[], bool], seconds: float = 30.0) -> None:
        """Let real time pass, and everything that is on its way arrive."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.cloud.settle()
            if reached():
                return
            time.sleep(POLL_SECONDS)
        raise AssertionError(f"not reached within {seconds} s")

    def redrive(self) -> None:
        """What `puhui dlq redrive` does with the workflow's dead letters."""
        url = self._queue_url("factory-commands")
        for letter in self.dead_letters():
            self.cloud.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(letter))
        self.cloud.settle()

    def _queue_url(self, ending: str) -> str:
        queues = self.cloud.deployed.queues.items()
        return next(queue.url for name, queue in queues if name.endswith(ending))

    # --- what is looked at afterwards ------------------------------------------------------

    def open_tasks(self) -> list[dict[str, Any]]:
        """The tasks that wait for a person."""
        return list(self.call("GET", "/operations/tasks", self.approver)["items"])

    def dead_letters(self) -> list[dict[str, Any]]:
        """What lies in the workflow's dead-letter queue, taken out of it."""
        sqs, url = self.cloud.client("sqs"), self._queue_url("factory-commands-dlq")
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]

    def payments(self) -> list[dict[str, Any]]:
        """Every order that the simulated core bank has booked."""
        name = next(name for name in self.cloud.deployed.tables if "sandbox" in name)
        items = self.cloud.client("dynamodb").scan(TableName=name)["Items"]
        return [item for item in items if "PAYMENT" in item["pk"]["S"].upper()]

    def trial_balance(self) -> dict[str, Any]:
        """The bank's books."""
        return self.call("GET", "/servicing/ledger/trial-balance", self.auditor)

    def assert_books_balance(self) -> None:
        """The books are balanced and agree with what the core bank paid."""
        balance = self.trial_balance()
        assert balance["difference_fen"] == 0
        assert balance["pending_difference_fen"] == 0

    def plan_rail_fault(self, **fault: Any) -> None:
        """Tell the simulated core bank how to misbehave."""
        secrets = self.cloud.client("secretsmanager")
        arn = self.cloud.deployed.parameters[
            f"/puhui/{self.cloud.env}/platform/core-banking/secret-arn"
        ]
        body = json.dumps({"serial_no_prefix": "", **fault}).encode()
        signer = HmacSigner.from_secret(secrets, arn, SystemClock())
        headers = {**signer("POST", "/rail/faults", body), "content-type": "application/json"}
        answer = self.cloud.request("POST", "/sandbox/rail/faults", raw=body, headers=headers)
        assert answer.status < FIRST_ERROR, answer.body
