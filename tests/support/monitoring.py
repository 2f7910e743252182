"""Builders and stores in memory for tests of model monitoring."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from puhui.contracts.risk import ModelDriftDetected, ReviewOutcome
from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from risk.adapters.model_cards import ModelCards
from risk.adapters.monitored_cards import PackagedMonitoredCards
from risk.domain.listing import Listing, todays_listing
from risk.domain.monitoring.card import Bins, CardIndicator, MonitoredCard
from risk.domain.monitoring.outcome import Outcome
from risk.domain.monitoring.report import MonitoringReport, report_body
from risk.domain.monitoring.scored import (
    CollectedDecision,
    DayScores,
    DecidedCase,
    ModelAnswer,
    ModelScore,
    Reading,
    ScoredDecision,
)
from risk.monitoring_ports import KeptReport, ReportHead
from tests.support.risk_stores import ARTEFACTS

DAY = date(2026, 7, 31)
MODEL = "score"
SALES = "ent.inv.out_valid_amt.all.l24m.sum"
REAL_CARDS = PackagedMonitoredCards(ModelCards(ARTEFACTS))
REAL_MODEL = "sme_application_score"
LISTENED = "tax_invoice_score"


def a_card(**changes: Any) -> MonitoredCard:
    """Four equal groups of scores, and one input in two halves, built on a thousand firms."""
    card = MonitoredCard(
        model_id=MODEL,
        model_version="1.0.0",
        name_zh="评分",
        sample_count=1_000,
        score=Bins(
            edges=(Decimal(100_000), Decimal(200_000), Decimal(300_000)),
            shares_ppm=(250_000,) * 4,
        ),
        inputs=(
            CardIndicator(
                indicator=SALES,
                name_zh="销售",
                bins=Bins(edges=(Decimal("1000.5"),), shares_ppm=(500_000, 500_000), missing_ppm=0),
            ),
        ),
    )
    return replace(card, **changes)


def a_scored(number: int = 0, **changes: Any) -> ScoredDecision:
    """An approval of a firm in Hefei; every fourth number has the same score."""
    pd_ppm = (50_000, 150_000, 250_000, 350_000)[number % 4]
    sales = (Decimal(1_000), Decimal(2_000))[number // 4 % 2]
    decision = ScoredDecision(
        decision_id=f"dec-{number:05d}",
        application_id=f"app-{number:05d}",
        customer_id=f"cus-{number:05d}",
        as_of=DAY,
        decided_on=DAY,
        branch_id="hefei",
        customer_kind="firm",
        region_code="340100",
        policy_id="policy",
        policy_version="1",
        verdict="approve",
        waived_count=0,
        model_id=MODEL,
        model_version="1.0.0",
        pd_ppm=pd_ppm,
        decided=True,
        readings=(Reading(SALES, sales),),
    )
    return replace(decision, **changes)


def a_day(*decisions: ScoredDecision, day: date = DAY, **changes: Any) -> DayScores:
    """A collected day with decisions of which one model each is told."""
    return DayScores(
        day=day,
        decisions=tuple(collected(one) for one in decisions),
        inputs={one.model_id: tuple(two.indicator for two in one.readings) for one in decisions},
        **changes,
    )


def collected(one: ScoredDecision) -> CollectedDecision:
    """The decision as a night keeps it, with this one answer."""
    answer = ModelAnswer(
        model_id=one.model_id,
        model_version=one.model_version,
        pd_ppm=one.pd_ppm,
        decided=one.decided,
        values=tuple(None if two.value is None else str(two.value) for two in one.readings),
    )
    case = {part.name: getattr(one, part.name) for part in fields(DecidedCase)}
    return CollectedDecision(**case, answers=(answer,))


def an_outcome(
    number: int = 0,
    *,
    model_id: str = MODEL,
    model_version: str = "1.0.0",
    pd_ppm: int = 100_000,
    **changes: Any,
) -> Outcome:
    """A good loan of the firm with the same number, which one model had scored."""
    score = ModelScore(model_id=model_id, model_version=model_version, pd_ppm=pd_ppm, decided=True)
    outcome = Outcome(
        application_id=f"app-{number:05d}",
        decision_id=f"dec-{number:05d}",
        decided_as_of=DAY,
        result="good",
        known_on=date(2027, 7, 31),
        scores=(score,),
    )
    return replace(outcome, **changes)


@dataclass(frozen=True)
class FixedCards:
    """`MonitoredCards` of a test."""

    cards: Mapping[str, MonitoredCard]

    def all(self) -> Mapping[str, MonitoredCard]:
        """These cards."""
        return self.cards


@dataclass(frozen=True)
class FixedBanks:
    """`MonitoredBanks` of a test."""

    banks: tuple[BankId, ...]

    def all(self) -> Sequence[BankId]:
        """These banks."""
        return self.banks


@dataclass
class InMemoryDays:
    """`DecidedDays` by bank and day."""

    ids: dict[tuple[str, date], list[str]] = field(default_factory=dict)

    def on(self, bank_id: BankId, day: date) -> Iterator[str]:
        """The ids of that day."""
        yield from self.ids.get((bank_id, day), [])


@dataclass
class InMemoryScores:
    """`Scores`: the first collection of a day stands."""

    days: dict[tuple[str, date], DayScores] = field(default_factory=dict)

    def exists(self, bank_id: BankId, day: date) -> bool:
        """Whether it was collected."""
        return (bank_id, day) in self.days

    def keep(self, bank_id: BankId, scores: DayScores) -> DayScores:
        """Keep it if it is the first."""
        return self.days.setdefault((bank_id, scores.day), scores)

    def read(self, bank_id: BankId, day: date) -> DayScores | None:
        """The kept one."""
        return self.days.get((bank_id, day))


@dataclass
class InMemoryOutcomes:
    """`Outcomes` by bank, vintage and application."""

    kept: dict[tuple[str, str, str], Outcome] = field(default_factory=dict)

    def find(self, bank_id: BankId, vintage: str, application_id: str) -> Outcome | None:
        """The kept one."""
        return self.kept.get((bank_id, vintage, application_id))

    def save(self, bank_id: BankId, outcome: Outcome) -> Outcome:
        """Replace the version that was read."""
        key = (bank_id, outcome.vintage, outcome.application_id)
        known = self.kept.get(key)
        if (known.version if known else 0) != outcome.version:
            raise StaleVersion
        self.kept[key] = replace(outcome, version=outcome.version + 1)
        return self.kept[key]

    def of_vintages(self, bank_id: BankId, vintages: Iterable[str]) -> Iterator[Outcome]:
        """Those of these months."""
        wanted = set(vintages)
        for (bank, vintage, _), outcome in sorted(self.kept.items()):
            if bank == bank_id and vintage in wanted:
                yield outcome


@dataclass
class InMemoryReports:
    """`Reports`: the first report of a day stands."""

    kept: dict[tuple[str, str, date], KeptReport] = field(default_factory=dict)

    def keep(self, bank_id: BankId, day: date, report: MonitoringReport) -> KeptReport:
        """Keep it if it is the first."""
        digest = hashlib.sha256(report_body(report)).hexdigest()
        fresh = KeptReport(day=day, sha256=digest, report=report)
        return self.kept.setdefault((bank_id, report.model_id, day), fresh)

    def find(self, bank_id: BankId, model_id: str, day: date) -> KeptReport | None:
        """The kept one."""
        return self.kept.get((bank_id, model_id, day))

    def history(self, bank_id: BankId, model_id: str, most: int) -> Sequence[ReportHead]:
        """Heads, the newest first."""
        found = sorted(
            (
                one
                for (bank, model, _), one in self.kept.items()
                if (bank, model) == (bank_id, model_id)
            ),
            key=lambda one: one.day,
            reverse=True,
        )
        return [
            ReportHead(
                day=one.day,
                model_version=one.report.model_version,
                count=one.report.count,
                psi_ppm=one.report.score.psi_ppm,
                level=one.report.level,
                sha256=one.sha256,
            )
            for one in found[:most]
        ]


@dataclass
class InMemoryAlarms:
    """`DriftAlarms`: one for bank, model and day."""

    raised: dict[tuple[str, str, date], ModelDriftDetected] = field(default_factory=dict)

    def raise_once(self, bank_id: BankId, alarm: ModelDriftDetected) -> bool:
        """False the second time."""
        key = (bank_id, alarm.model_id, alarm.measured_on)
        first = key not in self.raised
        self.raised.setdefault(key, alarm)
        return first


@dataclass
class FixedReviews:
    """`ReviewedDecisions` of a test; remembers since when it was asked."""

    outcomes: dict[str, ReviewOutcome] = field(default_factory=dict)
    asked: list[datetime] = field(default_factory=list)

    def reviewed_since(self, bank_id: BankId, moment: datetime) -> Mapping[str, ReviewOutcome]:
        """These outcomes."""
        self.asked.append(moment)
        return self.outcomes


@dataclass
class InMemorySignals:
    """`CollectionSignals`: the decisions that could not be read."""

    ids: list[str] = field(default_factory=list)

    def unreadable(self, bank_id: BankId, decision_id: str, error: Exception) -> None:
        """Remember it."""
        self.ids.append(decision_id)


class TodaysListings:
    """`Listings` of an archive that this code wrote."""

    def listing(self, sha256: str) -> Listing:
        """Today's, which must be the one that is asked for."""
        assert sha256 == todays_listing().sha256
        return todays_listing()
