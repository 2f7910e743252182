"""Where the reports of `puhui models monitor` come from: what a night kept, or records as they are.

A night's reports lie in risk's bucket and table, of this machine's cloud or of an account on AWS.
An archive of decisions, or the decisions bucket itself, is measured on the spot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from infra.config import ROOT
from puhui.tenancy import BankId
from risk.adapters.model_cards import ModelCards
from risk.adapters.monitored_cards import PackagedMonitoredCards
from risk.domain.errors import ReportNotFound
from risk.domain.monitoring.card import MonitoredCard
from risk.domain.monitoring.challenger import ChallengerReport, compare, ranked_pairs
from risk.domain.monitoring.fairness import Groups
from risk.domain.monitoring.outcome import Outcome
from risk.domain.monitoring.rates import Reviewed
from risk.domain.monitoring.report import SEVERITY, Gaps, MonitoringReport, report_over
from risk.domain.monitoring.scored import CollectedDecision, ScoredDecision, inputs_of, seen_by
from risk.usecases.collect_scores import CollectedArchive
from risk.usecases.measure_model import VINTAGES, WINDOW_DAYS, months_before

if TYPE_CHECKING:
    from risk.monitoring_ports import Outcomes, ReportHead, Scores
    from risk.usecases.read_monitoring import ReadMonitoring

ARTEFACTS: Final = ROOT / "layers" / "models" / "artefacts"
NIGHTS: Final = 28
"""Nights of a model's history that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One model's report, the night that made it, and how its index moved over nights."""

    report: MonitoringReport
    night: date | None = None
    history: tuple[ReportHead, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is to say about the models of one bank."""

    bank_id: str
    night: date | None
    """The last night that measured any model; None where records were measured now."""
    lines: tuple[Line, ...]
    """The worst first."""
    silent: tuple[str, ...]
    """Statistical models that answered in no decision."""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """Models on record that have no card here, with the number of their answers."""
    unreadable: tuple[str, ...] = ()
    """Decisions of the archive whose records cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known beside the records."""

    outcomes: Sequence[Outcome] = ()
    reviewed: Reviewed = field(default_factory=dict)
    groups: Groups | None = None


def cards() -> Mapping[str, MonitoredCard]:
    """The cards of the statistical models that this code ships."""
    return PackagedMonitoredCards(ModelCards(ARTEFACTS)).all()


def measured(bank_id: str, archive: CollectedArchive, told: Told) -> Found:
    """Measure every statistical model over all decisions that a bank has in an archive."""
    known, decisions = cards(), archive.banks.get(bank_id, ())
    lines, silent = [], []
    for name, card in known.items():
        gaps = Gaps(
            unreadable=len(archive.unreadable),
            refused=sum(name in one.refused for one in decisions),
        )
        report = report_over(
            seen_by(name, decisions, inputs_of(known)),
            card,
            outcomes=told.outcomes,
            reviewed=told.reviewed,
            groups=told.groups,
            gaps=gaps,
        )
        if report.count or report.gaps.other_version or report.gaps.refused:
            lines.append(Line(report=report))
        else:
            silent.append(name)
    return Found(
        bank_id=bank_id,
        night=None,
        lines=_worst_first(lines),
        silent=tuple(silent),
        unknown=_unknown(decisions, known),
        unreadable=archive.unreadable,
    )


def kept(bank_id: str, read: ReadMonitoring) -> Found:
    """The latest report that a night kept of each model."""
    lines, silent = [], []
    for name in cards():
        try:
            latest = read(BankId(bank_id), name)
        except ReportNotFound:
            silent.append(name)
            continue
        history = tuple(read.history(BankId(bank_id), name))[:NIGHTS]
        lines.append(Line(report=latest.report, night=latest.day, history=history))
    return Found(
        bank_id=bank_id,
        night=max((one.night for one in lines if one.night), default=None),
        lines=_worst_first(lines),
        silent=tuple(silent),
    )


def window_of(
    bank_id: str, night: date, scores: Scores, outcomes: Outcomes
) -> tuple[tuple[CollectedDecision, ...], tuple[Outcome, ...]]:
    """The decisions of a night's window as they were collected, and the outcomes of two years."""
    days = [night - timedelta(days=back) for back in range(WINDOW_DAYS)]
    found = [scores.read(BankId(bank_id), one) for one in days]
    decisions = tuple(one for day in found if day is not None for one in day.decisions)
    known = outcomes.of_vintages(BankId(bank_id), months_before(night, VINTAGES))
    return decisions, tuple(known)


def challenged(
    champion: str,
    challenger: str,
    decisions: Sequence[CollectedDecision],
    outcomes: Iterable[Outcome],
) -> ChallengerReport:
    """Two models that answered in the same decisions, at the bank's own number of approvals."""
    pairs = ranked_pairs(_seen(champion, decisions), _seen(challenger, decisions), outcomes)
    return compare(pairs)


def _seen(model_id: str, decisions: Iterable[CollectedDecision]) -> Iterator[ScoredDecision]:
    """Only the version on this code's card: a mixture of two would be neither."""
    version = cards()[model_id].model_version
    found = seen_by(model_id, decisions, {})
    return (one for one in found if one.model_version == version)


def _unknown(
    decisions: Iterable[CollectedDecision], known: Mapping[str, MonitoredCard]
) -> dict[str, int]:
    counted = Counter(
        f"{answer.model_id}@{answer.model_version}"
        for one in decisions
        for answer in one.answers
        if answer.model_id not in known
    )
    return dict(sorted(counted.items()))


def _worst_first(lines: Iterable[Line]) -> tuple[Line, ...]:
    """What is measured against a population that does not exist comes last, however far it is."""
    return tuple(
        sorted(
            lines,
            key=lambda one: (
                one.report.synthetic,
                SEVERITY.index(one.report.level),
                -(one.report.score.psi_ppm or 0),
                one.report.model_id,
            ),
        )
    )
