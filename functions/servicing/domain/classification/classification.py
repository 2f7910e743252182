"""A classification (分类): 初分 by the model, 认定 by a risk manager, 审批 by an approver.

People may make a loan worse freely, with a reason. Better than the model proposed needs a second
approver, and below the floors nobody goes. Whoever confirmed does not approve.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Literal

from puhui.ids import derived_id
from puhui.tenancy import BankId
from servicing.domain.classification.effect import Effect, effect_of
from servicing.domain.classification.errors import (
    ClassificationReplaced,
    NotAtThisStep,
    OverrideRefused,
)
from servicing.domain.classification.facts import DebtorFacts
from servicing.domain.classification.floors import lifted
from servicing.domain.classification.opinion import Opinion
from servicing.domain.classification.rules import ClassificationRules
from servicing.domain.classification.tiers import TIER_NAMES, Tier, worst
from servicing.domain.errors import MakerIsChecker

StepKind = Literal["proposed", "confirmed", "approved", "approved_again", "returned", "replaced"]
STEP_NAMES: Final[Mapping[StepKind, str]] = {
    "proposed": "初分",
    "confirmed": "认定",
    "approved": "审批",
    "approved_again": "复批",
    "returned": "退回",
    "replaced": "被新的初分替代",
}
MODEL: Final = "model"
"""Who takes the first step when nobody asked for it: end of day."""


class State(StrEnum):
    """How far a classification has come."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    APPROVED_ONCE = "approved_once"
    FINAL = "final"
    REPLACED = "replaced"


