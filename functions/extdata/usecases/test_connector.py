"""Test a connector against the provider's mock (联调): each case asks once, says what it saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from extdata.domain.answer import ProviderAnswer
from extdata.domain.connector import Connector, TestJob, TestRun
from extdata.domain.errors import (
    ConfigurationRefused,
    ConnectorNotReady,
    ProviderAnswerUnreadable,
    ProviderFailure,
)
from extdata.domain.provider import Provider
from extdata.domain.subject import Subject
from extdata.ports import CanonicalDocuments, Connectors, Providers
from extdata.provider_ports import ProviderCalls, ProviderRequest
from puhui.clock import BusinessCalendar, Clock
from puhui.ids import derived_id
from puhui.tenancy import BankId

CASE_BUDGET_MS = 5_000
"""Time for one case, all its tries and pages together."""
_FIELDS = frozenset(field.name for field in fields(Subject))
MAX_CASES = 5
"""Cases of one test: together they stay below the time that API Gateway waits."""
TEST_PURPOSE = "loan_application"


def meaning_of(documents: CanonicalDocuments, connector: Connector, answer: ProviderAnswer) -> str:
    """The meaning of an answer; the document of a hit also fits the product's schema."""
    if answer.meaning == "hit":
        if answer.document is None:
            raise ProviderAnswerUnreadable("a hit without document", rule="provider.mapping")
        documents.encode(connector.product, answer.document)
    return answer.meaning


def rule_of(failure: ProviderFailure) -> str:
    """What a failed case shows: the rule and the field, never data of the answer."""
    seen = failure.rule or failure.code
    return f"{seen} ({failure.field})" if failure.field else seen


@dataclass(frozen=True)
class TestConnector:
    """Run every case of a connector and keep the findings for whoever approves it."""

    __test__ = False  # a use case, not a class of tests

    providers: Providers
    connectors: Connectors
    calls: ProviderCalls
    documents: CanonicalDocuments
    callback_base: str | None
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, bank_id: BankId, connector_id: str, version: int, by: str) -> Connector:
        """Answer the version with its findings; a failed case leaves it a demand."""
        connector = self.connectors.get(bank_id, connector_id, version)
        if connector.stage not in {"demand", "tested"}:
            raise ConnectorNotReady(
                f"the connector is {connector.stage}, there is nothing to test",
                field="stage",
                rule="connector.stage",
            )
        provider = self.providers.get(bank_id, connector.provider_id)
        self.connectors.save(connector.tested(self._run(provider, connector, by)))
        return self.connectors.get(bank_id, connector_id, version)

    def _run(self, provider: Provider, connector: Connector, by: str) -> TestRun:
        """One finding for each case; a connector without cases cannot pass."""
        if not 0 < len(connector.test_cases) <= MAX_CASES:
            raise ConfigurationRefused(
                f"a connector has 1 to {MAX_CASES} test cases",
                field="test_cases",
                rule="test.cases",
            )
        now = self.clock.now()
        run = TestRun(at=now, by=by, passed=0, failed=0)
        for case in connector.test_cases:
            run = self._tried(run, self._request(provider, connector, case, now), case)
        return run

    def _tried(self, run: TestRun, request: ProviderRequest, case: Mapping[str, Any]) -> TestRun:
        """The run with one case more; an accepted job that was not all of it is waited for."""
        job = TestJob(job_id="", case=str(case["name"]), expect=str(case["expect"]))
        try:
            answer = self.calls.call(request)
            if answer.meaning == "pending" and request.connector.mode == "file":
                answer = self.calls.fetch(request, answer.job_id or "")
            elif answer.meaning == "pending" and answer.job_id:
                job = replace(job, job_id=answer.job_id, waits=job.expect != "pending")
                run = replace(run, jobs=(*run.jobs, job))
            seen = meaning_of(self.documents, request.connector, answer)
        except ProviderFailure as failure:
            seen = rule_of(failure)
        return run if job.job_id and job.waits else run.noted(job, seen)

    def _request(
        self, provider: Provider, connector: Connector, case: Mapping[str, Any], now: datetime
    ) -> ProviderRequest:
        parts = (connector.connector_id, str(connector.version), str(case["name"]))
        return ProviderRequest(
            bank_id=connector.bank_id,
            provider=provider,
            connector=connector,
            subject=self._subject(case["subject"]),
            purpose=TEST_PURPOSE,
            request_no=derived_id("tst", connector.bank_id, *parts, now.isoformat()),
            asked_at=now,
            asked_on=self.calendar.today(),
            budget_ms=CASE_BUDGET_MS,
            callback_url=None
            if self.callback_base is None
            else f"{self.callback_base}/callbacks/{connector.bank_id}/{connector.connector_id}",
        )

    def _subject(self, subject: Any) -> Subject:
        """`known` and `unknown` stand for the subjects of a kit until somebody writes them out."""
        if not isinstance(subject, Mapping) or not {"kind", "name"} <= subject.keys():
            raise ConfigurationRefused(
                "write out the provider's own test subject",
                field="test_cases.subject",
                rule="test.subject",
            )
        return Subject(**{key: value for key, value in subject.items() if key in _FIELDS})
