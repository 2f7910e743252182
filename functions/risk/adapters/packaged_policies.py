"""Policies and parameter tables that are published with the code, as files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from puhui.china.rule_tables import RuleTable
from risk.domain.errors import PolicyNotValid
from risk.domain.evaluation import Parameters
from risk.domain.limit import LimitParameters
from risk.domain.policy import Policy
from risk.domain.policy.document import read_policy
from risk.domain.pricing import ChurnCurve, PricingParameters

MODULE: Final = Path(__file__).resolve().parents[1]
TABLES: Final = ("pricing", "limit", "churn")


@dataclass(frozen=True)
class PackagedPolicies:
    """`risk.ports.Policies`: the newest of the policies in force decides."""

    folder: Path = MODULE / "policies"

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """Every published policy, newest first."""
        read = [read_policy(path.read_bytes()) for path in sorted(self.folder.glob("*.json"))]
        return tuple(sorted(read, key=lambda one: (one.valid_from, one.version), reverse=True))

    def has(self, policy_id: str, version: str) -> bool:
        """Whether one of them has this id and version (`risk.policy_ports.Packaged`)."""
        return any((one.id, one.version) == (policy_id, version) for one in self.policies)

    def in_force(self, day: date) -> Policy:
        """The policy that decides on a day."""
        for policy in self.policies:
            if policy.in_force(day):
                return policy
        raise PolicyNotValid(f"no policy is in force on {day}")


@dataclass(frozen=True)
class PackagedParameters:
    """`risk.ports.ParameterTables`: prices, limits and churn curves by effective date."""

    folder: Path = MODULE / "parameters"

    @cached_property
    def bodies(self) -> dict[str, bytes]:
        """The tables' files."""
        return {name: (self.folder / f"{name}.json").read_bytes() for name in TABLES}

    @cached_property
    def sha256(self) -> str:
        """Pins all tables together."""
        return hashlib.sha256(b"".join(self.bodies[name] for name in TABLES)).hexdigest()

    @cached_property
    def _tables(self) -> dict[str, RuleTable[Any]]:
        return {name: RuleTable.from_json(body, dict) for name, body in self.bodies.items()}

    def on(self, day: date) -> Parameters:
        """The rows in force on a day."""
        pricing, limit, churn = (self._tables[name].value_on(day) for name in TABLES)
        return Parameters(
            sha256=self.sha256,
            pricing=PricingParameters(**pricing, curves=_curves(churn)),
            limit=LimitParameters(**limit),
        )


def _curves(grades: Mapping[str, Mapping[str, str]]) -> dict[str, ChurnCurve]:
    return {
        grade: ChurnCurve(**{name: Decimal(number) for name, number in curve.items()})
        for grade, curve in grades.items()
    }
