"""One call of a provider: pages and tries within a budget, always under one request number."""

from __future__ import annotations

import hashlib
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from extdata.adapters.address_guard import Target, checked_target, refused
from extdata.adapters.answer_reading import (
    code_rule,
    has_more,
    read_pages,
    refusal_of,
    status_refusal,
)
from extdata.adapters.compiled_connector import CompiledConnector
from extdata.adapters.crypto_steps import ReadableKeys, WireMessage, secure
from extdata.adapters.http_transport import HttpAnswer, HttpTransport
from extdata.adapters.jsonata_pool import NotEvaluated
from extdata.adapters.request_bodies import write_request
from extdata.domain.answer import Charge, ProviderAnswer, RawPage, worse
from extdata.domain.errors import (
    ProviderAnswerUnreadable,
    ProviderFailure,
    ProviderRefused,
    ProviderTimeout,
    RequestNotBuilt,
)
from extdata.domain.request_spec import BASE, JOB_ID
from extdata.provider_ports import ProviderRequest
from puhui.clock import Clock

NANOSECONDS_PER_MS = 1_000_000
MIN_TRY_MS = 10
"""Less than this of the budget left is not worth another try."""
BACKOFF_MS = 40
"""The longest pause before the second try; it doubles with each one, drawn evenly (full jitter)."""
OK_STATUSES = range(200, 300)


@dataclass(frozen=True)
class Tools:
    """What every conversation of the process shares."""

    transport: HttpTransport
    sandbox_base: str | None
    clock: Clock
    sleep: Callable[[float], None]


