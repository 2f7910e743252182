"""The core-banking rail over signed HTTP."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import httpx

from factory.domain.errors import PaymentAnswerInvalid, PaymentNotFound
from factory.domain.payment import PaymentState
from factory.ports import PaymentOrder, RailAnswer
from puhui.errors import UpstreamUnavailable

CONNECT_TIMEOUT_SECONDS = 2.0
READ_TIMEOUT_SECONDS = 5.0
"""After this long the outcome counts as unknown; the query finds it out."""
NOT_FOUND = 404
FIRST_ERROR = 400
MAX_ANSWER_BYTES = 16_384

Sign = Callable[[str, str, bytes], dict[str, str]]
"""method, path, body → the signature headers."""


class HttpPaymentRail:
    """`factory.ports.PaymentRail`: POST and GET /rail/payments of the bank's core system."""

    def __init__(self, base_url: str, sign: Sign, client: httpx.Client | None = None) -> None:
        self._base = httpx.URL(base_url.rstrip("/"))
        self._sign = sign
        self._given = client

    @cached_property
    def _client(self) -> httpx.Client:
        """Made for the first call: a TLS context costs 30 ms, which most cold starts can save."""
        return self._given or httpx.Client(
            timeout=httpx.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS),
            follow_redirects=False,
        )

    def pay(self, order: PaymentOrder) -> RailAnswer:
        """POST the order; anything but a clean answer leaves the outcome unknown."""
        response = self._send(
            "POST",
            "/rail/payments",
            {
                "bank_id": order.bank_id,
                "serial_no": order.serial_no,
                "amount_fen": order.amount.minor,
                "payee_account": order.payee_account,
                "payee_name": order.payee_name,
                "purpose": order.purpose,
            },
        )
        return _answer(response, order.serial_no)

    def query(self, serial_no: str) -> RailAnswer:
        """GET the serial number; 404 says that the order never arrived."""
        response = self._send("GET", f"/rail/payments/{serial_no}", None)
        if response.status_code == NOT_FOUND:
            raise PaymentNotFound(f"the rail does not know {serial_no}")
        return _answer(response, serial_no)

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> httpx.Response:
        request = self._client.build_request(method, f"{self._base}{path}", json=body)
        # Signed is the path below the base: a stage or a proxy's prefix is not part of it.
        request.headers.update(self._sign(method, path, request.content))
        try:
            return self._client.send(request)
        except httpx.TransportError as error:
            raise UpstreamUnavailable(f"core banking: {type(error).__name__}") from error


def _answer(response: httpx.Response, serial_no: str) -> RailAnswer:
    if response.status_code >= FIRST_ERROR:
        raise UpstreamUnavailable(f"core banking answered {response.status_code}")
    if len(response.content) > MAX_ANSWER_BYTES:
        raise PaymentAnswerInvalid("core banking answered with too much", rule="rail.size")
    try:
        body = response.json()
        if body["serial_no"] != serial_no:
            raise PaymentAnswerInvalid("answer about another payment", field="serial_no")
        state = PaymentState(body["status"])
        reference = body.get("bank_reference")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PaymentAnswerInvalid("answer outside the protocol", rule="rail.schema") from error
    if state is PaymentState.CONFIRMED or state is PaymentState.REJECTED:
        return RailAnswer(state=state, bank_reference=None if reference is None else str(reference))
    raise PaymentAnswerInvalid(f"status {state.value} is no final word", field="status")
