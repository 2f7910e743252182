"""Builders and fakes for classification: positions, debtors, models that answer or do not."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from puhui.clock import UTC, Clock
from puhui.events import Envelope
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.adapters.classification_envelopes import final_envelopes, proposed_envelope
from servicing.domain.account.position import LoanPosition, LoanStatus
from servicing.domain.classification.classification import Act, Classification, State, proposal
from servicing.domain.classification.days_only import NotAsked, opinion_by_days
from servicing.domain.classification.errors import ClassificationChanged, ClassificationNotFound
from servicing.domain.classification.facts import DebtorFacts, DebtorLoan, debtor_facts
from servicing.domain.classification.history import LoanHistory
from servicing.domain.classification.judgement import Judgement, Signals
from servicing.domain.classification.loss import DEFAULT_LOSSES
from servicing.domain.classification.opinion import Opinion
from servicing.domain.classification.rules import DEFAULT_RULES
from servicing.domain.classification.standing import Standing
from servicing.domain.classification.tiers import Tier
from servicing.domain.model_errors import ModelAbsent, ModelUnavailable
from tests.support.servicing import NORTH

DAY = date(2026, 8, 3)
AT = datetime(2026, 8, 3, 4, 0, tzinfo=UTC)
RULES = DEFAULT_RULES


def a_position(loan_id: str = "loan-1", **changes: Any) -> LoanPosition:
    """A performing loan of cus-1 at branch b1 of north, 100,000 yuan owed."""
    values: dict[str, Any] = {
        "bank_id": NORTH,
        "loan_id": loan_id,
        "application_id": "app-1",
        "customer_id": "cus-1",
        "branch_id": "b1",
        "product_code": "sme-invoice-loan",
        "as_of": DAY,
        "status": LoanStatus.ACTIVE,
        "disbursed_on": date(2025, 8, 3),
        "matures_on": date(2027, 8, 3),
        "annual_rate_bps": 435,
        "disbursed": Money.of_yuan(100_000),
        "principal_outstanding": Money.of_yuan(100_000),
    } | changes
    return LoanPosition(**values)


def a_debtor_loan(
    loan_id: str = "loan-1", *, history: LoanHistory | None = None, **changes: Any
) -> DebtorLoan:
    """Such a loan, always paid on time unless another history is given."""
    position = a_position(loan_id, **changes)
    told = history or LoanHistory(disbursed_on=position.disbursed_on)
    return DebtorLoan(position=position, history=told)


def some_facts(
    *loans: DebtorLoan,
    judgement: Judgement | None = None,
    before: dict[str, Tier] | None = None,
) -> DebtorFacts:
    """The facts of a debtor with these loans."""
    return debtor_facts(
        loans or (a_debtor_loan(),),
        judgement or Judgement(),
        before or {},
        DAY,
        RULES,
        DEFAULT_LOSSES,
    )


def by_days(facts: DebtorFacts, why: NotAsked = NotAsked.ABSENT) -> Opinion:
    """The opinion without a model."""
    return opinion_by_days(facts, why, RULES, DEFAULT_LOSSES)


def act(by: str, on: date = DAY) -> Act:
    """Somebody acts now."""
    return Act(by=by, at=AT, on=on)


def a_proposal(facts: DebtorFacts | None = None, opinion: Opinion | None = None) -> Classification:
    """A proposal for cus-1 of north."""
    told = facts or some_facts()
    return proposal(NORTH, "cus-1", "b1", 0, told, opinion or by_days(told), act("model"))


@dataclass
class InMemoryDebtors:
    """`Debtors` in memory, by bank and debtor."""

    loans: dict[tuple[BankId, str], list[DebtorLoan]] = field(default_factory=dict)

    def loans_of(self, bank_id: BankId, debtor_id: str, day: date) -> Sequence[DebtorLoan]:
        """The debtor's loans."""
        return self.loans.get((bank_id, debtor_id), [])


@dataclass
class InMemorySignals:
    """`DebtorSignals` in memory, by bank and debtor."""

    seen: dict[tuple[BankId, str], Signals] = field(default_factory=dict)

    def of_debtor(
        self, bank_id: BankId, debtor_id: str, loan_ids: Sequence[str], day: date
    ) -> Signals:
        """What is watched."""
        return self.seen.get((bank_id, debtor_id), Signals())


