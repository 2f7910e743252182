"""A query (查询) and its answer: what was asked about whom, how it was answered, at what cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from extdata.domain.answer import Charge
from extdata.domain.subject import Subject
from puhui.clock import CHINA
from puhui.ids import derived_id
from puhui.tenancy import BankId

ASKING = "asking"
"""Reason of a query that is about to leave the bank: written before the first call."""
Status = Literal["hit", "miss", "pending", "unavailable", "refused"]
STATUS_NAMES: Mapping[Status, str] = {
    "hit": "查得",
    "miss": "查无",
    "pending": "处理中",
    "unavailable": "服务商不可用",
    "refused": "拒绝查询",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryCommand:
    """A question as a caller inside the bank puts it."""

    bank_id: BankId
    request_id: str
    """The caller's own id; the same id again gets the same answer, and no second call."""
    caller: str
    """Who is asking, as metered and limited: `factory`, or the staff member's subject."""
    callers: frozenset[str]
    """The names under which permissions are looked up: `factory`, `role:underwriter`."""
    branch_id: str | None
    application_id: str | None
    product: str
    subject: Subject = field(repr=False)
    purpose: str
    consent_id: str
    correlation_id: str
    max_age_days: int | None = None
    """Accept a cached answer up to this age; None accepts what the route table does."""

    @property
    def query_id(self) -> str:
        """The id that belongs to this request of this caller."""
        return derived_id("qry", self.bank_id, self.caller, self.request_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call of one connector for a query."""

    number: int
    connector_id: str
    connector_version: int
    provider_id: str
    because: str
    outcome: str
    """`hit`, `miss`, `pending`, or the rule by which it failed: `provider.timeout`."""
    charge: Charge
    cost_fen: int
    """Expected cost by the price list of the day; the month close is exact."""
    provider_ms: int
    tries: int
    request_no: str
    """The serial number that the provider saw; statements are matched by it."""
    provider_code: str = ""
    archive_key: str | None = None
    job_id: str | None = None
    """What the provider calls a job whose answer follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRef:
    """Where a canonical document lies; addressed by its content."""

    bucket: str
    key: str
    sha256: str
    size_bytes: int
    columns_key: str | None = None
    columns_sha256: str | None = None
    raw_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query with everything that explains its answer; immutable once it has one."""

    query_id: str
    bank_id: BankId
    request_id: str
    caller: str
    callers: tuple[str, ...] = ()
    """The names under which it was allowed or refused; the audit record tells them."""
    branch_id: str | None
    application_id: str | None
    product: str
    subject_key: str
    """Blind fingerprint of the subject."""
    purpose: str
    consent_id: str
    consent_scope: str = ""
    """Scope of the consent; part of what a cached answer is bound to."""
    correlation_id: str
    asked_at: datetime
    asked_on: date
    """The bank's accounting day."""
    route_table_version: int
    status: Status
    reason: str | None = None
    """Typed reason when there is no document: `consent.expired`, `provider.timeout` …"""
    attempts: tuple[Attempt, ...] = ()
    document: DocumentRef | None = None
    cached: bool = False
    answered_from: str | None = None
    """The earlier query that got the cached answer; a replay reads its archive."""
    stale: bool = False
    """The document is older than the route table believes a document."""
    document_at: datetime | None = None
    """When the provider gave the document; the age of a cached answer counts from here."""
    masked_fields: tuple[str, ...] = ()
    gateway_ms: int = 0
    """Time spent in the gateway itself, without the providers'."""
    run_id: str = ""
    """The run that asks; of two runs of one request only one finds its own id written down."""
    sample: Mapping[str, Any] | None = None
    """What the quality job needs of the document: null shares and bucketed values, no data."""
    version: int = 0

    @property
    def answered(self) -> bool:
        """Whether the answer is final."""
        return self.status != "pending"

    @property
    def is_being_asked(self) -> bool:
        """Whether a call may be under way right now, or its run died."""
        return self.status == "pending" and self.reason == ASKING

    @property
    def cost_fen(self) -> int:
        """What the query is expected to cost; 0 for a cached answer."""
        return sum(attempt.cost_fen for attempt in self.attempts)

    def age_days(self, on: date) -> int | None:
        """Days since the provider gave the document, by China's date; a bank's accounting day
        that lags behind the clock makes it no younger than today's.
        """
        if self.document_at is None:
            return None
        return max((on - self.document_at.astimezone(CHINA).date()).days, 0)
