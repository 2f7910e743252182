"""Assess debtors (日终分类): what classification says of the loans of a page, debtor by debtor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.tenancy import BankId
from servicing.domain.account.position import LoanPosition
from servicing.domain.classification.effect import Effect
from servicing.domain.classification.errors import DebtorNotFound
from servicing.end_of_day_ports import Assessment
from servicing.usecases.classify_debtor import ClassifyDebtor, ClassifyDebtorCommand

BY_MODEL: Final = "model"


@dataclass(frozen=True)
class AssessDebtors:
    """`servicing.end_of_day_ports.Assessments`: each debtor is asked for once a page.

    A debtor with loans in several partitions is asked for again in each, which changes nothing.
    """

    classify: ClassifyDebtor

    def assess(
        self, bank_id: BankId, day: date, positions: Sequence[LoanPosition]
    ) -> Mapping[str, Assessment]:
        """By loan id; a debtor whose last loan ended a moment ago is left out."""
        debtors = dict.fromkeys(position.customer_id for position in positions)
        found = [one for debtor in debtors for one in self._of_debtor(bank_id, debtor, day)]
        return dict(found)

    def _of_debtor(
        self, bank_id: BankId, debtor_id: str, day: date
    ) -> Sequence[tuple[str, Assessment]]:
        command = ClassifyDebtorCommand(bank_id=bank_id, debtor_id=debtor_id, as_of=day)
        try:
            classified = self.classify(command)
        except DebtorNotFound:
            return ()
        by_model = classified.opinion.basis == BY_MODEL
        return [(one.loan_id, _assessment(one, by_model)) for one in classified.effects]


def _assessment(effect: Effect, by_model: bool) -> Assessment:
    return Assessment(
        tier=effect.tier.value,
        stage=effect.stage,
        by_model=by_model,
        non_performing=effect.tier.is_non_performing,
        expected_loss=effect.expected_loss,
    )
