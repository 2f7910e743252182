"""初分, 认定, 审批: who may do what, and how far people may overrule the proposal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.classification.classification import (
    Classification,
    Override,
    State,
)
from servicing.domain.classification.errors import (
    ClassificationReplaced,
    NotAtThisStep,
    OverrideRefused,
)
from servicing.domain.classification.judgement import Judgement
from servicing.domain.classification.tiers import Tier
from servicing.domain.errors import MakerIsChecker
from tests.support.classification import RULES, a_debtor_loan, a_proposal, act, some_facts

RETAIL = Judgement(retail=True)


def late(days: int = 30, loan_id: str = "loan-1") -> Classification:
    """A proposal for one loan that is late."""
    return a_proposal(some_facts(a_debtor_loan(loan_id, days_overdue=days)))


def an_override(tier: Tier, loan_id: str = "loan-1", reason: str = "现场检查发现停产") -> Override:
    return Override(loan_id=loan_id, tier=tier, reason=reason)


def confirmed(one: Classification, *overrides: Override) -> Classification:
    return one.confirm(act("risk-1"), overrides, RULES)


def test_a_proposal_that_nobody_changes_takes_effect_after_two_people() -> None:
    final = confirmed(late()).approve(act("approver-1"), (), RULES)

    assert (final.state, final.tier) == (State.FINAL, Tier.ATTENTION)
    assert [step.kind for step in final.steps] == ["proposed", "confirmed", "approved"]
    assert [step.by for step in final.steps] == ["model", "risk-1", "approver-1"]


def test_worse_than_proposed_needs_one_approver() -> None:
    final = confirmed(late(), an_override(Tier.SUBSTANDARD)).approve(act("approver-1"), (), RULES)

    assert (final.state, final.tier) == (State.FINAL, Tier.SUBSTANDARD)
    assert final.steps[1].overrides[0].reason == "现场检查发现停产"


def test_better_than_proposed_needs_two_approvers() -> None:
    proposed = a_proposal(some_facts(judgement=RETAIL), opinion=attention_opinion())
    better = confirmed(proposed, an_override(Tier.NORMAL))

    once = better.approve(act("approver-1"), (), RULES)
    assert once.state is State.APPROVED_ONCE

    twice = once.approve(act("approver-2"), (), RULES)
    assert (twice.state, twice.tier) == (State.FINAL, Tier.NORMAL)


def attention_opinion():  # type: ignore[no-untyped-def]
    """关注, although nothing in the books demands it: as the model does for a warning."""
    return a_proposal(some_facts(a_debtor_loan(days_overdue=1))).opinion


def test_the_second_approver_is_neither_the_first_nor_who_confirmed() -> None:
    proposed = a_proposal(some_facts(judgement=RETAIL), opinion=attention_opinion())
    once = confirmed(proposed, an_override(Tier.NORMAL)).approve(act("approver-1"), (), RULES)

    for by in ("approver-1", "risk-1"):
        with pytest.raises(MakerIsChecker):
            once.approve(act(by), (), RULES)


def test_the_second_approver_changes_nothing() -> None:
    proposed = a_proposal(some_facts(judgement=RETAIL), opinion=attention_opinion())
    once = confirmed(proposed, an_override(Tier.NORMAL)).approve(act("approver-1"), (), RULES)

    with pytest.raises(OverrideRefused):
        once.approve(act("approver-2"), (an_override(Tier.LOSS),), RULES)


def test_an_approver_who_betters_the_tier_needs_another_one() -> None:
    proposed = a_proposal(some_facts(judgement=RETAIL), opinion=attention_opinion())

    once = confirmed(proposed).approve(act("approver-1"), (an_override(Tier.NORMAL),), RULES)

    assert once.state is State.APPROVED_ONCE


def test_who_confirmed_does_not_approve() -> None:
    with pytest.raises(MakerIsChecker) as refused:
        confirmed(late()).approve(act("risk-1"), (), RULES)

    assert refused.value.rule == "classification.four_eyes"


def test_what_is_not_confirmed_is_not_approved() -> None:
    with pytest.raises(NotAtThisStep):
        late().approve(act("approver-1"), (), RULES)


def test_a_return_takes_every_override_back() -> None:
    changed = confirmed(late(), an_override(Tier.LOSS))

    returned = changed.send_back(act("approver-1"))

    assert (returned.state, returned.tier) == (State.PROPOSED, Tier.ATTENTION)
    assert confirmed(returned).approve(act("approver-1"), (), RULES).state is State.FINAL


def test_what_was_replaced_goes_nowhere() -> None:
    with pytest.raises(ClassificationReplaced):
        confirmed(late().replaced(act("model")))


@pytest.mark.parametrize(
    ("override", "rule"),
    [
        (an_override(Tier.LOSS, loan_id="loan-9"), "override.loan"),
        (an_override(Tier.LOSS, reason="  "), "override.reason"),
    ],
)
def test_an_override_names_a_loan_and_a_reason(override: Override, rule: str) -> None:
    with pytest.raises(OverrideRefused) as refused:
        confirmed(late(), override)

    assert refused.value.rule == rule


def test_no_person_takes_a_loan_of_91_days_out_of_non_performing() -> None:
    with pytest.raises(OverrideRefused) as refused:
        confirmed(late(91), an_override(Tier.ATTENTION))

    assert refused.value.rule == "override.floor"
    assert "逾期91天" in refused.value.message


def test_no_person_takes_a_loan_out_of_non_performing_before_it_has_earned_it() -> None:
    facts = some_facts(before={"loan-1": Tier.SUBSTANDARD})

    with pytest.raises(OverrideRefused) as refused:
        confirmed(a_proposal(facts), an_override(Tier.ATTENTION))

    assert "尚未满足上调条件" in refused.value.message


def test_an_override_to_non_performing_carries_the_debtors_other_loans_along() -> None:
    facts = some_facts(a_debtor_loan("loan-1"), a_debtor_loan("loan-2"))

    lifted = confirmed(a_proposal(facts), an_override(Tier.DOUBTFUL))

    assert dict(lifted.tiers) == {"loan-1": Tier.DOUBTFUL, "loan-2": Tier.SUBSTANDARD}


def test_and_nobody_keeps_the_other_loan_back() -> None:
    facts = some_facts(a_debtor_loan("loan-1"), a_debtor_loan("loan-2"))

    with pytest.raises(OverrideRefused):
        confirmed(a_proposal(facts), an_override(Tier.DOUBTFUL), an_override(Tier.NORMAL, "loan-2"))


def test_a_worse_tier_by_people_raises_stage_and_loss() -> None:
    (effect,) = confirmed(late(), an_override(Tier.SUBSTANDARD)).effects()

    # 100,000 yuan · 100 % · 45 %
    assert (effect.stage, effect.expected_loss) == (3, Money.of_yuan(45_000))


def test_a_better_tier_by_people_releases_nothing() -> None:
    proposed = a_proposal(some_facts(judgement=RETAIL), opinion=attention_opinion())

    (effect,) = confirmed(proposed, an_override(Tier.NORMAL)).effects()

    assert effect.expected_loss == proposed.opinion.expected_loss


@given(
    days=st.integers(0, 400),
    before=st.sampled_from(list(Tier)),
    chosen=st.sampled_from(list(Tier)),
    retail=st.booleans(),
)
def test_whatever_people_choose_the_books_floor_holds(
    days: int, before: Tier, chosen: Tier, retail: bool
) -> None:
    facts = some_facts(
        a_debtor_loan(days_overdue=days),
        judgement=Judgement(retail=retail),
        before={"loan-1": before},
    )
    proposed = a_proposal(facts)

    try:
        final = confirmed(proposed, an_override(chosen)).approve(act("approver-1"), (), RULES)
    except OverrideRefused:
        assert chosen.rank < proposed.tier.rank
        return

    if days > 90 or before.is_non_performing:
        assert final.tier.is_non_performing
    assert final.state is (State.APPROVED_ONCE if final.betters_the_proposal else State.FINAL)
