"""What end of day and people make of the model's opinion, and when it makes work."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from infra.simulation.in_memory_classifications import InMemoryClassifications
from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.money import Money
from servicing.domain.classification.classification import Override, State
from servicing.domain.classification.days_only import NotAsked
from servicing.domain.classification.errors import (
    ClassificationChanged,
    ClassificationNotFound,
    ClassificationReplaced,
    DebtorNotFound,
    TooManyLoans,
)
from servicing.domain.classification.facts import DebtorLoan
from servicing.domain.classification.judgement import (
    Judgement,
    LoanJudgement,
    LoanSignals,
    Signals,
)
from servicing.domain.classification.tiers import Tier
from servicing.usecases.approve_classification import ApproveClassification
from servicing.usecases.classify_debtor import Classified, ClassifyDebtor, ClassifyDebtorCommand
from servicing.usecases.confirm_classification import ConfirmClassification, StepCommand
from tests.support.classification import (
    AT,
    DAY,
    InMemoryDebtors,
    InMemorySignals,
    SpokenModel,
    a_debtor_loan,
)
from tests.support.servicing import NORTH, SOUTH


@dataclass
class Desk:
    """The use cases over one memory."""

    model: SpokenModel = field(default_factory=SpokenModel)
    debtors: InMemoryDebtors = field(default_factory=InMemoryDebtors)
    signals: InMemorySignals = field(default_factory=InMemorySignals)
    kept: InMemoryClassifications = field(
        default_factory=lambda: InMemoryClassifications(FixedClock(AT))
    )
    clock: FixedClock = field(default_factory=lambda: FixedClock(AT))

    def has(self, *loans: DebtorLoan) -> None:
        """The debtor's loans from now on."""
        self.debtors.loans[NORTH, "cus-1"] = list(loans)

    def classify(self, day: date = DAY, **changes: Any) -> Classified:
        """初分."""
        values: dict[str, Any] = {"bank_id": NORTH, "debtor_id": "cus-1", "as_of": day}
        ask = ClassifyDebtor(self.debtors, self.signals, self.model, self.kept, self.clock)
        return ask(ClassifyDebtorCommand(**values | changes))

    def settle(self, found: Classified, *overrides: Override, day: date = DAY) -> None:
        """认定 and 审批."""
        calendar = FixedBusinessCalendar(day)
        one = found.asked.classification_id
        command = StepCommand(bank_id=NORTH, debtor_id="cus-1", classification_id=one, by="risk-1")
        ConfirmClassification(self.kept, self.clock, calendar)(
            replace(command, overrides=overrides)
        )
        ApproveClassification(self.kept, self.clock, calendar)(replace(command, by="approver-1"))


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.has(a_debtor_loan())
    return made


def test_the_first_time_always_makes_a_proposal(desk: Desk) -> None:
    found = desk.classify()

    assert found.asked.state is State.PROPOSED
    assert [event.name for event in desk.kept.events] == ["ClassificationProposed"]
    assert desk.kept.events[0].data["basis"] == "days_only"


def test_an_unchanged_debtor_makes_no_work_until_the_quarter_is_over(desk: Desk) -> None:
    desk.settle(desk.classify())

    assert desk.classify(date(2026, 11, 2)).open is None
    assert desk.classify(date(2026, 11, 3)).asked.state is State.PROPOSED


def test_a_changed_tier_makes_work_at_once(desk: Desk) -> None:
    desk.settle(desk.classify())
    desk.has(a_debtor_loan(days_overdue=3))

    found = desk.classify(date(2026, 8, 10))

    assert found.asked.tier is Tier.ATTENTION


def test_the_same_day_twice_is_one_proposal(desk: Desk) -> None:
    first, second = desk.classify(), desk.classify()

    assert second.asked.classification_id == first.asked.classification_id
    assert len(desk.kept.kept) == 1


def test_an_open_proposal_waits_while_the_tiers_stay(desk: Desk) -> None:
    first = desk.classify()

    later = desk.classify(date(2026, 8, 10))

    assert later.asked.classification_id == first.asked.classification_id


def test_an_open_proposal_is_replaced_when_a_tier_changes(desk: Desk) -> None:
    first = desk.classify().asked
    desk.has(a_debtor_loan(days_overdue=100))

    second = desk.classify(date(2026, 8, 10)).asked

    assert second.tier is Tier.SUBSTANDARD
    old = desk.kept.get(NORTH, "cus-1", first.classification_id)
    assert old.state is State.REPLACED
    with pytest.raises(ClassificationReplaced):
        desk.settle(Classified(opinion=old.opinion, open=old, effects=()))


def test_a_person_asks_anew_with_what_he_knows_and_it_stands_from_then_on(desk: Desk) -> None:
    desk.settle(desk.classify())
    known = Judgement(overdue_90_everywhere_ppm=300_000)

    asked = desk.classify(asked_by="risk-1", judgement=known).asked

    assert (asked.tier, asked.steps[0].by) == (Tier.SUBSTANDARD, "risk-1")
    assert desk.classify(date(2026, 8, 10)).opinion.tier is Tier.SUBSTANDARD


def test_a_person_who_asks_twice_gets_one_proposal(desk: Desk) -> None:
    first = desk.classify(asked_by="risk-1").asked

    assert desk.classify(asked_by="risk-1").asked.classification_id == first.classification_id


def test_what_is_in_effect_is_the_tier_before_of_the_next_time(desk: Desk) -> None:
    desk.settle(desk.classify(), Override(loan_id="loan-1", tier=Tier.SUBSTANDARD, reason="停产"))

    found = desk.classify(date(2026, 8, 10))

    assert desk.model.asked[-1].loans[0].tier_before is Tier.SUBSTANDARD
    assert found.opinion.tier is Tier.SUBSTANDARD


