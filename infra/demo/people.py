"""The people of the demonstration: a relationship manager, a customer, an approver."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from infra.demo.api import ApiRefused, BankApi
from sandbox.domain.applicant import Applicant

CONSENT_DAYS: Final = 365
POLL_SECONDS: Final = 0.4
MAX_POLL_SECONDS: Final = 3.0
NOT_FOUND: Final = 404
CONFLICT: Final = 409
INVOICE: Final = "invoice/1"
JSON: Final = "application/json"

Say = Callable[[str], None]


class GaveUp(Exception):
    """Something did not happen within the time a person would wait."""


def wait_until(
    look: Callable[[], dict[str, Any] | None], seconds: float, what: str
) -> dict[str, Any]:
    """Look again and again, less often as time passes; give up after `seconds`."""
    deadline, pause = time.monotonic() + seconds, POLL_SECONDS
    while time.monotonic() < deadline:
        found = look()
        if found is not None:
            return found
        time.sleep(pause)
        pause = min(pause * 1.3, MAX_POLL_SECONDS)
    raise GaveUp(f"{what} did not happen within {seconds:.0f} s")


@dataclass(frozen=True)
class RelationshipManager:
    """Registers the firm, takes its consents and submits (客户经理).

    Where the bank has no external data, the firm's invoices are uploaded; else the bank asks.
    """

    api: BankApi
    product_code: str
    consents: tuple[str, ...]
    business_date: date
    patience_seconds: float
    uploads: bool = True

    def bring_in(self, applicant: Applicant) -> tuple[str, str]:
        """Answer the ids of the customer and of the submitted application."""
        key = applicant.applicant_id
        customer = self.api.post("/intake/customers", _customer_of(applicant), key=f"{key}-cus")
        customer_id = str(customer["customer_id"])
        for scope in self.consents:
            evidence = hashlib.sha256(f"{key}|{scope}".encode()).hexdigest()
            body = {
                "scope": scope,
                "version": "2026-11",
                "expires_on": (self.business_date + timedelta(days=CONSENT_DAYS)).isoformat(),
                "evidence_sha256": evidence,
            }
            self.api.post(f"/intake/customers/{customer_id}/consents", body, key=f"{key}-{scope}")
        documents = [self._upload(customer_id, applicant)] if self.uploads else []
        application = self.api.post(
            "/intake/applications",
            {
                "customer_id": customer_id,
                "product_code": self.product_code,
                "amount_fen": applicant.amount.minor,
                "term_months": applicant.term_months,
                "repayment_method": applicant.repayment_method,
                "purpose": applicant.purpose,
                "document_ids": documents,
            },
            key=f"{key}-app",
        )
        application_id = str(application["application_id"])
        self.api.post(f"/intake/applications/{application_id}/submission")
        return customer_id, application_id

    def _upload(self, customer_id: str, applicant: Applicant) -> str:
        content = applicant.invoice_bytes()
        document = self.api.post(
            "/intake/documents",
            {
                "customer_id": customer_id,
                "product": INVOICE,
                "content_type": JSON,
                "size_bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "file_name": f"{applicant.applicant_id}-invoices.json",
            },
            key=f"{applicant.applicant_id}-doc",
        )
        document_id = str(document["document_id"])
        self.api.upload(document["upload"], content, JSON)
        checked = wait_until(
            lambda: self._checked(document_id), self.patience_seconds, "the document's check"
        )
        if checked["status"] != "accepted":
            raise GaveUp(f"document refused: {checked.get('rejection') or checked['status']}")
        return document_id

    def _checked(self, document_id: str) -> dict[str, Any] | None:
        document = self.api.get(f"/intake/documents/{document_id}")
        return document if document["status"] in ("accepted", "rejected") else None


def _customer_of(applicant: Applicant) -> dict[str, Any]:
    party = applicant.party.model_dump(mode="json")
    return {
        **party,
        "region_code": applicant.region_code,
        "industry_section": applicant.industry_section,
        "established_on": applicant.established_on.isoformat(),
    }


@dataclass(frozen=True)
class Customer:
    """Reads what the loan costs, accepts the offer, reads the contract, signs it (客户)."""

    api: BankApi
    application_id: str
    patience_seconds: float

    def follow(self, say: Say) -> dict[str, Any]:
        """Answer whatever is asked until the application is closed; answer how it ended."""
        answered = signed = False
        status = ""
        last_change, pause = time.monotonic(), POLL_SECONDS
        while time.monotonic() - last_change < self.patience_seconds:
            application = self._application()
            if application["status"] != status:
                status, last_change, pause = application["status"], time.monotonic(), POLL_SECONDS
                say(status)
            if status == "closed":
                return application
            if status == "offered" and not answered:
                answered = self._accept(application["offer"])
            elif status == "accepted" and not signed:
                signed = self._sign()
            else:
                pause = min(pause * 1.2, MAX_POLL_SECONDS)
            time.sleep(pause)
        raise GaveUp(f"nothing happened for {self.patience_seconds:.0f} s in status {status!r}")

    def _application(self) -> dict[str, Any]:
        try:
            return self.api.get(f"/factory/applications/{self.application_id}")
        except ApiRefused as refused:
            if refused.status == NOT_FOUND:
                return {"status": "submitted"}
            raise

    def _accept(self, offer: dict[str, Any]) -> bool:
        """Read what the loan costs for as long as the bank demands, confirm it, accept."""
        disclosure = f"/factory/applications/{self.application_id}/offer/disclosure"
        shown = self.api.post(f"{disclosure}/showing")
        time.sleep(offer["reading_seconds"])
        self.api.post(
            f"{disclosure}/confirmation", {"disclosure_sha256": shown["disclosure_sha256"]}
        )
        self.api.post(
            f"/factory/applications/{self.application_id}/offer/acceptance",
            {"terms_sha256": offer["terms_sha256"]},
        )
        return True

    def _sign(self) -> bool:
        try:
            contract = self.api.get(f"/signing/applications/{self.application_id}/contract")
        except ApiRefused as refused:
            if refused.status == NOT_FOUND:
                return False
            raise
        if contract["status"] != "awaiting_signature":
            return False
        self.api.post(
            f"/signing/contracts/{contract['contract_id']}/signature",
            {"document_sha256": contract["document_sha256"], "cost_disclosure_read": True},
        )
        return True


@dataclass(frozen=True)
class Approver:
    """Works off the approval tasks: approves up to two reasons, rejects more (审批人)."""

    api: BankApi
    max_reasons: int = 2

    def work_once(self) -> int:
        """Decide every open task once; answer how many were decided."""
        decided = 0
        for task in self.api.get("/operations/tasks", status="open")["items"]:
            decided += self._decide(task)
        return decided

    def _decide(self, task: dict[str, Any]) -> int:
        approves = len(task["reasons"]) <= self.max_reasons and int(task["proposed_limit_fen"]) > 0
        decision: dict[str, Any] = {
            "outcome": "approved" if approves else "rejected",
            "comment": "演示审批人：原因不超过两条则同意" if approves else "演示审批人：原因过多",
        }
        if approves:
            decision["limit_fen"] = task["proposed_limit_fen"]
            decision["annual_rate_bps"] = task["proposed_rate_bps"]
        try:
            self.api.post(f"/operations/tasks/{task['task_id']}/claim")
            self.api.post(f"/operations/tasks/{task['task_id']}/decision", decision)
        except ApiRefused as refused:
            if refused.status == CONFLICT:
                return 0
            raise
        return 1
