"""Screen subject (名单筛查): who of the bank's lists asks for this loan?"""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.contracts.risk import DecisionRequest
from puhui.tenancy import bank_id
from risk.domain.indicators.values import State
from risk.domain.name_lists import Screening
from risk.lists_ports import HitLog, ListEntries, Subjects


@dataclass(frozen=True)
class ScreenSubject:
    """`risk.lists_ports.NameLists`: compare who asks with every entry that counts on the day."""

    subjects: Subjects
    entries: ListEntries
    log: HitLog
    clock: Clock

    def __call__(self, request: DecisionRequest, decision_id: str) -> Screening:
        """Answer the hits, each noted; nobody to compare means missing, never "no hit"."""
        subjects = self.subjects.of(request)
        if not subjects:
            return Screening(state=State.MISSING)
        bank = bank_id(request.bank_id)
        hits = self.entries.book(bank).hits(subjects, request.as_of)
        if hits:
            self.log.note(bank, decision_id, request.as_of, hits, self.clock.now())
        return Screening(state=State.OK, hits=hits)