def test_a_classification_in_effect_tells_of_each_loan(desk: Desk) -> None:
    desk.has(a_debtor_loan("loan-1", days_overdue=100), a_debtor_loan("loan-2"))

    desk.settle(desk.classify())

    told = {e.subject: e.data for e in desk.kept.events if e.name == "LoanClassified"}
    assert set(told) == {"loan-1", "loan-2"}
    assert (told["loan-1"]["tier"], told["loan-1"]["stage"]) == ("substandard", 3)
    assert told["loan-1"]["expected_loss_fen"] == 10_000_000


def test_in_an_outage_the_tier_of_before_is_held_and_it_says_so(desk: Desk) -> None:
    desk.settle(desk.classify(), Override(loan_id="loan-1", tier=Tier.ATTENTION, reason="行业下行"))
    desk.model.why = NotAsked.UNAVAILABLE

    found = desk.classify(date(2026, 8, 10))

    assert (found.opinion.tier, found.opinion.basis) == (Tier.ATTENTION, "days_only")


def test_a_step_again_changes_nothing(desk: Desk) -> None:
    found = desk.classify()
    command = StepCommand(
        bank_id=NORTH,
        debtor_id="cus-1",
        classification_id=found.asked.classification_id,
        by="risk-1",
    )
    confirm = ConfirmClassification(desk.kept, desk.clock, FixedBusinessCalendar(DAY))

    confirm(command)
    again = confirm(command)

    assert [step.kind for step in again.steps] == ["proposed", "confirmed"]


def test_a_warning_that_stands_is_told_to_the_model(desk: Desk) -> None:
    warned = LoanSignals(loan_id="loan-1", adverse_factors=True, use_changed=False)
    desk.signals.seen[NORTH, "cus-1"] = Signals(outside_facts_on=DAY, loans=(warned,))

    desk.classify()

    facts = desk.model.asked[-1]
    assert (facts.loans[0].adverse_factors, facts.loans[0].use_changed) == (True, False)
    assert facts.outside_facts_on == DAY


@pytest.mark.parametrize(
    ("judged", "seen", "told"),
    [
        (None, None, None),
        (None, False, False),
        (False, None, False),
        (True, False, True),
        (False, True, True),
        (None, True, True),
    ],
)
def test_a_ground_that_anybody_names_counts(
    judged: bool | None, seen: bool | None, told: bool | None
) -> None:
    judgement = Judgement(loans=(LoanJudgement(loan_id="loan-1", use_changed=judged),))
    signals = Signals(loans=(LoanSignals(loan_id="loan-1", use_changed=seen),))

    assert judgement.seen_with(signals).of_loan("loan-1").use_changed is told


def test_what_is_booked_is_the_worse_of_the_opinion_and_of_what_is_in_effect(desk: Desk) -> None:
    desk.settle(desk.classify(), Override(loan_id="loan-1", tier=Tier.ATTENTION, reason="行业下行"))

    (effect,) = desk.classify(date(2026, 8, 10)).effects

    # 100,000 yuan · 1.5 % for one year · 45 %, where the opinion without the model expects 1,500.
    assert (effect.tier, effect.stage) == (Tier.ATTENTION, 2)
    assert effect.expected_loss == Money.of_yuan(1_500)


def test_two_partitions_that_meet_at_a_debtor_make_one_proposal(desk: Desk) -> None:
    class Racing(InMemoryClassifications):
        """Somebody else proposes between the reading and the writing, once."""

        def propose(self, standing: Any, proposed: Any, instead_of: Any) -> None:
            first = not self.kept
            super().propose(standing, proposed, instead_of)
            if first:
                raise ClassificationChanged

    desk.kept = Racing(desk.clock)

    found = desk.classify()

    assert found.asked.state is State.PROPOSED
    assert len(desk.kept.kept) == 1


def test_the_history_is_read_as_it_was_known_on_a_day(desk: Desk) -> None:
    desk.settle(desk.classify())
    desk.has(a_debtor_loan(days_overdue=100))
    later = date(2026, 9, 1)
    desk.settle(desk.classify(later), day=later)

    def known(day: date) -> list[Tier]:
        return [one.tier for one in desk.kept.in_effect(NORTH, "cus-1", day)]

    assert known(date(2026, 8, 2)) == []
    assert known(date(2026, 8, 31)) == [Tier.NORMAL]
    assert known(later) == [Tier.SUBSTANDARD, Tier.NORMAL]


def test_a_debtor_without_loans_is_not_found(desk: Desk) -> None:
    with pytest.raises(DebtorNotFound):
        desk.classify(bank_id=SOUTH)


def test_more_loans_than_one_transaction_tells_of_are_refused_by_name(desk: Desk) -> None:
    desk.has(*(a_debtor_loan(f"loan-{n:03d}") for n in range(81)))

    with pytest.raises(TooManyLoans) as refused:
        desk.classify()

    assert refused.value.rule == "classification.loans"


def test_another_banks_classification_is_not_found(desk: Desk) -> None:
    found = desk.classify().asked

    with pytest.raises(ClassificationNotFound):
        desk.kept.get(SOUTH, "cus-1", found.classification_id)


def test_who_was_not_classified_for_a_quarter_is_listed(desk: Desk) -> None:
    desk.settle(desk.classify())

    assert desk.kept.standings(NORTH, None, None, date(2026, 11, 2)) == []
    (late,) = desk.kept.standings(NORTH, None, None, date(2026, 11, 3))
    assert late.debtor_id == "cus-1"
