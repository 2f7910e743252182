"""无还本续贷 through the end of day's own classification, by the real model M27."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from infra.simulation.in_memory_classifications import InMemoryClassifications
from infra.simulation.in_memory_warnings import InMemoryFundUses, InMemoryWarnings
from puhui.clock import FixedBusinessCalendar, FixedClock
from servicing.adapters.booked_debtors import BookedDebtors
from servicing.adapters.rows import partition_of
from servicing.adapters.tier_model import AskedTierModel
from servicing.classification_ports import TierModel
from servicing.domain.account.events import Happening, Renewal, Repayment
from servicing.domain.account.position import LoanPosition
from servicing.domain.classification.classification import Classification
from servicing.domain.classification.days_only import NotAsked
from servicing.domain.classification.judgement import Judgement, LoanJudgement
from servicing.domain.end_of_day.leg import Leg
from servicing.domain.errors import EventRefused
from servicing.usecases.approve_classification import ApproveClassification
from servicing.usecases.assess_debtors import AssessDebtors
from servicing.usecases.check_misuse import CheckMisuse
from servicing.usecases.classify_debtor import ClassifyDebtor, ClassifyDebtorCommand
from servicing.usecases.confirm_classification import ConfirmClassification, StepCommand
from servicing.usecases.decide_change import ApproveChange, Decision
from servicing.usecases.record_event import AskedEvent, RecordEvent
from servicing.usecases.request_change import AskedChange, RequestChange
from tests.support.classification import AT, InMemorySignals, SpokenModel
from tests.support.end_of_day import Night, all_the_time_there_is
from tests.support.published_models import published_models
from tests.support.servicing import NORTH, MemoryWorld, a_disbursed_loan

MATURITY = date(2021, 3, 1)
RENEWAL = Renewal(
    term_months=12, method="INTEREST_FIRST", annual_rate_bps=435, decision_id="dec-m26"
)


class Bank:
    """A small firm's loan of which only interest was due, paid on time until its last day."""

    def __init__(self, model: TierModel | None = None) -> None:
        self.world = MemoryWorld()
        self.loan = a_disbursed_loan(self.world, method="INTEREST_FIRST")
        self.kept = InMemoryClassifications(FixedClock(AT))
        self.debtors = BookedDebtors(self.world.loan_books, self.world.loan_books)
        self.classify = ClassifyDebtor(
            self.debtors, InMemorySignals(), model or AskedTierModel(published_models()),
            self.kept, FixedClock(AT),
        )  # fmt: skip
        self.night = Night(self.world, assessments=AssessDebtors(self.classify))
        for place, row in enumerate(self.loan.schedule.lines):
            paid = Repayment(amount=row.interest)
            self.record(row.due_date)(
                AskedEvent(
                    bank_id=NORTH, loan_id=self.loan.loan_id, event_id=f"i{place}", what=paid,
                    value_date=row.due_date,
                )
            )  # fmt: skip

    def record(self, day: date) -> RecordEvent:
        """贷款事件 on a business date."""
        return RecordEvent(self.world.loan_books, self.world.clock, FixedBusinessCalendar(day))

    def renew(self, day: date = MATURITY, what: Happening = RENEWAL) -> None:
        """One person asks, another approves."""
        calendar, books = FixedBusinessCalendar(day), self.world.loan_books
        no_findings = CheckMisuse(InMemoryWarnings(), InMemoryFundUses())
        RequestChange(books, self.world.requests, self.world.clock, calendar, no_findings)(
            AskedChange(
                bank_id=NORTH, loan_id=self.loan.loan_id, request_id="chg-1", what=what, maker="m"
            )
        )
        ApproveChange(self.world.requests, self.record(day), self.world.clock)(
            Decision(bank_id=NORTH, loan_id=self.loan.loan_id, request_id="chg-1", checker="c")
        )

    def knows(self, day: date, *, qualified: bool) -> None:
        """What a risk manager tells: all is well, and whether the conditions of §3.16 hold."""
        loan = LoanJudgement(
            loan_id=self.loan.loan_id, use_changed=False, adverse_factors=False,
            will_keep_paying=True, qualified_renewal=qualified,
        )  # fmt: skip
        judgement = Judgement(outside_facts_on=day, loans=(loan,))
        command = ClassifyDebtorCommand(
            bank_id=NORTH, debtor_id="cus-1", as_of=day, asked_by="risk-1", judgement=judgement
        )
        self.classify(command)

    def ends_the_day(self, day: date) -> LoanPosition:
        """Close the loan's day and classify it, as end of day's steps do."""
        leg = Leg(bank_id=NORTH, day=day, partition=partition_of(self.loan.loan_id))
        self.night.close_loans(leg, all_the_time_there_is)
        self.night.classify_loans(leg, all_the_time_there_is)
        return self.world.loan_books.get(NORTH, self.loan.loan_id).position

    def proposed(self) -> Classification | None:
        """What waits for people."""
        standing = self.kept.standing(NORTH, "cus-1")
        if standing is None or standing.open_id is None:
            return None
        return self.kept.get(NORTH, "cus-1", standing.open_id)

    def agrees(self, day: date) -> None:
        """认定 and 审批 of what is proposed."""
        waiting = self.proposed()
        assert waiting is not None
        step = StepCommand(
            bank_id=NORTH, debtor_id="cus-1", classification_id=waiting.classification_id, by="r"
        )
        calendar = FixedBusinessCalendar(day)
        ConfirmClassification(self.kept, FixedClock(AT), calendar)(step)
        ApproveClassification(self.kept, FixedClock(AT), calendar)(replace(step, by="a"))


