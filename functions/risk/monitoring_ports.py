"""What monitoring of models needs from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from puhui.contracts.risk import ModelDriftDetected, ReviewOutcome
from puhui.tenancy import BankId
from risk.domain.monitoring.card import MonitoredCard
from risk.domain.monitoring.outcome import Outcome
from risk.domain.monitoring.report import MonitoringReport
from risk.domain.monitoring.scored import DayScores
from risk.domain.monitoring.thresholds import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReport:
    """A report as it was kept, which is once a day."""

    day: date
    sha256: str
    report: MonitoringReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHead:
    """One line of a model's history."""

    day: date
    model_version: str
    count: int
    psi_ppm: int | None
    level: Level
    sha256: str


class MonitoredBanks(Protocol):
    """The banks of which there are decisions."""

    def all(self) -> Sequence[BankId]:
        """Every bank, by name."""
        ...


class MonitoredCards(Protocol):
    """The cards of the statistical models."""

    def all(self) -> Mapping[str, MonitoredCard]:
        """Every such card, by model; one without its population has no bins."""
        ...


class DecidedDays(Protocol):
    """Which decisions were made on a day."""

    def on(self, bank_id: BankId, day: date) -> Iterator[str]:
        """The ids of the decisions, in the order in which they were made."""
        ...


class Scores(Protocol):
    """Collected days; each is kept once and never changed."""

    def exists(self, bank_id: BankId, day: date) -> bool:
        """Whether the day was collected."""
        ...

    def keep(self, bank_id: BankId, scores: DayScores) -> DayScores:
        """Keep a day and answer what counts: it, or an earlier collection."""
        ...

    def read(self, bank_id: BankId, day: date) -> DayScores | None:
        """A collected day; None if it was never collected."""
        ...


class Outcomes(Protocol):
    """What became of loans."""

    def find(self, bank_id: BankId, vintage: str, application_id: str) -> Outcome | None:
        """The outcome of an application, if it is known."""
        ...

    def save(self, bank_id: BankId, outcome: Outcome) -> Outcome:
        """Keep a new outcome or replace the version that was read, or `StaleVersion`."""
        ...

    def of_vintages(self, bank_id: BankId, vintages: Iterable[str]) -> Iterator[Outcome]:
        """The known outcomes of loans that were decided on in these months."""
        ...


class ReviewedDecisions(Protocol):
    """What people decided when a customer asked for them."""

    def reviewed_since(self, bank_id: BankId, moment: datetime) -> Mapping[str, ReviewOutcome]:
        """The outcome of each review that was asked for since then, by decision."""
        ...


class Reports(Protocol):
    """Monitoring reports, one for each bank, model and day."""

    def keep(self, bank_id: BankId, day: date, report: MonitoringReport) -> KeptReport:
        """Keep a day's report and answer what counts: it, or an earlier one of that day."""
        ...

    def find(self, bank_id: BankId, model_id: str, day: date) -> KeptReport | None:
        """The report of a day."""
        ...

    def history(self, bank_id: BankId, model_id: str, most: int) -> Sequence[ReportHead]:
        """The newest reports' heads, the newest first."""
        ...


class DriftAlarms(Protocol):
    """Tells everyone who subscribed that a model drifts."""

    def raise_once(self, bank_id: BankId, alarm: ModelDriftDetected) -> bool:
        """Publish the event; False when the same alarm was raised before."""
        ...


class CollectionSignals(Protocol):
    """Tells operators what could not be collected."""

    def unreadable(self, bank_id: BankId, decision_id: str, error: Exception) -> None:
        """One decision's record could not be read; the others are collected."""
        ...
