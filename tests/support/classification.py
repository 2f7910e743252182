"""Builders and fakes for classification: positions, debtors, models that answer or do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from puhui.clock import UTC
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.account.position import LoanPosition, LoanStatus
from servicing.domain.classification.classification import Act, Classification, proposal
from servicing.domain.classification.days_only import NotAsked, opinion_by_days
from servicing.domain.classification.facts import DebtorFacts, DebtorLoan, debtor_facts
from servicing.domain.classification.history import LoanHistory
from servicing.domain.classification.judgement import Judgement, Signals
from servicing.domain.classification.loss import DEFAULT_LOSSES
from servicing.domain.classification.opinion import Opinion
from servicing.domain.classification.rules import DEFAULT_RULES
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
