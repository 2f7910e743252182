"""Watch loan (贷后监测): read what there is today, evaluate, warn, say when to look again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from servicing.domain.account.position import LoanPosition
from servicing.domain.model_errors import ModelAbsent, ModelUnavailable
from servicing.domain.warning.colour import Colour, gravest
from servicing.domain.warning.findings import (
    Evidence,
    Finding,
    Findings,
    WatchFacts,
    added_up,
    measured,
)
from servicing.domain.warning.library import SignalLibrary
from servicing.domain.warning.model import ModelSays, model_finding, model_inputs
from servicing.domain.warning.observation import Observed
from servicing.domain.warning.warning import LoanWarning
from servicing.domain.warning.watch import LoanWatch
from servicing.model_ports import ModelAnswers
from servicing.usecases.raise_findings import RaiseFindings
from servicing.warning_ports import Indicators, Watches

MODEL: Final = "early_warning"
NO_BASIS: Final = "WATCH_WITHOUT_BASIS"


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What a watch found: the loan's class, the warnings that are new or graver, and notes."""

    loan_id: str
    as_of: date
    colour: Colour
    next_on: date
    findings: int
    raised: tuple[LoanWarning, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class WatchLoan:
    """Watch one loan on a day; the same day again asks nobody and tells nothing new.

    Our own books are looked at on every day, everything else when the loan's class says so. The
    graver of the library and of model M24 counts. Without `risk` the library's facts of our own
    books remain, and the notes say so.
    """

    watches: Watches
    indicators: Indicators
    models: ModelAnswers
    raise_findings: RaiseFindings
    library: SignalLibrary

    def __call__(self, watch: LoanWatch, position: LoanPosition, on: date) -> Watched:
        if watch.watched_on is not None and watch.watched_on >= on:
            return _answer(watch, on, 0, (), ("当日已监测",))
        if watch.next_on > on:
            return self._books_only(watch, position, on)
        approval, facts = self._facts(watch, position, on)
        findings = self._findings(watch, facts)
        raised = self.raise_findings(watch, findings.found, f"watch-{on.isoformat()}", on)
        colour = gravest((findings.colour, self.raise_findings.open_colour(watch)))
        if colour is not watch.colour:
            self.raise_findings.replan(watch, colour, on)
        after = watch.watched(
            on,
            colour,
            self.library.rules,
            at_approval={} if approval is None else facts.baseline,
            last=facts.known,
        )
        self.watches.save(after)
        return _answer(after, on, len(findings.found), raised, findings.notes)

    def _books_only(self, watch: LoanWatch, position: LoanPosition, on: date) -> Watched:
        """Between two watches: what our own books say, and sooner looks when they are grave."""
        facts = WatchFacts(as_of=on, position=position, products=frozenset())
        rules = self.library.rules
        found = measured(self.library.signals, facts, rules)
        raised = self.raise_findings(watch, found, f"watch-{on.isoformat()}", on)
        colour = gravest(one.colour for one in found)
        sooner = watch.looked_at_sooner(colour, on, rules)
        if sooner != watch:
            self.raise_findings.replan(watch, colour, on)
            self.watches.save(sooner)
        return _answer(sooner, on, len(found), raised, ())

    def _facts(
        self, watch: LoanWatch, position: LoanPosition, on: date
    ) -> tuple[Mapping[str, Observed] | None, WatchFacts]:
        """The values at approval (None: not to be had today, so asked for again), and the facts."""
        if not watch.products:
            return None, WatchFacts(as_of=on, position=position, products=frozenset())
        names = self.library.indicators(watch.products)
        approval = watch.at_approval or self.indicators.at_approval(watch, names)
        facts = WatchFacts(
            as_of=on,
            position=position,
            products=watch.products,
            at_approval=dict(approval or {}),
            last=watch.last,
            now=self.indicators.today(watch, names, on),
        )
        return approval, facts

    def _findings(self, watch: LoanWatch, facts: WatchFacts) -> Findings:
        rules = self.library.rules
        found = measured(self.library.signals, facts, rules)
        if not watch.products:
            found.append(_no_basis())
        library = added_up(facts.as_of, found, rules).colour
        notes = []
        try:
            found += model_finding(self._model(watch, facts), library, rules)
        except ModelAbsent:
            notes.append("数字风控未部署：仅按本行账务事实与预警信号库评估")
        except ModelUnavailable:
            notes.append("风险预警模型暂不可用：仅按预警信号库评估")
        return added_up(facts.as_of, found, rules, tuple(notes))

    def _model(self, watch: LoanWatch, facts: WatchFacts) -> ModelSays:
        inputs = model_inputs(
            self.library.model_inputs,
            self.library.tree_inputs,
            days_overdue=facts.position.days_overdue,
            known=facts.known,
            baseline=facts.baseline,
        )
        answer = self.models.ask(watch.bank_id, MODEL, inputs)
        return ModelSays(version=answer.version, sha256=answer.sha256, answer=answer.answer)


def _no_basis() -> Finding:
    text = "申请未带来贷后监测依据，仅监测本行账务"
    why = Evidence(reads="monitoring", state="missing", text=text)
    return Finding(
        code=NO_BASIS,
        name="缺少贷后监测依据",
        domain="ALL",
        colour=Colour.YELLOW,
        evidence=(why,),
    )


def _answer(
    watch: LoanWatch,
    on: date,
    findings: int,
    raised: tuple[LoanWarning, ...],
    notes: tuple[str, ...],
) -> Watched:
    return Watched(
        loan_id=watch.loan_id,
        as_of=on,
        colour=watch.colour,
        next_on=watch.next_on,
        findings=findings,
        raised=raised,
        notes=notes,
    )