def reasons_of(bank: Bank) -> set[str]:
    """Why the proposal says what it says."""
    waiting = bank.proposed()
    assert waiting is not None
    return {reason.code for loan in waiting.opinion.loans for reason in loan.reasons}


def test_a_loan_that_goes_on_as_it_was_agreed_is_normal() -> None:
    bank = Bank()
    bank.knows(MATURITY - timedelta(days=1), qualified=False)

    position = bank.ends_the_day(MATURITY - timedelta(days=1))

    assert (position.tier, position.stage) == ("normal", 1)


def test_a_renewed_loan_is_not_normal_by_itself() -> None:
    bank = Bank()
    bank.renew()
    bank.knows(MATURITY, qualified=False)

    position = bank.ends_the_day(MATURITY)

    assert (position.tier, position.days_overdue, position.renewed_times) == ("attention", 0, 1)
    assert "REFINANCED" in reasons_of(bank)
    assert position.provision.is_positive


def test_a_renewal_whose_conditions_hold_stays_normal() -> None:
    bank = Bank()
    bank.renew()
    bank.knows(MATURITY, qualified=True)

    position = bank.ends_the_day(MATURITY)

    assert position.tier == "normal"


def test_a_renewed_loan_rises_only_when_people_have_agreed() -> None:
    bank, later = Bank(), MATURITY + timedelta(days=5)
    bank.renew()
    bank.knows(MATURITY, qualified=False)
    bank.ends_the_day(MATURITY)
    bank.agrees(MATURITY)

    bank.knows(later, qualified=True)
    before = bank.ends_the_day(later).tier
    bank.agrees(later)
    after = bank.ends_the_day(later + timedelta(days=1)).tier

    assert (before, after) == ("attention", "normal")


def test_a_qualified_renewal_that_falls_late_is_late_like_any_loan() -> None:
    bank, late = Bank(), date(2021, 4, 1) + timedelta(days=91)
    bank.renew()
    bank.knows(late, qualified=True)

    position = bank.ends_the_day(late)

    assert (position.days_overdue, position.tier) == (91, "substandard")


def test_unknown_conditions_count_as_unmet() -> None:
    bank = Bank()
    bank.renew()

    position = bank.ends_the_day(MATURITY)

    assert position.tier == "attention"
    assert "REFINANCED" in reasons_of(bank)


def test_without_the_model_days_alone_decide_and_it_says_so() -> None:
    bank = Bank(SpokenModel(why=NotAsked.ABSENT))
    bank.renew()

    position = bank.ends_the_day(MATURITY)

    assert position.tier == "normal"
    assert "MODEL_ABSENT" in reasons_of(bank)


def test_a_loan_with_arrears_is_not_renewed_at_all() -> None:
    bank = Bank()

    with pytest.raises(EventRefused) as refused:
        bank.renew(MATURITY + timedelta(days=1))

    assert refused.value.rule == "renewal.arrears"
