"""A warning (预警): raised once for a debtor and a signal, answered within its time, closed by two.

`open → acknowledged → disposing → disposed | false_alarm`; a disposal that nobody needs to check
goes straight to its end, one that the checker refuses goes back to `acknowledged`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from puhui.ids import derived_id
from puhui.tenancy import BankId
from servicing.domain.errors import MakerIsChecker, MeasureRefused, WarningNotOpen
from servicing.domain.warning.clock import SlaClock, StepTaken
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.findings import Evidence, Finding
from servicing.domain.warning.rules import WarningRules

MAX_EVIDENCE: Final = 20
"""Kept on one warning, the first ones and the newest: a row of the table holds 400 KB."""
KEPT_FIRST: Final = 5


class WarningState(StrEnum):
    """How far the answer to a warning has come."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DISPOSING = "disposing"
    DISPOSED = "disposed"
    FALSE_ALARM = "false_alarm"


STATE_NAMES: Final = {
    WarningState.OPEN: "待响应",
    WarningState.ACKNOWLEDGED: "已响应",
    WarningState.DISPOSING: "处置待复核",
    WarningState.DISPOSED: "已处置",
    WarningState.FALSE_ALARM: "误报",
}
CLOSED: Final = frozenset({WarningState.DISPOSED, WarningState.FALSE_ALARM})


class Measure(StrEnum):
    """What the bank does about a warning (处置措施)."""

    ON_SITE_CHECK = "on_site_check"
    MORE_SECURITY = "more_security"
    CUT_LIMIT = "cut_limit"
    EARLY_RECALL = "early_recall"
    FREEZE_DRAWDOWN = "freeze_drawdown"
    TO_COLLECTION = "to_collection"
    FALSE_ALARM = "false_alarm"
    LOAN_SETTLED = "loan_settled"
    """Every loan on which it was seen is settled: end of day says so, nobody chooses it."""