class Conversation:
    """Asks one connector for one query and keeps count of what metering needs."""

    def __init__(
        self,
        request: ProviderRequest,
        connector: CompiledConnector,
        versions: ReadableKeys,
        tools: Tools,
        max_bytes: int,
    ) -> None:
        """Begin the budget's time."""
        self._request, self._connector = request, connector
        self._versions, self._tools, self._bytes_left = versions, tools, max_bytes
        self._deadline_ns = time.monotonic_ns() + request.budget_ms * NANOSECONDS_PER_MS
        self._pages: list[RawPage] = []
        self._parsed: list[Any] = []
        self._charge: Charge = "free"
        self._tries = 0
        self._provider_ns = 0
        self._request_sha256 = ""

    def ask(self) -> ProviderAnswer:
        """Ask for every page and map them."""
        return self._accounted(self._ask)

    def fetch(self, job_id: str) -> ProviderAnswer:
        """Fetch a job's file."""
        return self._accounted(lambda: self._fetch(job_id))

    def _accounted(self, run: Callable[[], ProviderAnswer]) -> ProviderAnswer:
        """Answers and failures alike carry tries, time and the fingerprint of the question."""
        try:
            answer = run()
        except ProviderFailure as failure:
            failure.tries, failure.provider_ms = self._tries, self._provider_ms
            failure.request_sha256 = self._request_sha256
            failure.pages = tuple(self._pages)
            failure.charge = worse(failure.charge, self._charge)
            raise
        return replace(
            answer,
            request_sha256=self._request_sha256,
            provider_ms=self._provider_ms,
            tries=self._tries,
        )

    @property
    def _provider_ms(self) -> int:
        return self._provider_ns // NANOSECONDS_PER_MS

    def _ask(self) -> ProviderAnswer:
        paging = self._connector.spec.response.paging
        for page in range(1, (paging.max_pages if paging else 1) + 1):
            message, target = self._question(page)
            parsed = self._with_tries(message, target)
            if not self._is_hit(parsed) or not has_more(self._connector, parsed):
                return self._read()
        raise ProviderAnswerUnreadable(
            "the answer has more pages than the connector allows", rule="provider.pages"
        )

    def _fetch(self, job_id: str) -> ProviderAnswer:
        file = self._connector.spec.file
        if file is None:
            raise RequestNotBuilt("this connector has no files", field="file", rule="request.file")
        if set(job_id) <= {"."}:
            raise RequestNotBuilt("this is no job", field="job_id", rule="request.job_id")
        url = file.address.url.replace(JOB_ID, quote(job_id, safe=""))
        target = self._target(url)
        message = WireMessage(
            method=file.method,
            path=target.path,
            query=target.query,
            request_no=self._request.request_no,
            headers=self._connector.spec.request.headers,
        )
        self._note_question(message)
        parsed = self._with_tries(message, target, not_ready=file.not_ready_status)
        if parsed is None:
            return ProviderAnswer(
                meaning="pending",
                charge="free",
                provider_code=str(file.not_ready_status),
                pages=(),
                job_id=job_id,
            )
        return self._read()

    def _is_hit(self, parsed: Any) -> bool:
        """Only a hit has further pages; one that is billed stays so, whatever happens to them."""
        rule = code_rule(self._connector, parsed)
        self._charge = worse(self._charge, rule.charge)
        return rule.meaning == "hit"

    def _read(self) -> ProviderAnswer:
        product, asked_on = self._request.connector.product, self._request.asked_on
        return read_pages(self._connector, product, self._pages, self._parsed, asked_on)

    def _question(self, page: int) -> tuple[WireMessage, Target]:
        """The question in clear."""
        spec = self._connector.spec.request
        try:
            fields = self._connector.fields.evaluate(self._inputs(page))
        except NotEvaluated as error:
            raise RequestNotBuilt("the fields cannot be made", rule="request.fields") from error
        query, content_type, body = write_request(spec, fields)
        target = self._target(spec.address.url)
        if query:
            target = replace(target, query=query)
        headers = {name.lower(): value for name, value in spec.headers.items()}
        if content_type:
            headers["content-type"] = content_type
        message = WireMessage(
            method=spec.method,
            path=target.path,
            query=target.query,
            request_no=self._request.request_no,
            headers=headers,
            body=body,
        )
        self._note_question(message)
        return message, target

    def _inputs(self, page: int) -> dict[str, Any]:
        request = self._request
        paging = self._connector.spec.response.paging
        return {
            "request_no": request.request_no,
            "subject": request.subject.to_mapping(),
            "purpose": request.purpose,
            "as_of": request.asked_on.isoformat(),
            "asked_at": int(request.asked_at.timestamp() * 1_000),
            "page": page,
            "page_size": paging.page_size if paging else None,
            "callback_url": request.callback_url,
        }

    def _target(self, url: str) -> Target:
        provider = self._request.provider
        if not provider.sandbox:
            return checked_target(url, hosts=provider.hosts)
        base = self._tools.sandbox_base
        if base is None:
            raise refused("address.sandbox", "no simulated provider is reached from here")
        return checked_target(url.replace(BASE, base.rstrip("/")), hosts=(), sandbox_base=base)

    def _note_question(self, message: WireMessage) -> None:
        """The fingerprint is the first page's."""
        if not self._request_sha256:
            line = f"{message.method} {message.path}?{message.query}\n".encode()
            self._request_sha256 = hashlib.sha256(line + message.body).hexdigest()

    def _with_tries(
        self, message: WireMessage, target: Target, *, not_ready: int | None = None
    ) -> Any:
        """The parsed page; repeated only when unreachable, too slow, or busy."""
        tries = self._connector.spec.request.tries
        for number in range(1, tries + 1):
            try:
                return self._try(message, target, not_ready)
            except ProviderFailure as failure:
                self._charge = worse(self._charge, failure.charge)
                pause_ms = random.uniform(0, BACKOFF_MS * 2 ** (number - 1))  # noqa: S311
                enough = self._left_ms() >= pause_ms + MIN_TRY_MS
                if number == tries or not enough or not _may_be_repeated(failure):
                    raise
            del self._pages[len(self._parsed) :]
            self._tools.sleep(pause_ms / 1_000)
        raise self._too_late()

    def _left_ms(self) -> int:
        return (self._deadline_ns - time.monotonic_ns()) // NANOSECONDS_PER_MS

    def _try(self, message: WireMessage, target: Target, not_ready: int | None) -> Any:
        spec = self._connector.spec
        steps = [s for s in spec.security.request if message.body or s.step != "encrypt"]
        sent = secure(
            steps,
            message,
            self._versions,
            timestamp_ms=int(self._tools.clock.now().timestamp() * 1_000),
            nonce=secrets.token_hex(16),
        )
        left = self._left_ms()
        if left < 1:
            raise self._too_late()
        self._tries += 1
        started = time.monotonic_ns()
        try:
            answer = self._tools.transport.send(
                sent.method,
                target,
                headers=sent.headers,
                body=sent.body,
                timeout_ms=min(spec.request.try_timeout_ms, left),
                max_bytes=self._bytes_left,
            )
        finally:
            self._provider_ns += time.monotonic_ns() - started
        if answer.status == not_ready:
            return None
        return self._understood(answer, message)

    def _too_late(self) -> ProviderTimeout:
        failure = ProviderTimeout("no time is left for this call", rule="provider.timeout")
        failure.charge = "free"
        return failure

    def _understood(self, answer: HttpAnswer, asked: WireMessage) -> Any:
        """Open and parse a page; error and retry codes end the try."""
        page = RawPage(
            wire=answer.wire,
            opened=b"",
            status=answer.status,
            content_type=answer.headers.get("content-type", "")[:100],
            received_at=self._tools.clock.now(),
        )
        self._pages.append(page)
        self._bytes_left = max(self._bytes_left - len(answer.body), 1)
        try:
            received = replace(asked, headers=answer.headers, body=answer.body)
            steps = self._connector.spec.security.response
            opened = self._versions.open_steps(steps, received).body
            self._pages[-1] = replace(page, opened=opened)
            parsed = self._connector.parse(opened)
            rule = code_rule(self._connector, parsed)
        except ProviderAnswerUnreadable:
            if answer.status in OK_STATUSES:
                raise
            raise status_refusal(answer.status) from None
        if rule.meaning in ("error", "retry"):
            raise refusal_of(rule)
        self._parsed.append(parsed)
        return parsed


def _may_be_repeated(failure: ProviderFailure) -> bool:
    """Only what the same question may cure; never an address, a key or garbage."""
    if isinstance(failure, ProviderRefused):
        return failure.retryable_now
    return failure.retryable and not isinstance(failure, ProviderAnswerUnreadable)
