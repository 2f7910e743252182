"""What a demonstration needs of a bank's external data, in memory or in the local cloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from infra.demo.extdata.report import AnswerSeen
from infra.demo.extdata.workload import ConsentGiven, Question
from sandbox.domain.applicant import Applicant

DEMO_BANK: Final = "demo-bank"
PENDING_PATIENCE_SECONDS: Final = 20.0
"""How long a caller asks again for an answer that follows."""
PENDING_PAUSE_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """A month as it was closed and reconciled, in 分."""

    cost_fen: int
    statement_fen: int
    disputes: int
    disputed_fen: int
    gap_fen: int
    disputes_by_kind: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """What the verification of the audit chains found."""

    records: int
    chains: int
    faults: Sequence[str]


class ExternalDataBank(Protocol):
    """A bank whose people the demonstration plays."""

    def onboard(self, folder: Path) -> None:
        """Register every provider of a folder, publish its connectors, set routes and access."""
        ...

    def limit(self, provider_id: str, daily: int) -> None:
        """Give a provider a daily quota."""
        ...

    def give(self, consents: Iterable[ConsentGiven], firms: Sequence[Applicant]) -> None:
        """Register the population's consents."""
        ...

    def ask(self, question: Question, firm: Applicant) -> AnswerSeen:
        """Put a question, again while its answer is pending."""
        ...

    def provider_names(self) -> dict[str, str]:
        """Display names by provider id."""
        ...

    def close_books(self, month: str, statements: Mapping[str, bytes]) -> Books:
        """Close a month and reconcile it with every provider's CSV statement."""
        ...

    def verify_audit(self) -> AuditResult:
        """Walk every audit chain."""
        ...

    def replay(self, query_ids: Sequence[str]) -> dict[str, int]:
        """Replay answered queries: how many were tried, how many came out identical."""
        ...

    def breaker_transitions(self) -> dict[str, int]:
        """How often each circuit changed its state: `sbx-tax closed→open`."""
        ...

    def quota_stops(self) -> dict[str, int]:
        """How often each gate stopped a call: `provider:sbx-device limit.daily`."""
        ...


def subject_fields(firm: Applicant) -> dict[str, Any]:
    """The firm as the subject of a query."""
    party = firm.party
    return {
        "kind": party.kind,
        "name": party.name,
        "uscc": party.uscc,
        "id_number": party.legal_person_id,
        "phone": party.phone,
        "person_name": party.legal_person_name,
        "account": party.payout_account,
        "address": party.address,
        "region_code": party.region_code,
    }


def caller_of(question: Question) -> str:
    """Who asks, as the gateway meters it: a module, or a member of staff."""
    return question.caller.removeprefix("role:")
