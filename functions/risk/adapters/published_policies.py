"""The policy that decides for a bank: its own published one, or the one packaged with the code."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from puhui.tenancy import BankId
from risk.domain.policy import Policy
from risk.domain.policy.document import read_policy
from risk.domain.policy_lifecycle import PolicyVersion, in_force_order
from risk.policy_ports import PolicyVersions, ShadowRun
from risk.ports import Policies

MEMORY_SECONDS: Final = 2.0
"""How long another process decides by the policy before; the decision's record says by which."""
Known = tuple[float, Sequence[PolicyVersion], ShadowRun | None]


@dataclass(frozen=True)
class PublishedPolicies:
    """`risk.policy_ports.BankPolicies`; bytes are read once, they never change.

    It is `risk.asking_ports.PastPolicies` as well.
    """

    versions: PolicyVersions
    packaged: Policies
    read: Callable[[bytes], Policy] = read_policy
    monotonic: Callable[[], float] = time.monotonic
    _known: dict[BankId, Known] = field(default_factory=dict)
    _parsed: dict[tuple[BankId, str], Policy] = field(default_factory=dict)

    def in_force(self, bank_id: BankId, day: date) -> Policy:
        """The bank's own policy comes first; one that no longer reads stops the decision."""
        own = self._own(bank_id, day)
        return self.packaged.in_force(day) if own is None else own[1]

    def is_withdrawn(self, bank_id: BankId, day: date, today: date) -> bool:
        """Of the version that decides on a day; nobody withdraws a packaged policy."""
        own = self._own(bank_id, day)
        return own is not None and own[0].is_withdrawn_on(today)

    def shadow(self, bank_id: BankId, day: date) -> Policy | None:
        """The version that runs beside it, on the days of its own document."""
        _, versions, run = self._of(bank_id)
        for version in versions:
            if run and (version.policy_id, version.version) == (run.policy_id, run.version):
                policy = self._policy(version)
                return policy if policy.in_force(day) else None
        return None

    def _own(self, bank_id: BankId, day: date) -> tuple[PolicyVersion, Policy] | None:
        for version in in_force_order(self._of(bank_id)[1], day):
            policy = self._policy(version)
            if policy.in_force(day):
                return version, policy
        return None

    def _of(self, bank_id: BankId) -> Known:
        now, known = self.monotonic(), self._known.get(bank_id)
        if known is None or now - known[0] >= MEMORY_SECONDS:
            known = (now, self.versions.of_bank(bank_id), self.versions.shadow(bank_id))
            self._known[bank_id] = known
        return known

    def _policy(self, version: PolicyVersion) -> Policy:
        key = (version.bank_id, version.sha256)
        if key not in self._parsed:
            self._parsed[key] = self.read(self.versions.body(version))
        return self._parsed[key]
