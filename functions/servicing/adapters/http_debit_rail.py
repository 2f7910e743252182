"""The core bank's debits over signed HTTP; without a clean answer the outcome is unknown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

import httpx
from pydantic import ValidationError

from puhui.contracts.servicing_rail import DebitAnswer, DebitRequest
from puhui.errors import UpstreamUnavailable
from servicing.domain.rail.debit import DebitState, DebitWord, RailDebit
from servicing.domain.rail.errors import DebitAnswerInvalid, DebitNotFound

CONNECT_TIMEOUT_SECONDS: Final = 2.0
READ_TIMEOUT_SECONDS: Final = 5.0
"""After this long the outcome counts as unknown; the query finds it out."""
NOT_FOUND: Final = 404
FIRST_ERROR: Final = 400
MAX_ANSWER_BYTES: Final = 16_384

Sign = Callable[[str, str, bytes], dict[str, str]]
"""method, path, body → the signature headers."""


class HttpDebitRail:
    """`servicing.rail_ports.DebitRail`: POST and GET /rail/debits of the bank's core system."""

    def __init__(self, base_url: str, sign: Sign, client: httpx.Client | None = None) -> None:
        self._base = base_url.rstrip("/")
        self._sign = sign
        self._given = client

    @cached_property
    def _client(self) -> httpx.Client:
        return self._given or httpx.Client(
            timeout=httpx.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS),
            follow_redirects=False,
        )

    def debit(self, order: RailDebit) -> DebitWord:
        """POST the order."""
        request = DebitRequest(
            bank_id=order.bank_id,
            serial_no=order.serial_no,
            amount_fen=order.amount.minor,
            customer_id=order.customer_id,
            reference=order.loan_id,
        )
        return _word(self._send("POST", "/rail/debits", request.model_dump_json().encode()), order)

    def query(self, order: RailDebit) -> DebitWord:
        """GET the serial number; 404 says that the order never arrived."""
        response = self._send("GET", f"/rail/debits/{order.serial_no}", b"")
        if response.status_code == NOT_FOUND:
            raise DebitNotFound(f"the rail does not know {order.serial_no}")
        return _word(response, order)

    def _send(self, method: str, path: str, body: bytes) -> httpx.Response:
        # Signed is the path below the base: a stage or a proxy's prefix is not part of it.
        headers = {**self._sign(method, path, body), "Content-Type": "application/json"}
        try:
            return self._client.request(
                method, f"{self._base}{path}", content=body or None, headers=headers
            )
        except httpx.TransportError as error:
            raise UpstreamUnavailable(f"core banking: {type(error).__name__}") from error


def _word(response: httpx.Response, order: RailDebit) -> DebitWord:
    if response.status_code >= FIRST_ERROR:
        raise UpstreamUnavailable(f"core banking answered {response.status_code}")
    if len(response.content) > MAX_ANSWER_BYTES:
        raise DebitAnswerInvalid("core banking answered with too much", rule="rail.size")
    try:
        answer = DebitAnswer.model_validate_json(response.content)
    except ValidationError as error:
        raise DebitAnswerInvalid("answer outside the protocol", rule="rail.schema") from error
    if (answer.serial_no, answer.amount_fen) != (order.serial_no, order.amount.minor):
        raise DebitAnswerInvalid("answer about another debit", field="serial_no")
    return DebitWord(
        state=DebitState(answer.status), booked_on=answer.booked_on, reason=answer.reason
    )
