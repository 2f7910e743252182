"""A connector (接口): how one provider's API is called and read, as data; code never changes.

Its life: demand (需求) → tested (联调) → approved (审批, by another person) → published (发布) →
retired (下线). A change of the specification is a new version that starts again as a demand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from extdata.domain.errors import ConnectorNotReady, SamePerson
from puhui.tenancy import BankId

Stage = Literal["demand", "tested", "approved", "published", "retired"]
STAGE_NAMES: Mapping[Stage, str] = {
    "demand": "需求登记",
    "tested": "联调通过",
    "approved": "审批通过",
    "published": "已发布",
    "retired": "已下线",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TestJob:
    """A case of a test, and the job under which the provider answers it later."""

    __test__ = False  # a record, not a class of tests

    job_id: str
    case: str
    expect: str
    waits: bool = True
    """Whether the test still waits for the delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRun:
    """What a test against the mock showed: the evidence that approval looks at."""

    __test__ = False

    at: datetime
    by: str
    passed: int
    failed: int
    failures: tuple[str, ...] = ()
    """One sentence each: the case, and the rule that broke; never data of the answer."""
    jobs: tuple[TestJob, ...] = ()
    """The cases with a delivery of their own; the test ends with the last of them."""

    @property
    def cases(self) -> int:
        """How many cases were run."""
        return self.passed + self.failed + self.waiting

    @property
    def waiting(self) -> int:
        """How many deliveries the test still waits for."""
        return sum(job.waits for job in self.jobs)

    def job(self, job_id: str) -> TestJob | None:
        """The case that this delivery belongs to."""
        return next((job for job in self.jobs if job.job_id == job_id), None)

    def noted(self, job: TestJob, seen: str) -> TestRun:
        """The run with what a case showed: a meaning, or the rule of a failure."""
        found = None if seen == job.expect else f"{job.case}: expected {job.expect}, saw {seen}"
        return replace(
            self,
            passed=self.passed + (found is None),
            failed=self.failed + (found is not None),
            failures=self.failures if found is None else (*self.failures, found),
            jobs=tuple(replace(one, waits=False) if one == job else one for one in self.jobs),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """One version of one connector of one bank."""

    bank_id: BankId
    connector_id: str
    version: int
    provider_id: str
    product: str
    name: str
    reason: str
    """Why the bank wants it (需求说明)."""
    specification: Mapping[str, Any]
    """The connector file's `spec`, checked against the connector schema; see docs/extdata.md."""
    test_cases: tuple[Mapping[str, Any], ...] = ()
    """What "test against the mock" runs: {name, subject, expect}; see `usecases/test_connector`."""
    stage: Stage = "demand"
    demanded_by: str
    demanded_at: datetime
    test: TestRun | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    published_by: str | None = None
    published_at: datetime | None = None
    row_version: int = 0

    @property
    def mode(self) -> str:
        """Whether the answer comes at once (`sync`), by `callback` or as a `file`."""
        return str(self.specification.get("mode", "sync"))

    @property
    def stage_name(self) -> str:
        """The stage in Chinese; a demand whose test failed or waits says how many cases passed."""
        if self.stage == "demand" and self.test is not None:
            state = "联调未过" if self.test.failed else "联调中"
            return f"{state} {self.test.passed}/{self.test.cases}"
        return STAGE_NAMES[self.stage]

    def tested(self, run: TestRun) -> Connector:
        """A test that failed or still waits leaves a demand, and its findings on record."""
        self._must_be("demand", "tested")
        passed = run.failed == 0 and run.waiting == 0
        return replace(self, test=run, stage="tested" if passed else "demand")

    def approve(self, by: str, at: datetime) -> Connector:
        """Approved by somebody who neither asked for it nor tested it."""
        self._must_be("tested")
        if by in {self.demanded_by, self.test.by if self.test else ""}:
            raise SamePerson(
                "who asked for or tested a connector may not approve it",
                field="approved_by",
                rule="four_eyes",
            )
        return replace(self, stage="approved", approved_by=by, approved_at=at)

    def publish(self, by: str, at: datetime) -> Connector:
        """Usable from now on."""
        self._must_be("approved")
        return replace(self, stage="published", published_by=by, published_at=at)

    def retire(self) -> Connector:
        """No new query uses it; replays still do."""
        self._must_be("published")
        return replace(self, stage="retired")

    def _must_be(self, *stages: Stage) -> None:
        if self.stage not in stages:
            raise ConnectorNotReady(
                f"the connector is {self.stage}, this needs {' or '.join(stages)}",
                field="stage",
                rule="connector.stage",
            )
