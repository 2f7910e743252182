"""Classify debtor (初分): what the model proposes for all loans of a debtor on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.clock import Clock
from puhui.tenancy import BankId
from servicing.classification_ports import (
    Classifications,
    Debtors,
    DebtorSignals,
    TierModel,
)
from servicing.domain.classification.classification import MODEL, Act, Classification, proposal
from servicing.domain.classification.days_only import NotAsked, opinion_by_days
from servicing.domain.classification.effect import Effect, effect_of
from servicing.domain.classification.errors import (
    ClassificationChanged,
    DebtorNotFound,
    TooManyLoans,
)
from servicing.domain.classification.facts import DebtorFacts, DebtorLoan, debtor_facts
from servicing.domain.classification.judgement import Judgement
from servicing.domain.classification.loss import DEFAULT_LOSSES, LossParameters
from servicing.domain.classification.opinion import Opinion
from servicing.domain.classification.rules import DEFAULT_RULES, ClassificationRules
from servicing.domain.classification.standing import Standing, first_standing
from servicing.domain.classification.tiers import worst
from servicing.domain.model_errors import ModelAbsent, ModelUnavailable

MAX_ATTEMPTS: Final = 3
MAX_LOANS: Final = 80
"""Each is an event in the transaction of the last approval, which holds 100 rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyDebtorCommand:
    """Who is to be classified, on which accounting day's facts, and who asks (None: end of day).

    A judgement replaces what was known before; without one, that stands.
    """

    bank_id: BankId
    debtor_id: str
    as_of: date
    asked_by: str | None = None
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """The opinion of the day, and the classification that people have to deal with, if any."""

    opinion: Opinion
    open: Classification | None
    effects: tuple[Effect, ...]
    """Tier, stage and expected loss to book today: the worse of the opinion and of what is in
    effect."""

    @property
    def asked(self) -> Classification:
        """The classification that answers a person, for whom there always is one."""
        if self.open is None:
            raise DebtorNotFound("end of day found nothing to do")
        return self.open


@dataclass(frozen=True)
class ClassifyDebtor:
    """Ask for a proposal; keep it where a person asks, a quarter is over, or a tier would change.

    So end of day may ask for every debtor every day and makes work only where there is some.
    """

    debtors: Debtors
    signals: DebtorSignals
    model: TierModel
    classifications: Classifications
    clock: Clock
    rules: ClassificationRules = DEFAULT_RULES
    losses: LossParameters = DEFAULT_LOSSES

    def __call__(self, command: ClassifyDebtorCommand) -> Classified:
        for _ in range(MAX_ATTEMPTS - 1):
            try:
                return self._classify(command)
            except ClassificationChanged:
                # Two partitions of end of day, or a person, met at this debtor: look again.
                continue
        return self._classify(command)

    def _classify(self, command: ClassifyDebtorCommand) -> Classified:
        loans = self._loans(command)
        standing = self._standing(command, loans)
        loan_ids = [one.position.loan_id for one in loans]
        seen = self.signals.of_debtor(command.bank_id, command.debtor_id, loan_ids, command.as_of)
        facts = debtor_facts(
            loans,
            standing.judgement.seen_with(seen),
            dict(standing.tiers),
            command.as_of,
            self.rules,
            self.losses,
        )
        opinion = self._opinion(command.bank_id, facts)
        waiting = self._waiting(standing)
        if self._makes_work(command, standing, facts, opinion, waiting):
            waiting = self._propose(command, standing, facts, opinion, waiting)
        return Classified(opinion=opinion, open=waiting, effects=_effects(standing, facts, opinion))

    def _loans(self, command: ClassifyDebtorCommand) -> list[DebtorLoan]:
        found = self.debtors.loans_of(command.bank_id, command.debtor_id, command.as_of)
        loans = [one for one in found if one.position.on_balance_sheet]
        if not loans:
            raise DebtorNotFound(f"{command.debtor_id} has no loan to classify")
        if len(loans) > MAX_LOANS:
            raise TooManyLoans(
                f"{len(loans)} loans, at most {MAX_LOANS}",
                field="debtor_id",
                rule="classification.loans",
            )
        return loans

    def _standing(self, command: ClassifyDebtorCommand, loans: list[DebtorLoan]) -> Standing:
        known = self.classifications.standing(command.bank_id, command.debtor_id)
        first = min(loans, key=lambda one: one.position.disbursed_on).position
        standing = known or first_standing(
            command.bank_id, command.debtor_id, first.branch_id, first.disbursed_on, self.rules
        )
        return standing.knowing(command.judgement)

    def _opinion(self, bank: BankId, facts: DebtorFacts) -> Opinion:
        try:
            return self.model.propose(bank, facts)
        except ModelAbsent:
            return opinion_by_days(facts, NotAsked.ABSENT, self.rules, self.losses)
        except ModelUnavailable:
            return opinion_by_days(facts, NotAsked.UNAVAILABLE, self.rules, self.losses)

    def _waiting(self, standing: Standing) -> Classification | None:
        if standing.open_id is None:
            return None
        return self.classifications.get(standing.bank_id, standing.debtor_id, standing.open_id)

    @staticmethod
    def _makes_work(
        command: ClassifyDebtorCommand,
        standing: Standing,
        facts: DebtorFacts,
        opinion: Opinion,
        waiting: Classification | None,
    ) -> bool:
        if waiting is not None:
            if command.asked_by is not None:
                return (waiting.facts, waiting.opinion) != (facts, opinion)
            return waiting.opinion.tiers != opinion.tiers
        changed = dict(standing.tiers) != opinion.tiers
        return changed or command.asked_by is not None or standing.is_due(command.as_of)

    def _propose(
        self,
        command: ClassifyDebtorCommand,
        standing: Standing,
        facts: DebtorFacts,
        opinion: Opinion,
        waiting: Classification | None,
    ) -> Classification:
        act = Act(by=command.asked_by or MODEL, at=self.clock.now(), on=command.as_of)
        proposed = proposal(
            command.bank_id,
            command.debtor_id,
            standing.branch_id,
            standing.version,
            facts,
            opinion,
            act,
        )
        replaced = None if waiting is None else waiting.replaced(act)
        self.classifications.propose(standing.opened(proposed), proposed, replaced)
        return proposed


def _effects(standing: Standing, facts: DebtorFacts, opinion: Opinion) -> tuple[Effect, ...]:
    in_effect = dict(standing.tiers)
    return tuple(
        effect_of(one, proposed, worst((proposed.tier, in_effect.get(one.loan_id, proposed.tier))))
        for one, proposed in zip(facts.loans, opinion.loans, strict=True)
    )
