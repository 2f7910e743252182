"""The troubles of a demonstration: which provider fails how, from which part of the run on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sandbox.domain.providers.faults import ProviderFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One trouble, beginning at a share of the run, for a number of calls."""

    at: float
    provider_id: str
    kind: str
    times: int
    delay_ms: int = 2_000


SCHEDULE: Final = (
    Trouble(at=0.10, provider_id="sbx-registry", kind="dead", times=20),
    Trouble(at=0.20, provider_id="sbx-court", kind="slow", times=6, delay_ms=4_000),
    Trouble(at=0.30, provider_id="sbx-invoice", kind="error", times=10),
    Trouble(at=0.40, provider_id="sbx-multilender", kind="html", times=5),
    Trouble(at=0.50, provider_id="sbx-utility", kind="truncated", times=5),
    Trouble(at=0.55, provider_id="sbx-registry", kind="bad_signature", times=3),
    Trouble(at=0.60, provider_id="sbx-relation", kind="wrong_schema", times=3),
    Trouble(at=0.65, provider_id="sbx-bankflow", kind="callback_twice", times=5),
    Trouble(at=0.70, provider_id="sbx-agri", kind="gzip_bomb", times=2),
    Trouble(at=0.75, provider_id="sbx-device", kind="duplicate_keys", times=2),
    Trouble(at=0.80, provider_id="sbx-bureau", kind="code_error", times=3),
)
"""What a short run can wait for of the provider faults in docs/extdata-promises.md."""


def planned_at(first: int, last: int, asked: int) -> Iterator[ProviderFault]:
    """The faults that begin at the questions from first to last of so many."""
    for trouble in SCHEDULE:
        if first <= int(trouble.at * asked) <= last:
            yield ProviderFault(
                provider_id=trouble.provider_id,
                kind=trouble.kind,
                times=trouble.times,
                delay_ms=trouble.delay_ms,
                status=503,
            )
