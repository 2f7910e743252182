"""What a view may know of its request, and the request's idempotent execution."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from puhui.errors import BadRequest, Unauthenticated
from puhui.identity.policy import Protected, authorise
from puhui.identity.principal import Principal

if TYPE_CHECKING:
    from puhui.idempotency import IdempotentRequests

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class RequestContext:
    """Who asks, under which correlation id, with which query and idempotency key.

    `path` is the path inside the module's API, `full_path` the one the client used (with stage or
    module in front); headers have lower-case names; `raw_body` is for signature checks.
    """

    method: str
    path: str
    full_path: str
    correlation_id: str
    action: str | None = None
    idempotency_key: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    raw_body: bytes = field(default=b"", repr=False)
    caller: Principal | None = None

    @property
    def principal(self) -> Principal:
        """Who asks; on a public route nobody is known and this raises."""
        if self.caller is None:
            raise Unauthenticated("a public route knows no principal")
        return self.caller

    def authorise(self, protected: Protected) -> None:
        """Let the principal do this route's action to an object, or raise."""
        authorise(self.principal, self.action or "", protected)

    def once(
        self,
        idempotent: IdempotentRequests,
        body: BaseModel | None,
        run: Callable[[], M],
        model: type[M],
    ) -> M:
        """Run a command once per `Idempotency-Key`; a repetition gets the first answer.

        A run that died half-way runs again, so make its ids from the key:
        `derived_id("app", bank_id, subject, context.idempotency_key)`.
        """
        if self.idempotency_key is None:
            raise BadRequest(
                "this request needs an idempotency key",
                field="Idempotency-Key",
                rule="idempotency.required",
            )
        text = "" if body is None else body.model_dump_json(by_alias=True)
        payload = "\n".join((self.method, self.path, text))
        answer = idempotent.remember(
            bank_id=self.principal.bank_id,
            actor=self.principal.subject,
            key=self.idempotency_key,
            payload_hash=hashlib.sha256(payload.encode()).hexdigest(),
            run=lambda: run().model_dump(mode="json", by_alias=True),
        )
        return model.model_validate(answer)
