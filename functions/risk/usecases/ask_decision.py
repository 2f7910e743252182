"""Ask decision (申请决策): keep the documents that came along, then ask as the factory does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from puhui.clock import BusinessCalendar
from puhui.contracts.risk import DecisionRequest
from puhui.errors import Forbidden, Unprocessable
from puhui.identity import Principal, Protected, authorise
from puhui.tenancy import bank_id
from risk.asking_ports import InlineDocuments, PastPolicies, SubjectSeals
from risk.domain.asking import AskedSubject, InlineDocument, check_documents
from risk.domain.decision import Decision

ACTION = "risk.ask_decision"
PAST_ROLES = frozenset({"risk_manager", "admin"})
"""Whoever else could choose a day on which another policy or an expired waiver was in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDecisionCommand:
    """The question, and what came with it."""

    request: DecisionRequest
    documents: tuple[InlineDocument, ...]
    subject: AskedSubject


@dataclass(frozen=True)
class AskDecision:
    """Answer a question of the API; the same question has one answer."""

    documents: InlineDocuments
    seals: SubjectSeals
    policies: PastPolicies
    decide: Callable[[DecisionRequest], Decision]
    calendar: BusinessCalendar

    def __call__(self, principal: Principal, command: AskDecisionCommand) -> Decision:
        """Answer the decision about an application of the asker's bank and branch."""
        request = command.request
        authorise(principal, ACTION, Protected(bank_id=request.bank_id, branch=request.branch_id))
        self._check_day(principal, request)
        check_documents(command.documents, (fact.product for fact in request.facts))
        bank = bank_id(request.bank_id)
        kept = [self.documents.keep(bank, one.product, one.body) for one in command.documents]
        found: dict[str, Any] = {"facts": (*request.facts, *kept)}
        found |= self._who(command.subject, request)
        return self.decide(request.model_copy(update=found))

    def _who(self, subject: AskedSubject, request: DecisionRequest) -> dict[str, str]:
        return {
            "party_sealed": self.seals.seal(
                subject, bank_id(request.bank_id), request.application_id
            ),
            "subject_index": self.seals.index(subject),
        }

    def _check_day(self, principal: Principal, request: DecisionRequest) -> None:
        today = self.calendar.today()
        if request.as_of > today:
            raise Unprocessable(
                "a decision is not of the future", field="as_of", rule="as_of.future"
            )
        if request.as_of < today and not principal.roles & PAST_ROLES:
            raise Forbidden("a past day is not for this role", field="as_of", rule="as_of.past")
        # Replays do not ask here: they compute again what was decided, and nobody lends by them.
        bank = bank_id(request.bank_id)
        if request.as_of < today and self.policies.is_withdrawn(bank, request.as_of, today):
            raise Unprocessable(
                "the policy of that day is withdrawn: nobody decides by it any more",
                field="as_of",
                rule="as_of.policy_withdrawn",
            )
