"""Decisions about the real firms at month ends, as an archive would give them to monitoring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from layers.models.training.firms import Firm
from puhui.strict_json import loads
from risk.domain.listing import todays_listing
from risk.domain.monitoring.outcome import Outcome
from risk.domain.monitoring.scored import (
    CollectedDecision,
    ModelScore,
    ScoredDecision,
    collected_decision,
    inputs_of,
    seen_by,
)
from tests.support.monitoring import REAL_CARDS, REAL_MODEL
from tests.support.risk import a_decide, a_reference, a_request

YEAR: Final = 2019
ESTABLISHED: Final = date(2012, 1, 1)
"""The firms' files name no day of establishment; every firm gets this one."""
KNOWN_AFTER: Final = timedelta(days=365)


def month_ends(year: int = YEAR) -> list[date]:
    """The last day of each month of a year."""
    firsts = [date(year + month // 12, month % 12 + 1, 1) for month in range(1, 13)]
    return [first - timedelta(days=1) for first in firsts]


def decided_about(
    firms: Iterable[Firm], days: Iterable[date], model_id: str = REAL_MODEL
) -> Iterator[ScoredDecision]:
    """The same as one of the models sees it."""
    return seen_by(model_id, collected_about(firms, days), inputs_of(REAL_CARDS.all()))


def collected_about(firms: Iterable[Firm], days: Iterable[date]) -> Iterator[CollectedDecision]:
    """Each firm asks on each of these days; the shipped policy and models answer."""
    wanted = list(days)
    for firm in firms:
        reference = a_reference(firm.body, key=f"intake/north/{firm.firm_id}")
        decide = a_decide({reference.key or "": firm.body})
        for day in wanted:
            request = a_request(
                [reference],
                as_of=day,
                application_id=f"{firm.firm_id}-{day:%Y%m}",
                customer_id=firm.firm_id,
                established_on=ESTABLISHED,
            )
            record = loads(decide(request).record)
            yield collected_decision(record, todays_listing(), REAL_CARDS.all())


def outcomes_of(firms: Iterable[Firm], decisions: Iterable[ScoredDecision]) -> Iterator[Outcome]:
    """The published flag of each labelled firm, as the outcome of each of its applications."""
    defaulted = {firm.firm_id: firm.defaulted for firm in firms}
    for one in decisions:
        bad = defaulted.get(one.customer_id)
        if bad is not None:
            yield Outcome(
                application_id=one.application_id,
                decision_id=one.decision_id,
                decided_as_of=one.as_of,
                result="bad" if bad else "good",
                known_on=one.as_of + KNOWN_AFTER,
                scores=(
                    ModelScore(
                        model_id=one.model_id,
                        model_version=one.model_version,
                        pd_ppm=one.pd_ppm,
                        decided=one.decided,
                    ),
                ),
            )
