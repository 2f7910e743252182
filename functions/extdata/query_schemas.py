"""Requests and answers about queries; nothing personal but the document itself."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from extdata.domain.query import STATUS_NAMES, Query, QueryCommand
from extdata.domain.subject import Subject
from extdata.policy import check_purpose
from extdata.usecases.replay_query import Replay
from puhui.china import regions, resident_id, uscc
from puhui.clock import utc_text
from puhui.contracts.common import Contract, Identifier, RegionCode
from puhui.contracts.extdata import FactProduct, QueryPurpose
from puhui.errors import Unprocessable
from puhui.identity import Principal
from puhui.strict_json import loads

MAX_INLINE_BYTES = 64 * 1024
"""A larger document is answered as a reference."""
_TEXT = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$"
Number = Annotated[str, Field(min_length=1, max_length=18, pattern=r"^[0-9A-Z]+$")]


class SubjectBody(Contract):
    """Whom a query is about; every number is checked by its check digit."""

    kind: Literal["firm", "sole_proprietor", "person"]
    name: Annotated[str, Field(max_length=100, pattern=_TEXT)]
    uscc: Number | None = None
    id_number: Number | None = None
    phone: Annotated[str, Field(pattern=r"^1[3-9][0-9]{9}$")] | None = None
    person_name: Annotated[str, Field(max_length=60, pattern=_TEXT)] | None = None
    account: Annotated[str, Field(pattern=r"^[0-9]{10,30}$")] | None = None
    address: Annotated[str, Field(max_length=200, pattern=_TEXT)] | None = None
    region_code: RegionCode | None = None

    def to_domain(self) -> Subject:
        """The subject, or Unprocessable with the field and the rule that it breaks."""
        if self.uscc is not None:
            uscc.validate(self.uscc, field="subject.uscc")
        if self.id_number is not None:
            resident_id.validate(self.id_number, field="subject.id_number")
        if self.region_code is not None and not regions.is_known(self.region_code, abolished=True):
            raise Unprocessable("no such region", field="subject.region_code", rule="region")
        subject = Subject(**self.model_dump())
        _ = subject.identity
        return subject


class QueryBody(Contract):
    """A question; the same `request_id` again gets the same answer, and no second call."""

    request_id: Identifier
    product: FactProduct
    subject: SubjectBody
    purpose: QueryPurpose
    consent_id: Identifier
    application_id: Identifier | None = None
    branch_id: Identifier | None = None
    max_age_days: Annotated[int, Field(strict=True, ge=0, le=366)] | None = None

    def to_command(self, principal: Principal, correlation_id: str) -> QueryCommand:
        """The question of the principal; branch staff ask for their own branch only."""
        check_purpose(principal.roles, self.purpose)
        return QueryCommand(
            bank_id=principal.bank_id,
            request_id=self.request_id,
            caller=principal.subject,
            callers=frozenset(f"role:{role}" for role in principal.roles),
            branch_id=principal.branch or self.branch_id,
            application_id=self.application_id,
            product=self.product,
            subject=self.subject.to_domain(),
            purpose=self.purpose,
            consent_id=self.consent_id,
            correlation_id=correlation_id,
            max_age_days=self.max_age_days,
        )


class AttemptView(Contract):
    """One call of one connector."""

    number: int
    connector_id: str
    connector_version: int
    provider_id: str
    because: str
    outcome: str
    charge: str
    cost_fen: int
    provider_ms: int
    tries: int
    request_no: str


class QueryView(Contract):
    """A query and everything that explains its answer."""

    query_id: str
    request_id: str
    product: str
    purpose: str
    status: str
    status_name: str
    reason: str | None
    consent_id: str
    caller: str
    branch_id: str | None
    application_id: str | None
    asked_at: str
    asked_on: date
    route_table_version: int
    attempts: tuple[AttemptView, ...]
    cost_fen: int
    cached: bool
    answered_from: str | None
    """The earlier query that got a cached answer."""
    stale: bool
    age_days: int | None
    gateway_ms: int
    document_sha256: str | None
    document_bytes: int | None
    masked_fields: tuple[str, ...]

    @classmethod
    def of(cls, query: Query, today: date) -> QueryView:
        """Show a query; its subject is nobody's business here."""
        return cls(
            query_id=query.query_id,
            request_id=query.request_id,
            product=query.product,
            purpose=query.purpose,
            status=query.status,
            status_name=STATUS_NAMES[query.status],
            reason=query.reason,
            consent_id=query.consent_id,
            caller=query.caller,
            branch_id=query.branch_id,
            application_id=query.application_id,
            asked_at=utc_text(query.asked_at),
            asked_on=query.asked_on,
            route_table_version=query.route_table_version,
            attempts=tuple(
                AttemptView(**{name: getattr(one, name) for name in AttemptView.model_fields})
                for one in query.attempts
            ),
            cost_fen=query.cost_fen,
            cached=query.cached,
            answered_from=query.answered_from,
            stale=query.stale,
            age_days=query.age_days(today),
            gateway_ms=query.gateway_ms,
            document_sha256=None if query.document is None else query.document.sha256,
            document_bytes=None if query.document is None else query.document.size_bytes,
            masked_fields=query.masked_fields,
        )


class DocumentView(Contract):
    """A canonical document up to 64 KB, or where a larger one lies."""

    query_id: str
    product: str
    sha256: str
    size_bytes: int
    document: dict[str, Any] | None
    bucket: str | None
    key: str | None

    @classmethod
    def of(cls, query: Query, body: bytes) -> DocumentView:
        """Show a document."""
        if query.document is None:
            raise ValueError("a query without document has nothing to show")
        inline = len(body) <= MAX_INLINE_BYTES
        return cls(
            query_id=query.query_id,
            product=query.product,
            sha256=query.document.sha256,
            size_bytes=query.document.size_bytes,
            document=loads(body) if inline else None,
            bucket=None if inline else query.document.bucket,
            key=None if inline else query.document.key,
        )


class ReplayView(Contract):
    """Whether the archive still gives the answer of then, byte for byte."""

    query_id: str
    answered_from: str | None
    """The earlier query whose archive was read, for an answer from the cache."""
    status: str
    """`hit` with a document, or `miss` without one."""
    connector_id: str
    connector_version: int
    identical: bool
    sha256: str | None
    archived_sha256: str | None
    size_bytes: int

    @classmethod
    def of(cls, replay: Replay) -> ReplayView:
        """Show a replay."""
        return cls(
            query_id=replay.query_id,
            answered_from=replay.answered_from,
            status=replay.status,
            connector_id=replay.manifest.connector_id,
            connector_version=replay.manifest.connector_version,
            identical=replay.identical,
            sha256=replay.sha256,
            archived_sha256=replay.manifest.document_sha256,
            size_bytes=len(replay.body or b""),
        )


class CallbackTaken(Contract):
    """What a provider gets to know about its delivery."""

    received: bool = True
