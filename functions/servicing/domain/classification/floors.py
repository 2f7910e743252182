"""The tier that nobody may better (分类底线): what the bank's own books alone demand.

Overdue days, the observation after a restructuring, the rule of upgrading, and the rules across a
debtor's loans (10 %) and across all banks (20 %). Model M27 proposes by these and more; people who
overrule it are held by these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from servicing.domain.classification.facts import DebtorFacts, LoanFacts
from servicing.domain.classification.history import full_months
from servicing.domain.classification.loss import PPM
from servicing.domain.classification.opinion import told_once
from servicing.domain.classification.reasons import Reason, days_overdue
from servicing.domain.classification.rules import ClassificationRules
from servicing.domain.classification.tiers import Tier, worst

Ground = tuple[Tier, Reason]
"""The tier that a rule demands at least, and why."""


@dataclass(frozen=True, slots=True)
class Lifted:
    """A tier after the floors, with the reasons of those that count."""

    tier: Tier
    reasons: tuple[Reason, ...]


def lifted(
    facts: DebtorFacts, tiers: Mapping[str, Tier], rules: ClassificationRules
) -> dict[str, Lifted]:
    """The tiers, each made as bad as the floors demand: loan by loan, then across the debtor."""
    grounds = {one.loan_id: list(_of_loan(one, facts, rules)) for one in facts.loans}
    reached = {
        loan_id: worst((tiers[loan_id], *(tier for tier, _ in found)))
        for loan_id, found in grounds.items()
    }
    if not facts.retail:
        across = list(_across(facts, reached, rules))
        for loan_id, found in grounds.items():
            if not reached[loan_id].is_non_performing:
                found.extend(across)
    return {
        loan_id: Lifted(
            worst((reached[loan_id], *(tier for tier, _ in found))),
            told_once(reason for _, reason in found),
        )
        for loan_id, found in grounds.items()
    }


def counted_days(loan: LoanFacts, rules: ClassificationRules) -> int:
    """Overdue days that count: a confirmed technical delay of few days is none."""
    technical = loan.overdue_is_technical and loan.overdue_days <= rules.technical_days
    return 0 if technical else loan.overdue_days


def tier_by_days(days: int, rules: ClassificationRules) -> Tier:
    """Any day is 关注; more than 90, 270 and 360 days are 次级, 可疑 and 损失."""
    if days > rules.loss_after_days:
        return Tier.LOSS
    if days > rules.doubtful_after_days:
        return Tier.DOUBTFUL
    if days > rules.substandard_after_days:
        return Tier.SUBSTANDARD
    return Tier.ATTENTION if days > 0 else Tier.NORMAL


def may_be_upgraded(loan: LoanFacts, rules: ClassificationRules) -> bool:
    """Out of 不良 only with no arrears, six months and two periods paid, and able to go on."""
    months, periods = loan.paid_up_months, loan.paid_up_periods
    paid = months is not None and months >= rules.upgrade_months
    paid = paid and periods is not None and periods >= rules.upgrade_periods
    return paid and loan.overdue_days == 0 and loan.will_keep_paying is True


def in_observation(loan: LoanFacts, facts: DebtorFacts, rules: ClassificationRules) -> bool:
    """Restructured, and not yet two periods in a row and a year, or still in difficulty."""
    if not loan.restructured:
        return False
    begun, periods = loan.observed_from, loan.observed_periods
    long_enough = begun is not None and (
        full_months(begun, facts.as_of) >= rules.observation_months
    )
    paid = periods is not None and periods >= rules.observation_periods
    return not (long_enough and paid and loan.difficulty_resolved is True)


def _of_loan(loan: LoanFacts, facts: DebtorFacts, rules: ClassificationRules) -> Iterator[Ground]:
    days = counted_days(loan, rules)
    if days > 0:
        yield tier_by_days(days, rules), days_overdue(days)
    if loan.tier_before.is_non_performing and not may_be_upgraded(loan, rules):
        yield Tier.SUBSTANDARD, Reason("UPGRADE_NOT_EARNED", "原为不良，尚未满足上调条件")
    if loan.restructured_again:
        yield Tier.SUBSTANDARD, Reason("RESTRUCTURED_AGAIN", "观察期内再次重组")
    if in_observation(loan, facts, rules):
        yield Tier.ATTENTION, Reason("IN_OBSERVATION", "重组资产处于观察期")
    if not facts.retail and facts.overdue_90_everywhere_ppm > rules.everywhere_share_ppm:
        text = "在所有银行逾期90天以上债务占比过高"
        yield Tier.SUBSTANDARD, Reason("OVERDUE_EVERYWHERE", text)


def _across(
    facts: DebtorFacts, reached: Mapping[str, Tier], rules: ClassificationRules
) -> Iterator[Ground]:
    """More than a tenth of a debtor's debt here non-performing makes all of it so."""
    bad = sum(one.balance_fen for one in facts.loans if reached[one.loan_id].is_non_performing)
    whole = sum(one.balance_fen for one in facts.loans)
    if bad * PPM > whole * rules.cross_share_ppm:
        yield Tier.SUBSTANDARD, Reason("CROSS_DEFAULT", "本行债权超过规定比例为不良")
    elif bad > 0:
        yield Tier.ATTENTION, Reason("OTHER_LOAN_NPA", "在本行的其他债务为不良")
