"""A bank's external data in the local cloud: the deployed functions, asked over the API."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import httpx
from rich.console import Console

from extdata.domain.audit import SHARDS
from infra.cli.extdata_setup import Onboarding
from infra.demo.api import BankApi, shared_client
from infra.demo.extdata.bank import (
    DEMO_BANK,
    PENDING_PATIENCE_SECONDS,
    PENDING_PAUSE_SECONDS,
    AuditResult,
    Books,
    caller_of,
    subject_fields,
)
from infra.demo.extdata.outside import Outside
from infra.demo.extdata.report import AnswerSeen, CallSeen
from infra.demo.extdata.run import TODAY, population
from infra.demo.extdata.workload import FACTORY, RISK_MANAGER, ConsentGiven, Question
from infra.local.cloud import LocalCloud
from infra.synth import synthesise
from sandbox.domain.applicant import Applicant

MODULES: Final = ("extdata", "sandbox")
MILLISECONDS: Final = 1_000
STOPPED: Final = "limit."
OPEN: Final = "breaker.open"


class CloudBank:
    """`ExternalDataBank` over HTTP; a risk manager stands for the factory, which calls directly."""

    def __init__(self, cloud: LocalCloud, client: httpx.Client) -> None:
        """Nothing is registered, and nobody was asked."""
        self._cloud, self._client = cloud, client
        self._lock = threading.Lock()
        self._outcomes: Counter[str] = Counter()
        self._askers: dict[str, BankApi] = {}

    def onboard(self, folder: Path) -> None:
        """Through every stage: the steward asks and tests, the risk manager approves."""
        Onboarding(self._steward, self._person("risk_manager"), self._cloud.providers_url).folder(
            folder
        )

    def limit(self, provider_id: str, daily: int) -> None:
        """Register the provider again with another quota."""
        known = self._steward.get(f"/extdata/providers/{provider_id}")
        body = {name: value for name, value in known.items() if name not in _SHOWN_ONLY}
        body["limits"] = {**known["limits"], "daily": daily}
        self._steward.put(f"/extdata/providers/{provider_id}", body)

    def give(self, consents: Iterable[ConsentGiven], firms: Sequence[Applicant]) -> None:
        """As paper consents that the data steward registers, and ends where they were withdrawn."""
        for consent in consents:
            party = firms[consent.firm].party
            path = f"/extdata/consents/{consent.consent_id}"
            self._steward.put(
                path,
                {
                    "scope": consent.scope,
                    "uscc": party.uscc,
                    "id_number": party.legal_person_id,
                    "purposes": ["loan_application"],
                    "granted_on": consent.granted_on.isoformat(),
                    "expires_on": consent.expires_on.isoformat(),
                    "evidence_sha256": hashlib.sha256(consent.consent_id.encode()).hexdigest(),
                },
            )
            if consent.withdrawn:
                self._steward.post(f"{path}/withdrawal")

    def ask(self, question: Question, firm: Applicant) -> AnswerSeen:
        """Put the question, again while its answer is pending."""
        body = {
            "request_id": question.request_id,
            "product": question.product,
            "subject": subject_fields(firm),
            "purpose": question.purpose,
            "consent_id": question.consent_id,
            "application_id": question.application_id,
            "branch_id": question.branch_id,
        }
        asker = self._asker(question)
        started = time.monotonic()
        answer = asker.post("/extdata/queries", body)
        while answer["status"] == "pending" and _since(started) < PENDING_PATIENCE_SECONDS:
            time.sleep(PENDING_PAUSE_SECONDS)
            answer = asker.post("/extdata/queries", body)
        return self._seen(question, answer, _since(started))

    def provider_names(self) -> dict[str, str]:
        """As registered."""
        found = self._steward.get("/extdata/providers")["items"]
        return {one["provider_id"]: one["name"] for one in found}

    def close_books(self, month: str, statements: Mapping[str, bytes]) -> Books:
        """The month is not over on the demonstration's day, so its draft is reconciled."""
        finance = self._person("finance")
        for provider_id, content in sorted(statements.items()):
            finance.post(
                f"/extdata/bills/{month}/statements/{provider_id}",
                {
                    "file_name": f"{provider_id}-{month}.csv",
                    "content_base64": base64.b64encode(content).decode(),
                },
            )
        found = [
            finance.get_all(f"/extdata/bills/{month}/reconciliations/{one}", "disputes")
            for one in sorted(statements)
        ]
        disputes = [dispute for one in found for dispute in one["disputes"]]
        total = int(finance.get(f"/extdata/bills/{month}")["total_fen"])
        return Books(
            cost_fen=total,
            statement_fen=sum(one["their_fen"] for one in found),
            disputes=len(disputes),
            disputed_fen=sum(dispute["amount_fen"] for dispute in disputes),
            gap_fen=total - sum(one["acknowledged_fen"] for one in found),
            disputes_by_kind=dict(Counter(dispute["kind"] for dispute in disputes)),
        )

    def verify_audit(self) -> AuditResult:
        """After the stream's consumer has chained everything."""
        self._cloud.wait_until_quiet()
        day = TODAY.isoformat()
        found = self._person("auditor").get(f"/extdata/audit/{day}")
        waiting = [f"{found['waiting']} records are in no chain"] if found["waiting"] else []
        return AuditResult(
            records=found["records"], chains=SHARDS, faults=[*found["faults"], *waiting]
        )

    def replay(self, query_ids: Sequence[str]) -> dict[str, int]:
        """By the auditor."""
        auditor = self._person("auditor")
        replays = [auditor.post(f"/extdata/queries/{one}/replay") for one in query_ids]
        return {"tried": len(replays), "identical": sum(one["identical"] for one in replays)}

    def breaker_transitions(self) -> dict[str, int]:
        """Circuits that are not closed now, and the calls that open ones kept back."""
        states = self._steward.get("/extdata/breakers")["items"]
        now = {
            f"{one['provider_id']} {one['state']}": 1 for one in states if one["state"] != "closed"
        }
        return now | {key: count for key, count in self._outcomes.items() if OPEN in key}

    def quota_stops(self) -> dict[str, int]:
        """What callers were told."""
        return {key: count for key, count in self._outcomes.items() if STOPPED in key}

    @cached_property
    def _steward(self) -> BankApi:
        return self._person("data_steward")

    def _person(self, role: str, subject: str | None = None) -> BankApi:
        token = self._cloud.tokens.issue(role, DEMO_BANK, subject=subject)
        return BankApi(self._client, token)

    def _asker(self, question: Question) -> BankApi:
        role = (RISK_MANAGER if question.caller == FACTORY else question.caller).partition(":")[2]
        with self._lock:
            if question.caller not in self._askers:
                self._askers[question.caller] = self._person(role, caller_of(question))
            return self._askers[question.caller]

    def _seen(self, question: Question, answer: Mapping[str, Any], elapsed: float) -> AnswerSeen:
        calls = tuple(
            CallSeen(
                provider_id=one["provider_id"],
                outcome=one["outcome"],
                provider_ms=one["provider_ms"],
                cost_fen=one["cost_fen"],
            )
            for one in answer["attempts"]
        )
        with self._lock:
            self._outcomes.update(
                f"provider:{one.provider_id} {one.outcome}"
                for one in calls
                if one.outcome.startswith((STOPPED, OPEN))
            )
        return AnswerSeen(
            kind=question.kind,
            query_id=answer["query_id"],
            status=answer["status"],
            reason=answer["reason"],
            cached=answer["cached"],
            elapsed_ms=elapsed * MILLISECONDS,
            gateway_ms=answer["gateway_ms"],
            calls=calls,
        )


_SHOWN_ONLY: Final = frozenset({"provider_id", "registered_by", "version"})


@contextmanager
def cloud_bank(seed: str, console: Console) -> Iterator[tuple[CloudBank, Outside]]:
    """The module alone with platform and sandbox, deployed into the local cloud."""
    with console.status("Synthesising the stacks …"):
        assembly = synthesise(modules=list(MODULES))
    with console.status("Starting the local cloud …"):
        cloud = LocalCloud(
            assembly, business_date=TODAY.isoformat(), firms=population(seed)
        ).start()
    with cloud, shared_client(cloud.gateway_url) as client:
        console.print(
            f"Local cloud on {cloud.gateway_url} in {cloud.started_seconds:.1f} s, "
            f"modules 模块: {', '.join(cloud.modules)}"
        )
        yield CloudBank(cloud, client), Outside(str(cloud.providers_url))


def _since(started: float) -> float:
    return time.monotonic() - started
