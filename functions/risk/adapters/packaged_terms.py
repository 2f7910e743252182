"""The terms of a portfolio from the tables that are published with the code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from puhui.china.rule_tables import Effective, RuleTable
from puhui.strict_json import loads
from risk.adapters.packaged_policies import MODULE, PackagedParameters
from risk.domain.portfolio.terms import Terms

TABLE: Final = "portfolio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """One number, where it is from and how sure we are."""

    name: str
    value: Any
    confidence: str
    source: str


@dataclass(frozen=True)
class PackagedTerms:
    """Loss, funding, operating cost, churn and grade caps are those of single decisions."""

    parameters: PackagedParameters = field(default_factory=PackagedParameters)
    path: Path = MODULE / "parameters" / f"{TABLE}.json"

    @cached_property
    def sha256(self) -> str:
        """Pins the portfolio's own table and those of single decisions together."""
        return hashlib.sha256(self.path.read_bytes() + self.parameters.sha256.encode()).hexdigest()

    def on(self, day: date, grades: tuple[str, ...]) -> Terms:
        """The terms of a day for the grades of a policy, the best first."""
        own = dict(self._table.value_on(day))
        shared = self.parameters.on(day)
        pricing, limit = shared.pricing, shared.limit
        return Terms(
            grades=grades,
            grade_caps_fen=limit.grade_caps_fen,
            curves=pricing.curves,
            step_bps=pricing.step_bps,
            lgd_ppm=pricing.lgd_ppm,
            funding_bps=pricing.funding_bps,
            operating_bps=pricing.operating_bps,
            refused_grades=frozenset(own.pop("refused_grades")),
            **own,
        )

    def sources(self, day: date) -> tuple[Sourced, ...]:
        """Every number of the terms with its source; those of single decisions by their table."""
        start = self._table.on(day).valid_from.isoformat()
        rows = loads(self.path.read_bytes())["rows"]
        told = next(row["sources"] for row in rows if row["valid_from"] == start)
        own = [
            Sourced(name=name, value=value, confidence=told[name][0], source=told[name][1])
            for name, value in self._table.value_on(day).items()
        ]
        return (*own, *self._shared(day))

    def _shared(self, day: date) -> list[Sourced]:
        found = []
        for body in self.parameters.bodies.values():
            row: Effective[Any] = RuleTable.from_json(body, dict).on(day)
            found += [
                Sourced(name=name, value=value, confidence=row.confidence.value, source=row.source)
                for name, value in row.value.items()
            ]
        return found

    @cached_property
    def _table(self) -> RuleTable[Any]:
        return RuleTable.from_json(self.path.read_bytes(), dict)
