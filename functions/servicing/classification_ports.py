"""What classification needs from the world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from puhui.tenancy import BankId
from servicing.domain.classification.classification import Classification, State
from servicing.domain.classification.facts import DebtorFacts, DebtorLoan
from servicing.domain.classification.judgement import Signals
from servicing.domain.classification.opinion import Opinion
from servicing.domain.classification.standing import Standing
from servicing.domain.classification.tiers import Tier


class Debtors(Protocol):
    """The debtors of a bank, as the books know them."""

    def loans_of(self, bank_id: BankId, debtor_id: str, day: date) -> Sequence[DebtorLoan]:
        """Every loan of a debtor as it stood at the end of a day; none when there is no such."""


class DebtorSignals(Protocol):
    """What early warning and fund tracing know of debtors."""

    def of_debtor(
        self, bank_id: BankId, debtor_id: str, loan_ids: Sequence[str], day: date
    ) -> Signals:
        """What stands on a day for these loans."""


class TierModel(Protocol):
    """Model M27, which `risk` owns."""

    def propose(self, bank_id: BankId, facts: DebtorFacts) -> Opinion:
        """The model's opinion; raises ModelAbsent without `risk`, ModelUnavailable in an outage."""


class Classifications(Protocol):
    """Classifications, each debtor's standing, and the history of what was in effect."""

    def standing(self, bank_id: BankId, debtor_id: str) -> Standing | None:
        """Where a debtor stands; None for one who was never proposed."""

    def get(self, bank_id: BankId, debtor_id: str, classification_id: str) -> Classification:
        """A classification; raises ClassificationNotFound, for another bank's too."""

    def propose(
        self, standing: Standing, proposed: Classification, instead_of: Classification | None
    ) -> None:
        """Keep a proposal, its event and the one it replaces; raises ClassificationChanged."""

    def step(self, standing: Standing | None, classification: Classification) -> None:
        """Keep a step, and in effect the debtor's standing, history and events.

        The write itself holds the four eyes: whoever confirmed cannot be who approves. Raises
        ClassificationChanged when another step was faster.
        """

    def in_effect(
        self, bank_id: BankId, debtor_id: str, until: date | None = None
    ) -> Sequence[Classification]:
        """What was in effect, the latest first; with `until`, as it was known on that day."""

    def waiting(
        self, bank_id: BankId, branch_id: str | None, state: State, tier: Tier | None
    ) -> Sequence[Classification]:
        """The open classifications at a state, by tier and day; of one branch, or of all."""

    def standings(
        self, bank_id: BankId, branch_id: str | None, tier: Tier | None, due_until: date | None
    ) -> Sequence[Standing]:
        """Debtors by their tier in effect; with `due_until`, those who are due by that day."""
