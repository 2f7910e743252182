"""What the life of policies needs from outside, and what a decision asks of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from puhui.errors import PuhuiError
from puhui.tenancy import BankId
from risk.domain.policy import Policy
from risk.domain.policy_lifecycle import Finding, PolicyVersion, ProofReport
from risk.domain.shadow import Answer, Comparison


class Linter(Protocol):
    """Finds defects in a policy's document."""

    def __call__(self, body: bytes) -> Sequence[Finding]:
        """Every defect; none means that the policy may go on."""
        ...


class Proof(Protocol):
    """Proves compiled tables equal to the reference executor."""

    def __call__(self, body: bytes) -> ProofReport:
        """Whether they are, and on how many contexts."""
        ...


class Packaged(Protocol):
    """The policies that come with the code and decide for banks without their own."""

    def has(self, policy_id: str, version: str) -> bool:
        """Whether one of them has this name."""
        ...


class BankPolicies(Protocol):
    """What the decision asks: the bank's own policy, or the packaged one."""

    def in_force(self, bank_id: BankId, day: date) -> Policy:
        """The policy that decides for a bank on a day."""
        ...

    def shadow(self, bank_id: BankId, day: date) -> Policy | None:
        """The policy that is asked beside it, if the bank runs one."""
        ...


class ShadowRunner(Protocol):
    """What the decision calls at its end. (`usecases.run_shadow`)"""

    def __call__(
        self,
        bank_id: BankId,
        decision_id: str,
        as_of: date,
        live: Answer,
        evaluate: Callable[[Policy], Answer],
    ) -> None:
        """Ask the shadow the same, keep what it says; whatever it does, the decision stands."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowRun:
    """Which version runs beside the live one, since when, by whom."""

    policy_id: str
    version: str
    since: datetime
    by: str


class PolicyVersions(Protocol):
    """The versions of a bank's policies."""

    def get(self, bank_id: BankId, policy_id: str, version: str) -> PolicyVersion:
        """One version as last written, or `PolicyVersionNotFound`."""
        ...

    def add(self, policy: PolicyVersion, body: bytes) -> PolicyVersion:
        """Keep a draft; the same again answers what stands, other content `PolicyVersionTaken`."""
        ...

    def save(self, policy: PolicyVersion) -> PolicyVersion:
        """Keep a version that came further, or `StaleVersion`."""
        ...

    def of_bank(self, bank_id: BankId) -> Sequence[PolicyVersion]:
        """Every version of every policy."""
        ...

    def body(self, policy: PolicyVersion) -> bytes:
        """The bytes that the version's hash is of."""
        ...

    def shadow(self, bank_id: BankId) -> ShadowRun | None:
        """The version that runs as shadow."""
        ...

    def set_shadow(self, bank_id: BankId, run: ShadowRun | None) -> None:
        """Let a version run as shadow instead of any other, or none."""
        ...


class Comparisons(Protocol):
    """What shadows said beside the decisions that were made."""

    def add(self, bank_id: BankId, policy_id: str, version: str, found: Comparison) -> None:
        """Keep one; the same decision again replaces it."""
        ...

    def of(
        self, bank_id: BankId, policy_id: str, version: str
    ) -> tuple[Sequence[Comparison], bool]:
        """The newest that one report reads, and whether these are all."""
        ...


class ShadowSignals(Protocol):
    """Tells operators that a shadow could not be kept."""

    def lost(self, bank_id: BankId, decision_id: str, error: PuhuiError) -> None:
        """The decision stands; only the comparison is missing."""
        ...
