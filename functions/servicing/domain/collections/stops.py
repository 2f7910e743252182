"""What stops all contact (停催): a complaint until it is resolved, a legal hold until released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final


class StopKind(StrEnum):
    """Why nobody may be approached."""

    COMPLAINT = "complaint"
    LEGAL_HOLD = "legal_hold"


STOP_NAMES: Final[Mapping[StopKind, str]] = {
    StopKind.COMPLAINT: "投诉处理中",
    StopKind.LEGAL_HOLD: "司法程序中",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A complaint or a legal hold: who raised it, and who ended it how."""

    stop_id: str
    kind: StopKind
    loan_id: str
    by: str
    at: datetime
    text: str
    ended_by: str | None = None
    ended_at: datetime | None = None
    ended_with: str | None = None

    @property
    def stands(self) -> bool:
        """Whether it still stops all contact."""
        return self.ended_at is None

    def end(self, by: str, at: datetime, how: str) -> Stop:
        """Resolved or released; contact is allowed again."""
        return replace(self, ended_by=by, ended_at=at, ended_with=how)
