"""The facts of a debtor (分类事实) as model M27 asks for them: books, history, judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from puhui.money import Money
from servicing.domain.account.position import LoanPosition, LoanStatus
from servicing.domain.classification.history import LoanHistory
from servicing.domain.classification.judgement import Judgement, LoanJudgement
from servicing.domain.classification.loss import LossParameters
from servicing.domain.classification.rules import ClassificationRules
from servicing.domain.classification.tiers import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorLoan:
    """One loan of a debtor on a day: where it stands, and how it was repaid until then."""

    position: LoanPosition
    history: LoanHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanFacts:
    """One loan in the words of M27's inputs, where each field is explained."""

    loan_id: str
    balance_fen: int
    undrawn_fen: int
    overdue_days: int
    overdue_is_technical: bool
    tier_before: Tier
    paid_up_months: int | None
    paid_up_periods: int | None
    will_keep_paying: bool | None
    credit_impaired: bool
    refinanced: bool
    refinanced_as_qualified_renewal: bool
    conceded: bool
    use_changed: bool | None
    adverse_factors: bool | None
    restructured: bool
    restructured_again: bool
    observed_from: date | None
    observed_periods: int | None
    difficulty_resolved: bool | None
    default_12m_ppm: int
    default_life_ppm: int
    default_life_at_grant_ppm: int
    loss_given_default_ppm: int
    rate_bps: int
    remaining_days: int

    @property
    def balance(self) -> Money:
        """The principal that is owed (本金余额)."""
        return Money(self.balance_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorFacts:
    """A debtor with all loans on the balance sheet, in the words of M27's inputs."""

    as_of: date
    retail: bool
    loans: tuple[LoanFacts, ...]
    outside_facts_on: date | None
    evades_debt: bool
    dishonest: bool
    in_liquidation: bool
    rating_collapsed: bool
    npa_elsewhere: bool
    overdue_90_everywhere_ppm: int

    def as_inputs(self) -> dict[str, Any]:
        """The question as JSON has it: dates as text."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def debtor_facts(
    loans: Iterable[DebtorLoan],
    judgement: Judgement,
    tiers_before: Mapping[str, Tier],
    as_of: date,
    rules: ClassificationRules,
    losses: LossParameters,
) -> DebtorFacts:
    """Gather what is asked; loans that left the balance sheet are not classified."""
    counted = sorted(
        (one for one in loans if one.position.on_balance_sheet),
        key=lambda one: one.position.loan_id,
    )
    return DebtorFacts(
        as_of=as_of,
        retail=judgement.retail,
        loans=tuple(
            _loan_facts(
                one,
                judgement.of_loan(one.position.loan_id),
                tiers_before.get(one.position.loan_id, Tier.NORMAL),
                as_of,
                rules,
                losses,
            )
            for one in counted
        ),
        outside_facts_on=judgement.outside_facts_on,
        evades_debt=judgement.evades_debt,
        dishonest=judgement.dishonest,
        in_liquidation=judgement.in_liquidation,
        rating_collapsed=judgement.rating_collapsed,
        npa_elsewhere=judgement.npa_elsewhere,
        overdue_90_everywhere_ppm=judgement.overdue_90_everywhere_ppm,
    )


def _loan_facts(
    loan: DebtorLoan,
    known: LoanJudgement,
    tier_before: Tier,
    as_of: date,
    rules: ClassificationRules,
    losses: LossParameters,
) -> LoanFacts:
    position, history = loan.position, loan.history
    months, periods = history.paid_up(as_of) or (None, None)
    observed_from, observed_periods = history.observation(as_of)
    remaining = max(0, (position.matures_on - as_of).days)
    days = position.days_overdue
    return LoanFacts(
        loan_id=position.loan_id,
        balance_fen=position.principal_outstanding.minor,
        undrawn_fen=0,
        overdue_days=days,
        overdue_is_technical=known.overdue_is_technical,
        tier_before=tier_before,
        paid_up_months=months,
        paid_up_periods=periods,
        will_keep_paying=known.will_keep_paying,
        credit_impaired=known.credit_impaired or position.status is LoanStatus.NON_ACCRUAL,
        refinanced=known.refinanced or position.renewed_times > 0,
        refinanced_as_qualified_renewal=known.qualified_renewal,
        conceded=history.conceded,
        use_changed=True if position.misused_principal.is_positive else known.use_changed,
        adverse_factors=known.adverse_factors,
        restructured=position.restructured_times > 0,
        restructured_again=history.restructured_again(as_of, rules),
        observed_from=observed_from,
        observed_periods=observed_periods,
        difficulty_resolved=known.difficulty_resolved,
        **_chances(days, remaining, known, losses),
        rate_bps=position.annual_rate_bps,
        remaining_days=remaining,
    )


def _chances(
    days: int, remaining_days: int, known: LoanJudgement, losses: LossParameters
) -> dict[str, int]:
    """Probabilities and loss at default: the bank's own, or for the loss what a person knows."""
    given = known.loss_given_default_ppm
    return {
        "default_12m_ppm": losses.default_within_a_year(days),
        "default_life_ppm": losses.default_until_maturity(days, remaining_days),
        "default_life_at_grant_ppm": losses.default_until_maturity(0, remaining_days),
        "loss_given_default_ppm": losses.loss_given_default_ppm if given is None else given,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
