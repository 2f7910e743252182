"""Model M27 as classification asks it: facts in, opinion out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ValidationError

from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.classification.facts import DebtorFacts
from servicing.domain.classification.opinion import LoanOpinion, Opinion
from servicing.domain.classification.reasons import Reason
from servicing.domain.classification.tiers import Stage, Tier
from servicing.domain.model_errors import ModelUnavailable
from servicing.model_ports import ModelAnswers

MODEL: Final = "five_tier_ecl"


class _AnsweredReason(BaseModel):
    code: str
    text: str


class _AnsweredLoan(BaseModel):
    loan_id: str
    tier: Tier
    stage: Stage
    expected_loss_fen: int
    reasons: tuple[_AnsweredReason, ...]


class _Answered(BaseModel):
    loans: tuple[_AnsweredLoan, ...]


@dataclass(frozen=True)
class AskedTierModel:
    """`servicing.classification_ports.TierModel` over risk's models."""

    models: ModelAnswers

    def propose(self, bank_id: BankId, facts: DebtorFacts) -> Opinion:
        """One question about all loans; an answer about other loans counts as none."""
        answer = self.models.ask(bank_id, MODEL, facts.as_inputs())
        try:
            read = _Answered.model_validate(answer.answer)
        except ValidationError as error:
            raise ModelUnavailable(f"{MODEL} answered what cannot be read") from error
        if [one.loan_id for one in read.loans] != [one.loan_id for one in facts.loans]:
            raise ModelUnavailable(f"{MODEL} answered about other loans")
        return Opinion(
            basis="model",
            loans=tuple(_opinion(one) for one in read.loans),
            model_version=answer.version,
            model_sha256=answer.sha256,
        )


def _opinion(loan: _AnsweredLoan) -> LoanOpinion:
    return LoanOpinion(
        loan_id=loan.loan_id,
        tier=loan.tier,
        stage=loan.stage,
        expected_loss=Money(loan.expected_loss_fen),
        reasons=tuple(Reason(one.code, one.text) for one in loan.reasons),
    )
