"""A proposal to withdraw a policy version (策略撤回), and what another person said to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from risk.domain.approval import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """That a version shall decide no more: why, from which day on, and which two people say so."""

    reason: str
    withdrawn_from: date
    proposed: Act
    decided: Act | None = None
    approved: bool | None = None
    """None as long as nobody decided."""

    def says(self, reason: str, withdrawn_from: date, by: str) -> bool:
        """The same proposal, waiting or approved; a refused one may be proposed again."""
        same = (self.reason, self.withdrawn_from, self.proposed.by) == (reason, withdrawn_from, by)
        return same and self.approved is not False

    def was_decided(self, by: str, approved: bool) -> bool:
        """Whether this person decided it, in this way."""
        return self.decided is not None and (self.decided.by, self.approved) == (by, approved)
