"""Fees besides interest (息费以外的收费): what each one takes, on which days.

Whoever takes a fee, the bank, a guarantor or a partner, it is part of what the loan costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from puhui.china.amounts import day, figures, percent
from puhui.contracts.common import MAX_AMOUNT_FEN
from puhui.contracts.disclosure import FEE_KIND_NAMES, LoanFee
from puhui.disclosure import FIELD, check_fees
from puhui.errors import Unprocessable
from puhui.money import Money
from servicing.domain.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedFee:
    """A fee of one loan: the same amount on each of its days."""

    fee: LoanFee
    amount: Money
    days: tuple[date, ...]

    @property
    def total(self) -> Money:
        """Everything that the fee takes."""
        return self.amount * len(self.days)

    @property
    def charged_how(self) -> str:
        """How it is charged, as the borrower reads it."""
        rate = self.fee.rate_bps
        each = f"{figures(self.amount)}元"
        if rate is not None:
            each = f"贷款本金的{percent(Decimal(rate).scaleb(-2))}，{each}"
        kind = FEE_KIND_NAMES[self.fee.kind]
        if self.fee.charged == "EACH_INSTALMENT":
            return f"{kind}，每个还款日收取{each}"
        return f"{kind}，{day(self.days[0])}一次性收取{each}"


def charged_fees(fees: Sequence[LoanFee], schedule: Schedule) -> tuple[ChargedFee, ...]:
    """What each fee takes from this loan.

    Fees on or before the day of disbursement are less than the principal, or nothing is lent.
    """
    check_fees(fees)
    charged = tuple(_charged(fee, n, schedule) for n, fee in enumerate(fees))
    start = schedule.terms.disbursement_date
    held_back = Money.total(fee.amount for fee in charged for on in fee.days if on <= start)
    if not held_back < schedule.terms.principal:
        raise Unprocessable(
            "the fees of the first day leave nothing of the principal",
            field=FIELD,
            rule="fees.below_principal",
        )
    if (schedule.total + Money.total(fee.total for fee in charged)).minor > MAX_AMOUNT_FEN:
        raise Unprocessable(
            "plan and fees are larger than an amount may be", field=FIELD, rule="amount.max"
        )
    return charged


def _charged(fee: LoanFee, n: int, schedule: Schedule) -> ChargedFee:
    return ChargedFee(
        fee=fee, amount=_amount(fee, schedule.terms.principal), days=_days(fee, n, schedule)
    )


def _amount(fee: LoanFee, principal: Money) -> Money:
    if fee.amount_fen is not None:
        return Money(fee.amount_fen)
    return principal.times(Decimal(fee.rate_bps or 0).scaleb(-4))


def _days(fee: LoanFee, n: int, schedule: Schedule) -> tuple[date, ...]:
    if fee.charged == "EACH_INSTALMENT":
        return tuple(line.due_date for line in schedule.lines)
    start = schedule.terms.disbursement_date
    on = fee.charged_on or start
    if not start <= on <= schedule.maturity_date:
        raise Unprocessable(
            "a fee is charged between disbursement and maturity",
            field=f"{FIELD}.{n}.charged_on",
            rule="fee.within_term",
        )
    return (on,)
