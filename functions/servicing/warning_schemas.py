"""What the API of warnings takes and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from puhui.contracts.common import Contract, Identifier, ShortText
from servicing.domain.warning.colour import COLOUR_NAMES, Colour
from servicing.domain.warning.findings import Evidence
from servicing.domain.warning.report import ReportLine
from servicing.domain.warning.warning import (
    MEASURE_NAMES,
    STATE_NAMES,
    Disposal,
    LoanWarning,
    Measure,
    WarningState,
)
from servicing.usecases.answer_warning import ProposedDisposal

LongText = Annotated[str, Field(min_length=1, max_length=2_000)]


class WarningFilter(Contract):
    """Which open warnings to list."""

    colour: Colour | None = None
    state: WarningState | None = None


class EvidenceView(Contract):
    """Why a signal warned; values are exact decimals as text."""

    reads: str
    text: str
    value: str | None
    observed_on: date | None
    age_days: int | None
    before: str | None
    before_on: date | None
    measure: str | None
    bound: str | None
    state: str

    @classmethod
    def of(cls, why: Evidence) -> EvidenceView:
        """The view."""
        return cls(
            reads=why.reads,
            text=why.text,
            value=_text(why.value),
            observed_on=why.observed_on,
            age_days=why.age_days,
            before=_text(why.before),
            before_on=why.before_on,
            measure=_text(why.measure),
            bound=_text(why.bound),
            state=why.state,
        )


class SeenView(Contract):
    """When and on which loan it was seen."""

    loan_id: str
    at: AwareDatetime
    colour: Colour
    colour_name: str
    evidence: tuple[EvidenceView, ...]


class PauseView(Contract):
    """A stretch in which the clock stood."""

    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    by: str
    reason: str


class EscalationView(Contract):
    """An escalation that has happened; at 1,000,000 ppm it is the breach."""

    at: AwareDatetime
    at_ppm: int
    to_role: str


class DisposalView(Contract):
    """What is done about it, and who checked it."""

    measure: Measure
    measure_name: str
    text: str
    documents: tuple[str, ...]
    made_by: str
    made_at: AwareDatetime
    agreed: bool | None
    checked_by: str | None
    checked_at: AwareDatetime | None
    check_text: str

    @classmethod
    def of(cls, made: Disposal) -> DisposalView:
        """The view."""
        return cls(
            measure=made.measure,
            measure_name=MEASURE_NAMES[made.measure],
            text=made.text,
            documents=made.documents,
            made_by=made.made_by,
            made_at=made.made_at,
            agreed=made.agreed,
            checked_by=made.checked_by,
            checked_at=made.checked_at,
            check_text=made.check_text,
        )


class WarningLine(Contract):
    """A warning in the work list; `remaining_seconds` is negative when it is overdue."""

    warning_id: str
    customer_id: str
    branch_id: str
    loan_ids: tuple[str, ...]
    signal: str
    name: str
    domain: str
    colour: Colour
    colour_name: str
    state: WarningState
    state_name: str
    raised_at: AwareDatetime
    due_at: AwareDatetime
    remaining_seconds: int
    paused: bool
    overdue: bool

    @classmethod
    def of(cls, warning: LoanWarning, now: datetime) -> WarningLine:
        """The view."""
        return cls(**_line(warning, now))


class WarningList(Contract):
    """Open warnings, the one that is due first at the top."""

    items: tuple[WarningLine, ...]


class WarningView(WarningLine):
    """A warning with everything that was seen and done."""

    acknowledged_by: str | None
    acknowledged_at: AwareDatetime | None
    answered_at: AwareDatetime | None
    seen: tuple[SeenView, ...]
    pauses: tuple[PauseView, ...]
    escalations: tuple[EscalationView, ...]
    disposals: tuple[DisposalView, ...]

    @classmethod
    def of(cls, warning: LoanWarning, now: datetime) -> WarningView:
        """The view."""
        clock = warning.clock
        return cls(
            **_line(warning, now),
            acknowledged_by=warning.acknowledged_by,
            acknowledged_at=warning.acknowledged_at,
            answered_at=clock.answered_at,
            seen=tuple(
                SeenView(
                    loan_id=one.loan_id,
                    at=one.at,
                    colour=one.colour,
                    colour_name=COLOUR_NAMES[one.colour],
                    evidence=tuple(EvidenceView.of(why) for why in one.evidence),
                )
                for one in warning.seen
            ),
            pauses=tuple(
                PauseView(
                    started_at=one.started_at, ended_at=one.ended_at, by=one.by, reason=one.reason
                )
                for one in clock.pauses
            ),
            escalations=tuple(
                EscalationView(at=one.at, at_ppm=one.at_ppm, to_role=one.to_role)
                for one in clock.steps
            ),
            disposals=tuple(DisposalView.of(one) for one in warning.disposals),
        )


class PauseBody(Contract):
    """Why the clock should stand."""

    reason: ShortText


class DisposalBody(Contract):
    """What is done about a warning; `documents` are ids of the evidence."""

    measure: Measure
    text: LongText
    documents: Annotated[tuple[Identifier, ...], Field(max_length=20)] = ()

    def proposed(self) -> ProposedDisposal:
        """The command."""
        return ProposedDisposal(measure=self.measure, text=self.text, documents=self.documents)


class ApprovalBody(Contract):
    """Whether the second person agrees."""

    agreed: Annotated[bool, Field(strict=True)]
    text: LongText


class ReportDays(Contract):
    """The days of a report, both included: warnings raised on them."""

    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]


class ReportLineView(Contract):
    """The warnings of one colour; minutes without pauses."""

    colour: Colour
    colour_name: str
    raised: int
    in_time: int
    breached: int
    running: int
    false_alarms: int
    paused: int
    median_minutes: int | None
    p95_minutes: int | None

    @classmethod
    def of(cls, line: ReportLine) -> ReportLineView:
        """The view."""
        return cls(
            colour=line.colour,
            colour_name=COLOUR_NAMES[line.colour],
            raised=line.raised,
            in_time=line.in_time,
            breached=line.breached,
            running=line.running,
            false_alarms=line.false_alarms,
            paused=line.paused,
            median_minutes=line.median_minutes,
            p95_minutes=line.p95_minutes,
        )


class WarningReport(Contract):
    """How fast warnings were answered (预警时效报告)."""

    first: Annotated[date, Field(serialization_alias="from")]
    last: Annotated[date, Field(serialization_alias="to")]
    lines: tuple[ReportLineView, ...]


class WarningReportFile(Contract):
    """The same report as CSV, UTF-8 with a heading in Chinese."""

    name: str
    content: str


def _line(warning: LoanWarning, now: datetime) -> dict[str, object]:
    clock = warning.clock
    return {
        "warning_id": warning.warning_id,
        "customer_id": warning.debtor.customer_id,
        "branch_id": warning.debtor.branch_id,
        "loan_ids": warning.loan_ids,
        "signal": warning.signal,
        "name": warning.name,
        "domain": warning.domain,
        "colour": warning.colour,
        "colour_name": COLOUR_NAMES[warning.colour],
        "state": warning.state,
        "state_name": STATE_NAMES[warning.state],
        "raised_at": clock.started_at,
        "due_at": clock.due_at(now),
        "remaining_seconds": clock.remaining_seconds(now),
        "paused": clock.is_paused,
        "overdue": clock.is_late or clock.remaining_seconds(now) <= 0,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
