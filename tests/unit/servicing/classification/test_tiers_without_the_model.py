"""Tiers by days overdue, floors across a debtor, and what an outage never betters."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.account.position import LoanStatus
from servicing.domain.classification.days_only import NotAsked
from servicing.domain.classification.facts import DebtorFacts
from servicing.domain.classification.floors import lifted, may_be_upgraded
from servicing.domain.classification.history import LoanHistory
from servicing.domain.classification.judgement import Judgement, LoanJudgement
from servicing.domain.classification.loss import SOURCES as LOSS_SOURCES
from servicing.domain.classification.loss import LossParameters, provision_change
from servicing.domain.classification.rules import SOURCES, ClassificationRules
from servicing.domain.classification.tiers import Tier
from tests.support.classification import RULES, a_debtor_loan, a_position, by_days, some_facts

TIERS = list(Tier)


@pytest.mark.parametrize(
    ("days", "tier", "stage"),
    [
        (0, Tier.NORMAL, 1),
        (1, Tier.ATTENTION, 1),
        (30, Tier.ATTENTION, 1),
        (31, Tier.ATTENTION, 2),
        (90, Tier.ATTENTION, 2),
        (91, Tier.SUBSTANDARD, 3),
        (270, Tier.SUBSTANDARD, 3),
        (271, Tier.DOUBTFUL, 3),
        (360, Tier.DOUBTFUL, 3),
        (361, Tier.LOSS, 3),
    ],
)
def test_the_days_cut_where_the_rule_cuts(days: int, tier: Tier, stage: int) -> None:
    (loan,) = by_days(some_facts(a_debtor_loan(days_overdue=days))).loans

    assert (loan.tier, loan.stage) == (tier, stage)


def test_an_opinion_without_the_model_says_so() -> None:
    opinion = by_days(some_facts())

    assert opinion.basis == "days_only"
    assert opinion.loans[0].reasons[0].code == "MODEL_ABSENT"


@pytest.mark.parametrize(("days", "tier"), [(7, Tier.NORMAL), (8, Tier.ATTENTION)])
def test_a_confirmed_technical_delay_counts_after_seven_days(days: int, tier: Tier) -> None:
    judgement = Judgement(loans=(LoanJudgement(loan_id="loan-1", overdue_is_technical=True),))

    opinion = by_days(some_facts(a_debtor_loan(days_overdue=days), judgement=judgement))

    assert opinion.tier is tier


def test_more_than_a_tenth_non_performing_makes_all_of_it_so() -> None:
    bad = a_debtor_loan("bad", days_overdue=91, principal_outstanding=Money(1_000_001))
    good = a_debtor_loan("good", principal_outstanding=Money(9_000_000))

    tiers = by_days(some_facts(bad, good)).tiers

    assert tiers == {"bad": Tier.SUBSTANDARD, "good": Tier.SUBSTANDARD}


def test_a_tenth_exactly_is_a_ground_for_attention() -> None:
    bad = a_debtor_loan("bad", days_overdue=91, principal_outstanding=Money(1_000_000))
    good = a_debtor_loan("good", principal_outstanding=Money(9_000_000))

    assert by_days(some_facts(bad, good)).tiers["good"] is Tier.ATTENTION


def test_loans_of_a_retail_debtor_stand_for_themselves() -> None:
    bad, good = a_debtor_loan("bad", days_overdue=91), a_debtor_loan("good")

    tiers = by_days(some_facts(bad, good, judgement=Judgement(retail=True))).tiers

    assert tiers["good"] is Tier.NORMAL


@pytest.mark.parametrize(("share", "tier"), [(200_000, Tier.NORMAL), (200_001, Tier.SUBSTANDARD)])
def test_more_than_a_fifth_overdue_at_all_banks_is_substandard(share: int, tier: Tier) -> None:
    facts = some_facts(judgement=Judgement(overdue_90_everywhere_ppm=share))

    assert by_days(facts).tier is tier


def test_a_restructured_loan_is_at_least_attention_while_it_is_observed() -> None:
    history = LoanHistory(disbursed_on=date(2025, 8, 3), restructured_on=(date(2026, 1, 1),))
    loan = a_debtor_loan(history=history, restructured_times=1)

    opinion = by_days(some_facts(loan))

    assert opinion.tier is Tier.ATTENTION
    assert "IN_OBSERVATION" in {one.code for one in opinion.loans[0].reasons}


def test_loans_that_left_the_balance_sheet_are_not_classified() -> None:
    gone = a_debtor_loan("gone", status=LoanStatus.WRITTEN_OFF, days_overdue=500)

    assert set(by_days(some_facts(gone, a_debtor_loan())).tiers) == {"loan-1"}


# --- upgrade --------------------------------------------------------------------------------


def upgradable(**changes: Any) -> DebtorFacts:
    """A loan that was 次级, paid up for seven months and judged able to go on."""
    known = LoanJudgement(loan_id="loan-1", will_keep_paying=True)
    facts = some_facts(judgement=Judgement(loans=(known,)), before={"loan-1": Tier.SUBSTANDARD})
    loan = replace(facts.loans[0], **{"paid_up_months": 7, "paid_up_periods": 7} | changes)
    return replace(facts, loans=(loan,))


def test_a_loan_that_has_earned_it_leaves_non_performing() -> None:
    assert by_days(upgradable()).tier is Tier.NORMAL


@pytest.mark.parametrize(
    "missing",
    [
        {"paid_up_months": 5},
        {"paid_up_months": None},
        {"paid_up_periods": 1},
        {"paid_up_periods": None},
        {"will_keep_paying": None},
        {"will_keep_paying": False},
    ],
    ids=str,
)
def test_a_loan_that_lacks_any_condition_stays_non_performing(missing: dict[str, Any]) -> None:
    opinion = by_days(upgradable(**missing))

    assert opinion.tier is Tier.SUBSTANDARD
    assert "UPGRADE_NOT_EARNED" in {one.code for one in opinion.loans[0].reasons}


def test_arrears_of_one_day_stop_an_upgrade() -> None:
    facts = upgradable(overdue_days=1)

    assert not may_be_upgraded(facts.loans[0], RULES)


# --- outages --------------------------------------------------------------------------------


def test_an_outage_never_betters_a_tier() -> None:
    facts = some_facts(before={"loan-1": Tier.ATTENTION})

    assert by_days(facts, NotAsked.ABSENT).tier is Tier.NORMAL
    held = by_days(facts, NotAsked.UNAVAILABLE)
    assert held.tier is Tier.ATTENTION
    assert [one.code for one in held.loans[0].reasons] == ["MODEL_UNAVAILABLE", "HELD"]


@st.composite
def debtors(draw: st.DrawFn) -> DebtorFacts:
    """A debtor with one to four loans of any kind."""
    loans = [
        a_debtor_loan(
            f"loan-{n}",
            days_overdue=draw(st.integers(0, 400)),
            principal_outstanding=Money(draw(st.integers(1, 10_000_000))),
            restructured_times=draw(st.integers(0, 2)),
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    judged = tuple(
        LoanJudgement(
            loan_id=f"loan-{n}",
            overdue_is_technical=draw(st.booleans()),
            will_keep_paying=draw(st.sampled_from([None, True, False])),
        )
        for n in range(len(loans))
    )
    judgement = Judgement(
        retail=draw(st.booleans()),
        overdue_90_everywhere_ppm=draw(st.sampled_from([0, 200_000, 200_001])),
        loans=judged,
    )
    before = {f"loan-{n}": draw(st.sampled_from(TIERS)) for n in range(len(loans))}
    return some_facts(*loans, judgement=judgement, before=before)


@given(
    facts=debtors(),
    more=st.integers(1, 400),
    place=st.integers(0, 3),
    why=st.sampled_from(NotAsked),
)
def test_more_days_never_make_any_tier_better_nor_any_loss_smaller(
    facts: DebtorFacts, more: int, place: int, why: NotAsked
) -> None:
    place %= len(facts.loans)
    loans = tuple(
        replace(one, overdue_days=one.overdue_days + more) if n == place else one
        for n, one in enumerate(facts.loans)
    )

    before, after = by_days(facts, why), by_days(replace(facts, loans=loans), why)

    for then, now in zip(before.loans, after.loans, strict=True):
        assert now.tier.rank >= then.tier.rank
        assert now.stage >= then.stage
        assert now.expected_loss >= then.expected_loss


@given(facts=debtors(), tiers=st.lists(st.sampled_from(TIERS), min_size=4, max_size=4))
def test_floors_lift_once_and_a_worse_choice_never_lowers_them(
    facts: DebtorFacts, tiers: list[Tier]
) -> None:
    chosen = {one.loan_id: tier for one, tier in zip(facts.loans, tiers, strict=False)}

    reached = {loan_id: one.tier for loan_id, one in lifted(facts, chosen, RULES).items()}
    again = {loan_id: one.tier for loan_id, one in lifted(facts, reached, RULES).items()}

    assert again == reached
    assert all(reached[loan_id].rank >= tier.rank for loan_id, tier in chosen.items())
    if not facts.retail and any(tier.is_non_performing for tier in reached.values()):
        assert all(tier is not Tier.NORMAL for tier in reached.values())


# --- provision and sources ------------------------------------------------------------------


def test_a_provision_is_raised_and_released_by_the_difference() -> None:
    position = a_position(provision=Money(300))

    assert provision_change(position, Money(1_000)) == Money(700)
    assert provision_change(position, Money(100)) == Money(-200)


def test_a_loan_off_the_balance_sheet_keeps_no_provision() -> None:
    position = a_position(status=LoanStatus.SETTLED, provision=Money(300))

    assert provision_change(position, Money(1_000)) == Money(-300)


@pytest.mark.parametrize(
    ("of", "sources"), [(ClassificationRules, SOURCES), (LossParameters, LOSS_SOURCES)]
)
def test_every_number_has_a_source_and_says_how_sure_it_is(of: Any, sources: Any) -> None:
    assert {one.name for one in fields(of)} == set(sources)
    assert {one.confidence for one in sources.values()} <= {"✔", "◐", "✎"}
