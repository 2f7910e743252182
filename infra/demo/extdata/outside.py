"""The simulated providers as the demonstration meets them: over HTTP, like any provider."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import httpx

from puhui.clock import CHINA
from sandbox.domain.providers.faults import ProviderFault

REQUEST_NO: Final = "请求流水号"

TIMEOUT_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Outside:
    """The sandbox's back office: faults and statements."""

    url: str

    def plan(self, faults: Iterable[ProviderFault]) -> None:
        """Let something go wrong from now on."""
        for fault in faults:
            self._client.post("/faults", json=asdict(fault)).raise_for_status()

    def behave(self) -> None:
        """Forget every planned fault."""
        self._client.delete("/faults").raise_for_status()

    def statement(self, provider_id: str) -> bytes:
        """A provider's own bill of this month, as it sends it: CSV."""
        month = f"{datetime.now(CHINA):%Y-%m}"
        answer = self._client.get(
            f"/statements/{provider_id}", params={"month": month, "format": "csv"}
        )
        return answer.raise_for_status().content

    def calls(self, provider_id: str) -> set[str]:
        """The request numbers that a provider says it answered."""
        rows = csv.DictReader(io.StringIO(self.statement(provider_id).decode("utf-8-sig")))
        numbers = {str(row[REQUEST_NO]) for row in rows}
        return {number for number in numbers if number.startswith("req-")}

    @cached_property
    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=TIMEOUT_SECONDS)