@dataclass
class SpokenModel:
    """`TierModel` that answers what it is told to, or that is absent or down."""

    opinion: Opinion | None = None
    why: NotAsked = NotAsked.ABSENT
    asked: list[DebtorFacts] = field(default_factory=list)

    def propose(self, bank_id: BankId, facts: DebtorFacts) -> Opinion:
        """The opinion, or why there is none."""
        self.asked.append(facts)
        if self.opinion is not None:
            return self.opinion
        raise (ModelAbsent if self.why is NotAsked.ABSENT else ModelUnavailable)()


@dataclass
class InMemoryClassifications:
    """`Classifications` in memory, with the promises of the table."""

    clock: Clock
    kept: dict[tuple[BankId, str, str], Classification] = field(default_factory=dict)
    standing_of: dict[tuple[BankId, str], Standing] = field(default_factory=dict)
    effective: list[Classification] = field(default_factory=list)
    events: list[Envelope] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def standing(self, bank_id: BankId, debtor_id: str) -> Standing | None:
        """Where a debtor stands."""
        return self.standing_of.get((bank_id, debtor_id))

    def get(self, bank_id: BankId, debtor_id: str, classification_id: str) -> Classification:
        """A classification."""
        try:
            return self.kept[bank_id, debtor_id, classification_id]
        except KeyError:
            raise ClassificationNotFound from None

    def propose(
        self, standing: Standing, proposed: Classification, instead_of: Classification | None
    ) -> None:
        """Keep a proposal."""
        with self.lock:
            key = (proposed.bank_id, proposed.debtor_id, proposed.classification_id)
            if key in self.kept:
                raise ClassificationChanged
            self._fresh(standing)
            if instead_of is not None:
                self._save(instead_of)
            self.kept[key] = replace(proposed, version=1)
            self._stand(standing)
            self.events.append(proposed_envelope(proposed, self.clock))

    def step(self, standing: Standing | None, classification: Classification) -> None:
        """Keep a step."""
        with self.lock:
            if standing is not None:
                self._fresh(standing)
            self._save(classification)
            if standing is not None:
                self._stand(standing)
            if classification.state is State.FINAL:
                self.effective.append(classification)
                self.events.extend(final_envelopes(classification, self.clock))

    def in_effect(
        self, bank_id: BankId, debtor_id: str, until: date | None = None
    ) -> Sequence[Classification]:
        """What was in effect."""
        return [
            replace(one, version=0)
            for one in reversed(self.effective)
            if (one.bank_id, one.debtor_id) == (bank_id, debtor_id)
            and (until is None or (one.effective_on or date.max) <= until)
        ]

    def waiting(
        self, bank_id: BankId, branch_id: str | None, state: State, tier: Tier | None
    ) -> Sequence[Classification]:
        """The open ones at a state."""
        found = [
            one
            for one in self.kept.values()
            if (one.bank_id, one.state) == (bank_id, state)
            and tier in (None, one.tier)
            and branch_id in (None, one.branch_id)
        ]
        return sorted(found, key=lambda one: (-one.tier.rank, one.as_of, one.debtor_id))

    def standings(
        self, bank_id: BankId, branch_id: str | None, tier: Tier | None, due_until: date | None
    ) -> Sequence[Standing]:
        """Debtors by tier in effect."""
        found = [
            one
            for one in self.standing_of.values()
            if one.bank_id == bank_id
            and branch_id in (None, one.branch_id)
            and tier in (None, one.tier)
            and (due_until is None or one.due_on <= due_until)
        ]
        return sorted(found, key=lambda one: (-one.tier.rank, one.due_on, one.debtor_id))

    def _fresh(self, standing: Standing) -> None:
        known = self.standing_of.get((standing.bank_id, standing.debtor_id))
        if (known.version if known else 0) != standing.version:
            raise ClassificationChanged

    def _stand(self, standing: Standing) -> None:
        key = (standing.bank_id, standing.debtor_id)
        self.standing_of[key] = replace(standing, version=standing.version + 1)

    def _save(self, one: Classification) -> None:
        key = (one.bank_id, one.debtor_id, one.classification_id)
        last = one.steps[-1]
        makers = {self.kept[key].by_of("confirmed"), self.kept[key].by_of("approved")}
        checks = last.kind in ("approved", "approved_again", "returned")
        if self.kept[key].version != one.version or (checks and last.by in makers):
            raise ClassificationChanged
        self.kept[key] = replace(one, version=one.version + 1)
