"""Pass the caller's and the product's gates (过闸): counted once for each query that may leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from extdata.domain.errors import LimitReached
from extdata.domain.limit import Gate
from extdata.domain.permission import AccessRules
from extdata.domain.query import Query
from extdata.ports import Gates, Signals


@dataclass(frozen=True)
class PassGates:
    """Count a query at its gates, or say which limit stopped it; all of them or none."""

    gates: Gates
    signals: Signals

    def __call__(self, query: Query, gates: Iterable[Gate]) -> str | None:
        """Answer the rule of the limit that stopped the query; None when it passed."""
        passed: list[Gate] = []
        for gate in gates:
            try:
                admission = self.gates.pass_through(
                    query.bank_id, gate, now=query.asked_at, on=query.asked_on
                )
            except LimitReached as limit:
                self.give_back(query, passed)
                self.signals.limit_stop(query.bank_id, gate, limit.rule or "limit")
                return limit.rule or "limit"
            passed.append(gate)
            for quota in admission.warnings:
                self.signals.limit_warning(query.bank_id, gate, quota)
        return None

    def give_back(self, query: Query, gates: Iterable[Gate]) -> None:
        """Take back counts of a query that another run is asking already."""
        for gate in gates:
            self.gates.give_back(query.bank_id, gate, on=query.asked_on)


def gates_of(query: Query, rules: AccessRules) -> tuple[Gate, ...]:
    """The gates before a query: who asks, and what for; what is unlimited has none."""
    gates = (
        Gate(
            key=f"caller:{query.caller}",
            limits=rules.limits_of_caller(query.caller, query.callers),
        ),
        Gate(key=f"product:{query.product}", limits=rules.limits_of_product(query.product)),
    )
    return tuple(gate for gate in gates if not gate.limits.unlimited)
