"""A debtor's year over the books of his loan and the real model M27: into 不良 and out again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from infra.simulation.in_memory_classifications import InMemoryClassifications
from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.money import Money
from servicing.adapters.tier_model import AskedTierModel
from servicing.domain.account.book import LoanBook
from servicing.domain.account.events import Repayment, Restructure
from servicing.domain.classification.debtor_loan import debtor_loan_of
from servicing.domain.classification.judgement import Judgement, LoanJudgement
from servicing.domain.classification.loss import provision_change
from servicing.domain.classification.tiers import Tier
from servicing.usecases.approve_classification import ApproveClassification
from servicing.usecases.classify_debtor import Classified, ClassifyDebtor, ClassifyDebtorCommand
from servicing.usecases.confirm_classification import ConfirmClassification, StepCommand
from tests.support.classification import AT, InMemoryDebtors, InMemorySignals
from tests.support.loan_accounts import INSTALMENT, a_book, with_event
from tests.support.published_models import published_models
from tests.support.servicing import NORTH


@dataclass
class Life:
    """One loan, classified on any day by the real model, with people who follow it."""

    book: LoanBook = field(default_factory=a_book)
    clock: FixedClock = field(default_factory=lambda: FixedClock(AT))
    kept: InMemoryClassifications = field(
        default_factory=lambda: InMemoryClassifications(FixedClock(AT))
    )

    def pays(self, day: date, amount: Money, name: str) -> None:
        """The borrower pays."""
        self.book = with_event(self.book, name, Repayment(amount=amount), day)

    def classified(self, day: date) -> Classified:
        """初分 by end of day, about a debtor of whom all is known and good."""
        debtors = InMemoryDebtors({(NORTH, "cus-1"): [debtor_loan_of(self.book, day)]})
        known = LoanJudgement(
            loan_id=self.book.loan.loan_id,
            use_changed=False,
            adverse_factors=False,
            will_keep_paying=True,
            difficulty_resolved=True,
        )
        ask = ClassifyDebtor(
            debtors, InMemorySignals(), AskedTierModel(published_models()), self.kept, self.clock
        )
        return ask(
            ClassifyDebtorCommand(
                bank_id=NORTH,
                debtor_id="cus-1",
                as_of=day,
                judgement=Judgement(outside_facts_on=day, loans=(known,)),
            )
        )

    def on(self, day: date) -> Tier:
        """The tier that takes effect on a day: people do as the model says."""
        found = self.classified(day)
        if found.open is not None:
            calendar = FixedBusinessCalendar(day)
            command = StepCommand(
                bank_id=NORTH,
                debtor_id="cus-1",
                classification_id=found.open.classification_id,
                by="risk-1",
            )
            ConfirmClassification(self.kept, self.clock, calendar)(command)
            approve = ApproveClassification(self.kept, self.clock, calendar)
            approve(replace(command, by="approver-1"))
        standing = self.kept.standing(NORTH, "cus-1")
        assert standing is not None
        return standing.tier


@pytest.fixture
def life() -> Life:
    return Life()


def test_arrears_lead_into_non_performing_and_six_months_of_paying_out_of_it(life: Life) -> None:
    assert life.on(date(2020, 3, 31)) is Tier.NORMAL
    assert life.on(date(2020, 4, 1)) is Tier.NORMAL
    assert life.on(date(2020, 4, 2)) is Tier.ATTENTION
    assert life.on(date(2020, 6, 30)) is Tier.ATTENTION
    assert life.on(date(2020, 7, 1)) is Tier.SUBSTANDARD

    life.pays(date(2020, 7, 20), Money.of_yuan(110_000), "arrears")
    for month in (8, 9, 10, 11, 12):
        life.pays(date(2020, month, 1), INSTALMENT, f"m{month}")
    life.pays(date(2021, 1, 1), INSTALMENT, "m13")

    assert life.on(date(2020, 7, 21)) is Tier.SUBSTANDARD
    assert life.on(date(2021, 1, 19)) is Tier.SUBSTANDARD
    assert life.on(date(2021, 1, 20)) is Tier.NORMAL


def test_one_day_late_on_the_way_starts_the_six_months_anew(life: Life) -> None:
    life.on(date(2020, 7, 1))
    life.pays(date(2020, 7, 20), Money.of_yuan(103_000), "arrears")
    life.pays(date(2020, 8, 2), Money.of_yuan(60_000), "late")
    for month in (10, 11, 12):
        life.pays(date(2020, month, 1), INSTALMENT, f"m{month}")

    assert life.on(date(2021, 1, 20)) is Tier.SUBSTANDARD


def test_a_restructured_loan_is_observed_for_a_year_and_two_periods(life: Life) -> None:
    restructure = Restructure(
        term_months=24,
        method="EQUAL_INSTALLMENT",
        annual_rate_bps=400,
        capitalise_interest=True,
        reason="经营困难",
    )
    life.book = with_event(life.book, "rst", restructure, date(2020, 3, 15))
    instalment = life.book.position.next_due_amount
    for n in range(1, 14):
        month = 3 + n
        due = date(2020 + (month - 1) // 12, (month - 1) % 12 + 1, 15)
        life.pays(due, instalment, f"p{n}")

    assert life.on(date(2020, 9, 20)) is Tier.ATTENTION
    assert life.on(date(2021, 4, 14)) is Tier.ATTENTION
    assert life.on(date(2021, 4, 15)) is Tier.NORMAL


def test_the_provision_follows_the_expected_loss_up_and_down(life: Life) -> None:
    def needed(day: date) -> Money:
        (effect,) = life.classified(day).effects
        return provision_change(debtor_loan_of(life.book, day).position, effect.expected_loss)

    healthy, late, bad = (
        needed(day) for day in (date(2020, 3, 31), date(2020, 5, 10), date(2020, 7, 10))
    )

    assert Money(0) < healthy < late < bad < Money.of_yuan(300_000)
