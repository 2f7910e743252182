"""What the API of classification takes and shows."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from puhui.clock import utc_text
from puhui.contracts.common import Contract, Fen, Identifier, Ppm, ShortText
from puhui.tenancy import BankId
from servicing.domain.classification.classification import (
    STATE_NAMES,
    STEP_NAMES,
    Classification,
    Override,
    State,
    Step,
    StepKind,
)
from servicing.domain.classification.effect import Effect
from servicing.domain.classification.judgement import Judgement, LoanJudgement
from servicing.domain.classification.opinion import BASIS_NAMES, Basis
from servicing.domain.classification.reasons import Reason
from servicing.domain.classification.standing import Standing
from servicing.domain.classification.tiers import STAGE_NAMES, TIER_NAMES, Stage, Tier
from servicing.usecases.confirm_classification import StepCommand

MAX_LOANS: int = 50
"""Loans of one debtor in one body; far above what a small bank lends to one."""


class LoanJudgementBody(Contract):
    """What a risk manager knows of one loan; what is left out is not known."""

    loan_id: Identifier
    overdue_is_technical: bool = False
    will_keep_paying: bool | None = None
    credit_impaired: bool = False
    qualified_renewal: bool = False
    refinanced: bool = False
    use_changed: bool | None = None
    adverse_factors: bool | None = None
    difficulty_resolved: bool | None = None
    loss_given_default_ppm: Ppm | None = None


class JudgementBody(Contract):
    """What a risk manager knows of the debtor; facts of bureau and courts carry their day."""

    retail: bool = False
    outside_facts_on: date | None = None
    evades_debt: bool = False
    dishonest: bool = False
    in_liquidation: bool = False
    rating_collapsed: bool = False
    npa_elsewhere: bool = False
    overdue_90_everywhere_ppm: Ppm = 0
    loans: Annotated[tuple[LoanJudgementBody, ...], Field(max_length=MAX_LOANS)] = ()

    def to_domain(self) -> Judgement:
        """As the domain has it."""
        flat = self.model_dump(exclude={"loans"})
        loans = tuple(LoanJudgement(**one.model_dump()) for one in self.loans)
        return Judgement(**flat, loans=loans)


class ProposalBody(Contract):
    """Classify this debtor now; a judgement replaces the one before."""

    debtor_id: Identifier
    judgement: JudgementBody | None = None


class OverrideBody(Contract):
    """Another tier for a loan, and why."""

    loan_id: Identifier
    tier: Tier
    reason: ShortText


class StepBody(Contract):
    """A step on the debtor's open classification."""

    classification_id: Identifier
    overrides: Annotated[tuple[OverrideBody, ...], Field(max_length=MAX_LOANS)] = ()
    comment: ShortText | None = None

    def to_command(self, bank: BankId, debtor_id: str, by: str) -> StepCommand:
        """As the use case takes it."""
        return StepCommand(
            bank_id=bank,
            debtor_id=debtor_id,
            classification_id=self.classification_id,
            by=by,
            overrides=tuple(Override(**one.model_dump()) for one in self.overrides),
            comment=self.comment,
        )


class ApprovalBody(StepBody):
    """Approve, or send back with a comment."""

    decision: Literal["approve", "return"]

    @model_validator(mode="after")
    def _a_return_says_why(self) -> Self:
        if self.decision == "return" and (self.comment is None or self.overrides):
            raise ValueError("a return has a comment and no overrides")
        return self


class ListQuery(Contract):
    """Which classifications: open ones by state, or the tiers in effect; overdue ones alone."""

    state: State = State.PROPOSED
    tier: Tier | None = None
    overdue: bool = False


class HistoryQuery(Contract):
    """As it was known on a day."""

    as_of: date | None = None


class ReasonView(Contract):
    """A reason with the clause behind it and how sure that is."""

    code: str
    text: str
    clause: str
    confidence: str

    @classmethod
    def of(cls, reason: Reason) -> ReasonView:
        """A reason on the wire."""
        clause = reason.clause
        return cls(
            code=reason.code,
            text=reason.text,
            clause=clause.text,
            confidence=clause.confidence,
        )


