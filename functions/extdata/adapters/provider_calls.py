"""Calls providers as their connectors describe: `extdata.ports.ProviderCalls` over HTTP."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from extdata.adapters.answer_reading import job_of, read_pages
from extdata.adapters.compiled_connector import CompiledConnector, CompiledConnectors
from extdata.adapters.conversation import Conversation, Tools
from extdata.adapters.crypto_steps import NONCE, TIMESTAMP, ReadableKeys, WireMessage
from extdata.adapters.http_transport import DEFAULT_MAX_BYTES, HttpTransport
from extdata.domain.answer import ProviderAnswer, RawPage
from extdata.domain.connector import Connector
from extdata.domain.errors import CallbackRefused, ProviderAnswerUnreadable
from extdata.domain.provider import Provider
from extdata.provider_ports import Callback, ProviderKeys, ProviderRequest
from puhui.clock import Clock, SystemClock
from puhui.fact_schemas import PRODUCTS

CALLBACK_WINDOW = timedelta(minutes=5)
OK = 200
_MILLISECONDS = re.compile(r"[0-9]{12,14}", re.ASCII)
_NONCE = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)


class HttpProviderCalls:
    """Asks over HTTP; safe to use from several threads."""

    def __init__(
        self,
        keys: ProviderKeys,
        *,
        sandbox_base: str | None,
        transport: HttpTransport | None = None,
        clock: Clock | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Without `sandbox_base`, as in production, simulated providers are never reached."""
        self._keys = keys
        self._connectors = CompiledConnectors()
        self._tools = Tools(
            transport=transport or HttpTransport(),
            sandbox_base=sandbox_base,
            clock=clock or SystemClock(),
            sleep=sleep,
        )

    def call(self, request: ProviderRequest) -> ProviderAnswer:
        """Ask, page after page; raises a ProviderFailure that knows tries, time and charge."""
        return self._conversation(request).ask()

    def fetch(self, request: ProviderRequest, job_id: str) -> ProviderAnswer:
        """Fetch the file of a pending job; `pending` while it is not there yet."""
        return self._conversation(request).fetch(job_id)

    def open_callback(
        self,
        provider: Provider,
        connector: Connector,
        *,
        headers: Mapping[str, str],
        path: str,
        body: bytes,
        now: datetime,
    ) -> Callback:
        """Check and open what a provider delivered, or raise CallbackRefused."""
        made = self._connectors.of(connector)
        if made.spec.mode != "callback":
            raise CallbackRefused("this connector has no callbacks", rule="callback.mode")
        if len(body) > max_bytes_of(connector.product):
            raise CallbackRefused("the delivery is too large", rule="callback.size")
        lower = {name.lower(): value for name, value in headers.items()}
        nonce = _checked_nonce(lower, now)
        message = WireMessage(
            method="POST",
            path=path,
            request_no=lower.get("x-request-no", ""),
            headers=lower,
            body=body,
        )
        versions = self._versions(provider)
        try:
            opened = versions.open_steps(made.spec.security.callback, message).body
            job_id = job_of(made, made.parse(opened))
        except ProviderAnswerUnreadable as error:
            rule = (error.rule or "").replace("provider.", "callback.", 1)
            raise CallbackRefused(error.message, field=error.field, rule=rule) from error
        page = RawPage(
            wire=body,
            opened=opened,
            status=OK,
            content_type=lower.get("content-type", ""),
            received_at=now,
        )
        return Callback(job_id=job_id, nonce=nonce, page=page)

    def read(
        self, connector: Connector, pages: Sequence[RawPage], *, asked_on: date
    ) -> ProviderAnswer:
        """Map opened pages again; needs neither keys nor network, and gives the same document."""
        made = self._connectors.of(connector)
        try:
            parsed = [made.parse(page.opened) for page in pages]
        except ProviderAnswerUnreadable as failure:
            failure.pages = tuple(pages)
            raise
        return read_pages(made, connector.product, pages, parsed, asked_on)

    def _conversation(self, request: ProviderRequest) -> Conversation:
        made: CompiledConnector = self._connectors.of(request.connector)
        return Conversation(
            request,
            made,
            self._versions(request.provider),
            self._tools,
            max_bytes_of(request.connector.product),
        )

    def _versions(self, provider: Provider) -> ReadableKeys:
        place = (provider.bank_id, provider.provider_id)
        return ReadableKeys(
            partial(self._keys.versions, *place), partial(self._keys.refresh, *place)
        )


def max_bytes_of(product: str) -> int:
    """The most bytes of one answer: a mebibyte, or what the product's documents may have."""
    known = PRODUCTS.get(product)
    return max(DEFAULT_MAX_BYTES, known.max_bytes if known else 0)


def _checked_nonce(headers: Mapping[str, str], now: datetime) -> str:
    """A callback says when it was sent, at most five minutes ago, and what makes it unique."""
    stamp, nonce = headers.get(TIMESTAMP, ""), headers.get(NONCE, "")
    if not _MILLISECONDS.fullmatch(stamp):
        raise CallbackRefused("a callback needs its time", rule="callback.timestamp")
    if not _NONCE.fullmatch(nonce):
        raise CallbackRefused("a callback needs a nonce", rule="callback.nonce")
    age_ms = now.timestamp() * 1_000 - int(stamp)
    if abs(age_ms) > CALLBACK_WINDOW.total_seconds() * 1_000:
        raise CallbackRefused("the callback is too old or too new", rule="callback.window")
    return nonce
