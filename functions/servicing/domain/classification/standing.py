"""Where a debtor stands (分类现状): the tiers in effect, what is open, and when the next is due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from puhui.tenancy import BankId
from servicing.domain.classification.classification import Classification, State
from servicing.domain.classification.judgement import NOTHING_KNOWN, Judgement
from servicing.domain.classification.rules import ClassificationRules
from servicing.domain.classification.tiers import Tier, worst
from servicing.domain.plan.calendar import months_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One debtor's tiers in effect; `due_on` is the last day for the next classification."""

    bank_id: BankId
    debtor_id: str
    branch_id: str
    due_on: date
    tiers: tuple[tuple[str, Tier], ...] = ()
    final_id: str | None = None
    final_as_of: date | None = None
    open_id: str | None = None
    judgement: Judgement = NOTHING_KNOWN
    version: int = 0

    @property
    def tier(self) -> Tier:
        """The worst tier in effect."""
        return worst(tier for _, tier in self.tiers)

    def is_due(self, day: date) -> bool:
        """Whether the quarter is over without a classification in effect."""
        return day >= self.due_on

    def knowing(self, judgement: Judgement | None) -> Standing:
        """With what somebody says now; without it, with what was said last."""
        return self if judgement is None else replace(self, judgement=judgement)

    def opened(self, classification: Classification) -> Standing:
        """A proposal waits for people."""
        return replace(self, open_id=classification.classification_id)

    def after(self, classification: Classification, rules: ClassificationRules) -> Standing:
        """After a step: a classification in effect replaces the tiers and moves the due day."""
        if classification.state is not State.FINAL:
            return self
        return replace(
            self,
            tiers=classification.tiers,
            final_id=classification.classification_id,
            final_as_of=classification.as_of,
            open_id=None,
            due_on=months_after(classification.as_of, rules.cycle_months),
        )


def first_standing(
    bank: BankId, debtor_id: str, branch_id: str, disbursed_on: date, rules: ClassificationRules
) -> Standing:
    """A debtor who was never classified is due a quarter after the first money left."""
    return Standing(
        bank_id=bank,
        debtor_id=debtor_id,
        branch_id=branch_id,
        due_on=months_after(disbursed_on, rules.cycle_months),
    )