class LoanTierView(Contract):
    """One loan: what was proposed, what stands now, and why."""

    loan_id: str
    balance_fen: Fen
    overdue_days: int
    proposed_tier: Tier
    proposed_tier_name: str
    tier: Tier
    tier_name: str
    stage: Stage
    stage_name: str
    expected_loss_fen: Fen
    reasons: tuple[ReasonView, ...]

    @classmethod
    def of(cls, classification: Classification, effect: Effect) -> LoanTierView:
        """One loan on the wire."""
        proposed = classification.opinion.of_loan(effect.loan_id)
        facts = next(x for x in classification.facts.loans if x.loan_id == effect.loan_id)
        return cls(
            loan_id=effect.loan_id,
            balance_fen=facts.balance_fen,
            overdue_days=facts.overdue_days,
            proposed_tier=proposed.tier,
            proposed_tier_name=TIER_NAMES[proposed.tier],
            tier=effect.tier,
            tier_name=TIER_NAMES[effect.tier],
            stage=effect.stage,
            stage_name=STAGE_NAMES[effect.stage],
            expected_loss_fen=effect.expected_loss.minor,
            reasons=tuple(ReasonView.of(one) for one in proposed.reasons),
        )


class StepView(Contract):
    """One step: what, by whom, when, with which overrides."""

    kind: StepKind
    kind_name: str
    by: str
    at: str
    on: date
    comment: str | None
    overrides: tuple[OverrideBody, ...]

    @classmethod
    def of(cls, step: Step) -> StepView:
        """A step on the wire."""
        return cls(
            kind=step.kind,
            kind_name=STEP_NAMES[step.kind],
            by=step.by,
            at=utc_text(step.at),
            on=step.on,
            comment=step.comment,
            overrides=tuple(
                OverrideBody(loan_id=one.loan_id, tier=one.tier, reason=one.reason)
                for one in step.overrides
            ),
        )


class ClassificationView(Contract):
    """A classification with all its steps."""

    classification_id: str
    debtor_id: str
    branch_id: str
    as_of: date
    state: State
    state_name: str
    tier: Tier
    tier_name: str
    basis: Basis
    basis_name: str
    model_version: str | None
    needs_second_approval: bool
    effective_on: date | None
    loans: tuple[LoanTierView, ...]
    steps: tuple[StepView, ...]

    @classmethod
    def of(cls, one: Classification) -> ClassificationView:
        """A classification on the wire."""
        return cls(
            classification_id=one.classification_id,
            debtor_id=one.debtor_id,
            branch_id=one.branch_id,
            as_of=one.as_of,
            state=one.state,
            state_name=STATE_NAMES[one.state],
            tier=one.tier,
            tier_name=TIER_NAMES[one.tier],
            basis=one.opinion.basis,
            basis_name=BASIS_NAMES[one.opinion.basis],
            model_version=one.opinion.model_version,
            needs_second_approval=one.betters_the_proposal,
            effective_on=one.effective_on,
            loans=tuple(LoanTierView.of(one, effect) for effect in one.effects()),
            steps=tuple(StepView.of(step) for step in one.steps),
        )


class StandingView(Contract):
    """A debtor's tier in effect and the day by which the next classification is due."""

    debtor_id: str
    branch_id: str
    tier: Tier
    tier_name: str
    classified_as_of: date | None
    due_on: date
    days_late: int
    open_classification_id: str | None

    @classmethod
    def of(cls, standing: Standing, today: date) -> StandingView:
        """A standing on the wire."""
        return cls(
            debtor_id=standing.debtor_id,
            branch_id=standing.branch_id,
            tier=standing.tier,
            tier_name=TIER_NAMES[standing.tier],
            classified_as_of=standing.final_as_of,
            due_on=standing.due_on,
            days_late=max(0, (today - standing.due_on).days),
            open_classification_id=standing.open_id,
        )


class ClassificationList(Contract):
    """Open classifications (the worst first), or debtors by tier in effect."""

    items: tuple[ClassificationView, ...] = ()
    debtors: tuple[StandingView, ...] = ()


class HistoryView(Contract):
    """A debtor's classifications: what is open, and what was in effect, the latest first."""

    debtor_id: str
    standing: StandingView | None
    open: ClassificationView | None
    in_effect: tuple[ClassificationView, ...]