STATE_NAMES: Final[Mapping[State, str]] = {
    State.PROPOSED: "待认定",
    State.CONFIRMED: "待审批",
    State.APPROVED_ONCE: "待复批",
    State.FINAL: "已生效",
    State.REPLACED: "已替代",
}
OPEN: Final = (State.PROPOSED, State.CONFIRMED, State.APPROVED_ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A tier that a person sets against the one before, and why."""

    loan_id: str
    tier: Tier
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the workflow, kept for ever: what, by whom, when, on which accounting day."""

    kind: StepKind
    by: str
    at: datetime
    on: date
    overrides: tuple[Override, ...] = ()
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who does something now."""

    by: str
    at: datetime
    on: date
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """One classification of a debtor, from proposal to effect."""

    bank_id: BankId
    classification_id: str
    debtor_id: str
    branch_id: str
    facts: DebtorFacts
    opinion: Opinion
    tiers: tuple[tuple[str, Tier], ...]
    """The tier of each loan as it stands now, overrides included."""
    state: State
    steps: tuple[Step, ...]
    version: int = 0

    @property
    def as_of(self) -> date:
        """The accounting day whose facts were classified."""
        return self.facts.as_of

    @property
    def tier(self) -> Tier:
        """The debtor's worst."""
        return worst(tier for _, tier in self.tiers)

    @property
    def is_open(self) -> bool:
        """Whether people still have to do something."""
        return self.state in OPEN

    @property
    def effective_on(self) -> date | None:
        """The accounting day of the last approval, once it is in effect."""
        return self.steps[-1].on if self.state is State.FINAL else None

    def by_of(self, *kinds: StepKind) -> str | None:
        """Who took the last step of these kinds since the last return."""
        for step in reversed(self.steps):
            if step.kind == "returned":
                return None
            if step.kind in kinds:
                return step.by
        return None

    def effects(self) -> tuple[Effect, ...]:
        """Tier, stage and expected loss of each loan as they stand now."""
        return tuple(
            effect_of(one, self.opinion.of_loan(one.loan_id), dict(self.tiers)[one.loan_id])
            for one in self.facts.loans
        )

    @property
    def betters_the_proposal(self) -> bool:
        """Whether any loan stands better than the model proposed."""
        proposed = self.opinion.tiers
        return any(proposed[loan_id].is_worse_than(tier) for loan_id, tier in self.tiers)

    def was_just(self, kinds: tuple[StepKind, ...], by: str, taken: tuple[Override, ...]) -> bool:
        """Whether the last step was this very one: a repetition, which changes nothing."""
        last = self.steps[-1]
        return last.kind in kinds and (last.by, last.overrides) == (by, taken)

    def confirm(
        self, act: Act, overrides: Iterable[Override], rules: ClassificationRules
    ) -> Classification:
        """认定: the risk manager takes the proposal, or sets other tiers with reasons."""
        self._expect(State.PROPOSED)
        return self._step("confirmed", State.CONFIRMED, act, tuple(overrides), rules)

    def approve(
        self, act: Act, overrides: Iterable[Override], rules: ClassificationRules
    ) -> Classification:
        """审批, or 复批 where any loan is better than proposed: each by another person."""
        self._expect(State.CONFIRMED, State.APPROVED_ONCE)
        self._another_person(act.by)
        if self.state is State.APPROVED_ONCE:
            if tuple(overrides):
                raise OverrideRefused(
                    "the second approver approves or returns, and changes nothing",
                    field="overrides",
                    rule="override.second_approval",
                )
            return self._step("approved_again", State.FINAL, act, (), rules)
        approved = self._step("approved", State.FINAL, act, tuple(overrides), rules)
        if approved.betters_the_proposal:
            return replace(approved, state=State.APPROVED_ONCE)
        return approved

    def send_back(self, act: Act) -> Classification:
        """退回: the approver wants another 认定; all tiers are the proposal's again."""
        self._expect(State.CONFIRMED, State.APPROVED_ONCE)
        self._another_person(act.by)
        return replace(
            self,
            state=State.PROPOSED,
            tiers=tuple(self.opinion.tiers.items()),
            steps=(*self.steps, _taken("returned", act)),
        )

    def replaced(self, act: Act) -> Classification:
        """A newer proposal takes the place of one that was not finished."""
        self._expect(*OPEN)
        return replace(self, state=State.REPLACED, steps=(*self.steps, _taken("replaced", act)))

    def _step(
        self,
        kind: StepKind,
        state: State,
        act: Act,
        overrides: tuple[Override, ...],
        rules: ClassificationRules,
    ) -> Classification:
        chosen = dict(self.tiers) | _checked(overrides, dict(self.tiers))
        reached = lifted(self.facts, chosen, rules)
        for one in overrides:
            floor = reached[one.loan_id]
            if floor.tier.is_worse_than(one.tier):
                told = "、".join(reason.text for reason in floor.reasons)
                raise OverrideRefused(
                    f"loan {one.loan_id} is at least {floor.tier.value} "
                    f"({TIER_NAMES[floor.tier]}): {told}",
                    field="overrides",
                    rule="override.floor",
                )
        return replace(
            self,
            state=state,
            tiers=tuple((loan_id, reached[loan_id].tier) for loan_id, _ in self.tiers),
            steps=(*self.steps, _taken(kind, act, overrides)),
        )

    def _expect(self, *states: State) -> None:
        if self.state is State.REPLACED:
            raise ClassificationReplaced(field="classification_id", rule="classification.replaced")
        if self.state not in states:
            raise NotAtThisStep(
                f"the classification is {self.state.value}",
                field="state",
                rule="classification.state",
            )

    def _another_person(self, by: str) -> None:
        if by in (self.by_of("confirmed"), self.by_of("approved")):
            raise MakerIsChecker(field="approved_by", rule="classification.four_eyes")


def proposal(
    bank: BankId,
    debtor_id: str,
    branch_id: str,
    turn: int,
    facts: DebtorFacts,
    opinion: Opinion,
    act: Act,
) -> Classification:
    """初分: made twice from the same standing (`turn`) and facts, it is the same one."""
    return Classification(
        bank_id=bank,
        classification_id=derived_id("cls", bank, debtor_id, str(turn), repr(facts)),
        debtor_id=debtor_id,
        branch_id=branch_id,
        facts=facts,
        opinion=opinion,
        tiers=tuple(opinion.tiers.items()),
        state=State.PROPOSED,
        steps=(_taken("proposed", act),),
    )


def _taken(kind: StepKind, act: Act, overrides: tuple[Override, ...] = ()) -> Step:
    return Step(
        kind=kind, by=act.by, at=act.at, on=act.on, overrides=overrides, comment=act.comment
    )


def _checked(overrides: tuple[Override, ...], tiers: Mapping[str, Tier]) -> dict[str, Tier]:
    """The overrides by loan: each of a loan that is there, once, and with a reason."""
    chosen: dict[str, Tier] = {}
    for one in overrides:
        if one.loan_id not in tiers or one.loan_id in chosen:
            told = "names a loan twice" if one.loan_id in chosen else "names no loan of the debtor"
            raise OverrideRefused(
                f"an override {told}", field="overrides.loan_id", rule="override.loan"
            )
        if not one.reason.strip():
            raise OverrideRefused(
                "an override has a reason", field="overrides.reason", rule="override.reason"
            )
        chosen[one.loan_id] = one.tier
    return chosen
