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
class TestRun:
    """What a test against the mock showed: the evidence that approval looks at."""

    at: datetime
    by: str
    passed: int
    failed: int
    failures: tuple[str, ...] = ()
    """One sentence each: the case, and the rule that broke; never data of the answer."""


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
    def stage_name(self) -> str:
        """The stage in Chinese; a demand whose test failed says how many cases passed."""
        if self.stage == "demand" and self.test is not None:
            return f"联调未过 {self.test.passed}/{self.test.passed + self.test.failed}"
        return STAGE_NAMES[self.stage]

    def tested(self, run: TestRun) -> Connector:
        """A test that failed leaves the stage as it is, and its findings on record."""
        self._must_be("demand", "tested")
        return replace(self, test=run, stage="tested" if run.failed == 0 else "demand")

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
