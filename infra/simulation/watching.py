"""What early warning reads of a simulated debtor: the documents of the first of each month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from infra.simulation.papers import facts_on, values_on
from risk.domain.indicators.values import IndicatorValue, Values
from sandbox.domain.economy.lives import Life
from sandbox.domain.economy.loans import Instalment
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


def _reading(value: IndicatorValue, on: date) -> Reading:
    number = value.decimal
    observed = None if number is None else Observed(value=number, on=on)
    return Reading(state=value.state.value, observed=observed)
