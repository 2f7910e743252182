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
        """Answer the hits, each noted; who has no code or no name is missing, not without hit."""
        subjects = self.subjects.of(request)
        bank = bank_id(request.bank_id)
        hits = self.entries.book(bank).hits(subjects, request.as_of) if subjects else ()
        if hits:
            self.log.note(bank, decision_id, request.as_of, hits, self.clock.now())
        known = bool(subjects) and all(one.identified for one in subjects)
        return Screening(state=State.OK if known else State.MISSING, hits=hits)
