"""The core bank over signed HTTP; without a clean answer the outcome is unknown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

import httpx

from puhui.errors import UpstreamUnavailable

CONNECT_TIMEOUT_SECONDS: Final = 2.0
READ_TIMEOUT_SECONDS: Final = 5.0
"""After this long the outcome counts as unknown; the query finds it out."""
FIRST_ERROR: Final = 400
MAX_ANSWER_BYTES: Final = 16_384

Sign = Callable[[str, str, bytes], dict[str, str]]
"""method, path, body → the signature headers."""


class CoreBankHttp:
    """Sends signed requests to the bank's core system."""

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

    def _send(self, method: str, path: str, body: bytes) -> httpx.Response:
        # Signed is the path below the base: a stage or a proxy's prefix is not part of it.
        headers = {**self._sign(method, path, body), "Content-Type": "application/json"}
        try:
            return self._client.request(
                method, f"{self._base}{path}", content=body or None, headers=headers
            )
        except httpx.TransportError as error:
            raise UpstreamUnavailable(f"core banking: {type(error).__name__}") from error


def refuse_errors(response: httpx.Response) -> None:
    """An answer that is no success says nothing about the outcome."""
    if response.status_code >= FIRST_ERROR:
        raise UpstreamUnavailable(f"core banking answered {response.status_code}")


def too_large(response: httpx.Response) -> bool:
    """Whether an answer is larger than any word of the protocol."""
    return len(response.content) > MAX_ANSWER_BYTES
