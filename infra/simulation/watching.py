"""What early warning reads of a simulated debtor: the documents of the first of each month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from infra.simulation.in_memory_warnings import InMemoryWatches
from infra.simulation.papers import facts_on, values_on
from puhui.tenancy import BankId
from risk.domain.indicators.values import IndicatorValue, Values
from sandbox.domain.economy.lives import Life
from sandbox.domain.economy.loans import Instalment
from servicing.domain.classification.judgement import LoanSignals, Signals
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.observation import Observed, Reading
from servicing.domain.warning.watch import LoanWatch

Path = Callable[[date], Sequence[Instalment]]
"""The instalments of a loan that fell due before a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Whose documents a loan's watch reads."""

    life: Life
    decided: Values
    """What the decision knew."""
    path: Path


@dataclass
class PapersAsOfMonths:
    """`servicing.warning_ports.Indicators` from the documents of the sandbox economy.

    Documents of one month are the same on each of its days, so they are computed once.
    """

    borrowers: dict[str, Watched] = field(default_factory=dict)
    """By application."""
    _of_month: dict[str, tuple[date, Values]] = field(default_factory=dict)

    def at_approval(self, watch: LoanWatch, names: Sequence[str]) -> Mapping[str, Observed] | None:
        """What the decision knew."""
        if watch.basis is None:
            return None
        values, on = self.borrowers[watch.application_id].decided, watch.basis.decided_on
        found = {name: _reading(values[name], on) for name in names}
        return {name: one.observed for name, one in found.items() if one.observed is not None}

    def today(self, watch: LoanWatch, names: Sequence[str], day: date) -> Mapping[str, Reading]:
        """What the documents of the first of the month say."""
        first = day.replace(day=1)
        known = self._of_month.get(watch.application_id)
        if known is None or known[0] != first:
            known = first, self._values(watch, first)
            self._of_month[watch.application_id] = known
        return {name: _reading(known[1][name], first) for name in names}

    def _values(self, watch: LoanWatch, first: date) -> Values:
        one = self.borrowers[watch.application_id]
        member = one.life.seen_on(first)
        return values_on(facts_on(member, sorted(watch.products), one.path(first)), first)


@dataclass(frozen=True)
class StandingWarnings:
    """`servicing.classification_ports.DebtorSignals` from the watches over a debtor's loans."""

    watches: InMemoryWatches

    def of_debtor(self, bank_id: BankId, debtor_id: str, day: date) -> Signals:
        """The colours that stand; bureau and courts were asked on the first of the watch's month.

        Nobody traces the money of simulated loans, so nothing is said of its use.
        """
        watched = [
            one
            for one in self.watches.of_customer(bank_id, debtor_id)
            if one.watched_on is not None
        ]
        asked = [one.watched_on.replace(day=1) for one in watched if one.watched_on is not None]
        return Signals(
            outside_facts_on=max(asked, default=None),
            loans=tuple(
                LoanSignals(
                    loan_id=one.loan_id,
                    adverse_factors=one.colour.weight >= Colour.ORANGE.weight,
                )
                for one in watched
            ),
        )


def _reading(value: IndicatorValue, on: date) -> Reading:
    number = value.decimal
    observed = None if number is None else Observed(value=number, on=on)
    return Reading(state=value.state.value, observed=observed)