MEASURE_NAMES: Final = {
    Measure.ON_SITE_CHECK: "现场检查",
    Measure.MORE_SECURITY: "追加担保",
    Measure.CUT_LIMIT: "压缩额度",
    Measure.EARLY_RECALL: "提前收回",
    Measure.FREEZE_DRAWDOWN: "冻结用信",
    Measure.TO_COLLECTION: "转催收",
    Measure.FALSE_ALARM: "误报",
    Measure.LOAN_SETTLED: "贷款结清",
}
END_OF_DAY: Final = "end_of_day"
SETTLED_TEXT: Final = "触发预警的贷款均已结清"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A finding as it was seen on one loan by one watch."""

    loan_id: str
    at: datetime
    run: str
    """The watch that saw it; the same watch again adds nothing."""
    colour: Colour
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """What is done, by whom, on which grounds; `checked_by` is the second person."""

    measure: Measure
    text: str
    documents: tuple[str, ...]
    made_by: str
    made_at: datetime
    agreed: bool | None = None
    """None while nobody has checked it."""
    checked_by: str | None = None
    checked_at: datetime | None = None
    check_text: str = ""

    def says_the_same_as(self, other: Disposal) -> bool:
        """Whether it stands and is the same by the same person, whenever it was said."""
        mine = self.measure, self.text, self.documents, self.made_by
        same = mine == (other.measure, other.text, other.documents, other.made_by)
        return same and self.agreed is not False


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """Who a warning is about, and which branch looks after him."""

    bank_id: BankId
    customer_id: str
    branch_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanWarning:
    """One warning with everything that was seen and done."""

    warning_id: str
    debtor: Debtor
    signal: str
    name: str
    domain: str
    episode: int
    """1 for the debtor's first warning by this signal."""
    colour: Colour
    clock: SlaClock
    seen: tuple[Seen, ...]
    state: WarningState = WarningState.OPEN
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    disposals: tuple[Disposal, ...] = ()
    version: int = 0

    @classmethod
    def raised(
        cls, debtor: Debtor, finding: Finding, seen: Seen, episode: int, rules: WarningRules
    ) -> LoanWarning:
        """A new warning; its clock begins now."""
        return cls(
            warning_id=derived_id(
                "warning", debtor.bank_id, debtor.customer_id, finding.code, str(episode)
            ),
            debtor=debtor,
            signal=finding.code,
            name=finding.name,
            domain=finding.domain,
            episode=episode,
            colour=finding.colour,
            clock=SlaClock.start(seen.at, rules),
            seen=(seen,),
        )

    @property
    def is_closed(self) -> bool:
        """Whether it needs nothing more."""
        return self.state in CLOSED

    @property
    def loan_ids(self) -> tuple[str, ...]:
        """The loans on which it was seen."""
        return tuple(dict.fromkeys(one.loan_id for one in self.seen))

    @property
    def disposal(self) -> Disposal | None:
        """The last disposal."""
        return self.disposals[-1] if self.disposals else None

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed."""
        if not self.is_closed or self.disposal is None:
            return None
        return self.disposal.checked_at or self.disposal.made_at

    def seen_again(self, seen: Seen) -> LoanWarning:
        """More evidence, a colour that only rises; a watch that already told it changes nothing."""
        if any((one.run, one.loan_id) == (seen.run, seen.loan_id) for one in self.seen):
            return self
        every = (*self.seen, seen)
        if len(every) > MAX_EVIDENCE:
            every = (*every[:KEPT_FIRST], *every[KEPT_FIRST - MAX_EVIDENCE :])
        graver = max(self.colour, seen.colour, key=lambda colour: colour.weight)
        return replace(self, seen=every, colour=graver)

    def acknowledge(self, by: str, now: datetime) -> LoanWarning:
        """Somebody takes it; the clock runs on. Again by the same person changes nothing."""
        if self.state is WarningState.ACKNOWLEDGED and self.acknowledged_by == by:
            return self
        self._require(WarningState.OPEN)
        at = self.clock.moment(now)
        return replace(
            self,
            state=WarningState.ACKNOWLEDGED,
            acknowledged_by=by,
            acknowledged_at=at,
            clock=replace(self.clock, last_at=at),
        )

    def pause(self, by: str, reason: str, now: datetime) -> LoanWarning:
        """The clock stands, such as while a document of the customer is awaited.

        The same pause again changes nothing.
        """
        open_one = self.clock.pauses[-1] if self.clock.is_paused else None
        if open_one is not None and (open_one.by, open_one.reason) == (by, reason):
            return self
        self._require(WarningState.ACKNOWLEDGED)
        return replace(self, clock=self.clock.pause(now, reason=reason, by=by))

    def resume(self, now: datetime) -> LoanWarning:
        """The clock runs on."""
        self._require(WarningState.ACKNOWLEDGED)
        return replace(self, clock=self.clock.resume(now))

    def dispose(self, disposal: Disposal, rules: WarningRules) -> LoanWarning:
        """Say what is done; the clock stops. Grave colours wait for a second person.

        The same disposal again changes nothing.
        """
        if self.disposal is not None and self.disposal.says_the_same_as(disposal):
            return self
        if disposal.measure is Measure.LOAN_SETTLED:
            rule = "must not be loan_settled: the books say whether a loan is settled"
            raise MeasureRefused(f"the measure {rule}", field="measure", rule=rule)
        self._require(WarningState.ACKNOWLEDGED)
        clock = self.clock.answer(disposal.made_at)
        made = replace(disposal, made_at=clock.last_at)
        checked = self.colour in rules.checked_colours
        state = WarningState.DISPOSING if checked else _end_of(made)
        return replace(self, state=state, clock=clock, disposals=(*self.disposals, made))

    def decide(self, by: str, agreed: bool, text: str, now: datetime) -> LoanWarning:
        """The second person closes it, or sends it back and the clock runs on; never the maker.

        The same decision again changes nothing.
        """
        last = self.disposal
        if last is not None and (last.checked_by, last.agreed) == (by, agreed):
            return self
        self._require(WarningState.DISPOSING)
        made = self.disposals[-1]
        if by == made.made_by:
            raise MakerIsChecker(field="by", rule="must not be who made the disposal")
        at = self.clock.moment(now)
        checked = replace(made, agreed=agreed, checked_by=by, checked_at=at, check_text=text)
        return replace(
            self,
            state=_end_of(checked) if agreed else WarningState.ACKNOWLEDGED,
            clock=replace(self.clock, last_at=at) if agreed else self.clock.reopen(now),
            disposals=(*self.disposals[:-1], checked),
        )

    def settled(self, now: datetime) -> LoanWarning:
        """Closed without a second person: that nothing is owed any more is no judgement."""
        if self.is_closed:
            return self
        clock = self.clock if self.clock.answered_at is not None else self.clock.answer(now)
        made = Disposal(
            measure=Measure.LOAN_SETTLED,
            text=SETTLED_TEXT,
            documents=(),
            made_by=END_OF_DAY,
            made_at=clock.moment(now),
        )
        return replace(
            self,
            state=WarningState.DISPOSED,
            clock=clock,
            disposals=(*self.disposals, made),
        )

    def sweep(self, now: datetime) -> tuple[LoanWarning, tuple[StepTaken, ...]]:
        """Take the escalations that are due; a closed warning has none."""
        clock, taken = self.clock.sweep(now)
        return replace(self, clock=clock) if taken else self, taken

    def _require(self, state: WarningState) -> None:
        if self.state is not state:
            rule = f"must be {state.value}"
            raise WarningNotOpen(f"the warning {rule}", field="state", rule=rule)


def _end_of(disposal: Disposal) -> WarningState:
    false = disposal.measure is Measure.FALSE_ALARM
    return WarningState.FALSE_ALARM if false else WarningState.DISPOSED
