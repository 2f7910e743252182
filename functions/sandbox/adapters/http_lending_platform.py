"""Tells servicing of money over signed HTTP, as a core bank does."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import httpx

from puhui.contracts.servicing_rail import RailNotice

TIMEOUT_SECONDS = 10.0
NO_ANSWER = 0

Sign = Callable[[str, str, bytes], dict[str, str]]
"""method, path, body → the signature headers."""


class HttpLendingPlatform:
    """`sandbox.incoming_ports.LendingPlatform`: POST /rail/repayments and /rail/files."""

    def __init__(self, base_url: str, sign: Sign, client: httpx.Client | None = None) -> None:
        self._base = base_url.rstrip("/")
        self._sign = sign
        self._given = client

    @cached_property
    def _client(self) -> httpx.Client:
        return self._given or httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)

    def tell(self, notice: RailNotice) -> int:
        """One request; whoever did not hear can be told again."""
        return self._post("/rail/repayments", notice.model_dump_json().encode(), "application/json")

    def deliver(self, content: bytes) -> int:
        """One request with the file as its body."""
        return self._post("/rail/files", content, "text/csv; charset=utf-8")

    def _post(self, path: str, body: bytes, content_type: str) -> int:
        headers = {**self._sign("POST", path, body), "Content-Type": content_type}
        try:
            answer = self._client.post(f"{self._base}{path}", content=body, headers=headers)
        except httpx.TransportError:
            return NO_ANSWER
        return answer.status_code
