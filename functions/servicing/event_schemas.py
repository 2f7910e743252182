"""What the API takes for each kind of event of a loan."""

from __future__ import annotations

from datetime import date
from typing import Literal

from puhui.contracts.common import (
    Contract,
    Fen,
    Identifier,
    Months,
    PositiveFen,
    RateBps,
    ShortText,
)
from puhui.contracts.servicing import RepaymentMethod
from puhui.money import Money
from servicing.domain.account.events import (
    Component,
    Extension,
    Happening,
    Misuse,
    Payoff,
    Prepayment,
    RateReset,
    Recovery,
    Refund,
    Renewal,
    Repayment,
    Restructure,
    Reversal,
    Waiver,
    WriteOff,
)

RailReference = ShortText | None


class EventBody(Contract):
    """What every event may say: from which day it counts; the accounting day unless given."""

    value_date: date | None = None

    def what(self) -> Happening:
        """The happening that is asked for."""
        raise NotImplementedError


class RepaymentBody(EventBody):
    """还款."""

    amount_fen: PositiveFen
    rail_reference: RailReference = None

    def what(self) -> Happening:
        """Pays what is due; the rest is kept."""
        return Repayment(amount=Money(self.amount_fen), rail_reference=self.rail_reference)


class PrepaymentBody(EventBody):
    """提前还款."""

    amount_fen: PositiveFen
    strategy: Literal["SHORTEN_TERM", "REDUCE_INSTALLMENT", "ABSORB_NEXT"]
    rail_reference: RailReference = None

    def what(self) -> Happening:
        """Pays principal before its day."""
        return Prepayment(
            amount=Money(self.amount_fen),
            strategy=self.strategy,
            rail_reference=self.rail_reference,
        )


class PayoffBody(EventBody):
    """提前结清: exactly what the trial answered for the day."""

    amount_fen: PositiveFen
    rail_reference: RailReference = None

    def what(self) -> Happening:
        """Settles the loan."""
        return Payoff(amount=Money(self.amount_fen), rail_reference=self.rail_reference)


class RecoveryBody(EventBody):
    """核销收回."""

    amount_fen: PositiveFen
    rail_reference: RailReference = None

    def what(self) -> Happening:
        """Money for a claim that was written off."""
        return Recovery(amount=Money(self.amount_fen), rail_reference=self.rail_reference)


class RefundBody(EventBody):
    """退款."""

    amount_fen: PositiveFen
    rail_reference: RailReference = None

    def what(self) -> Happening:
        """Gives back what was paid too much."""
        return Refund(amount=Money(self.amount_fen), rail_reference=self.rail_reference)


class RateResetBody(EventBody):
    """利率重定价."""

    annual_rate_bps: RateBps
    basis: ShortText

    def what(self) -> Happening:
        """Another rate from the value date on."""
        return RateReset(annual_rate_bps=self.annual_rate_bps, basis=self.basis)


class WaiverBody(EventBody):
    """减免."""

    component: Component
    amount_fen: PositiveFen
    reason: ShortText

    def what(self) -> Happening:
        """Gives up an amount that is due."""
        return Waiver(component=self.component, amount=Money(self.amount_fen), reason=self.reason)


class WriteOffBody(EventBody):
    """核销."""

    reason: ShortText

    def what(self) -> Happening:
        """Takes the loan off the balance sheet."""
        return WriteOff(reason=self.reason)


class MisuseBody(EventBody):
    """挪用认定: from the value date on; 0 says that the money is where it should be."""

    amount_fen: Fen
    reason: ShortText
    warning_id: Identifier | None = None

    def what(self) -> Happening:
        """Lets principal bear the misuse rate."""
        return Misuse(amount=Money(self.amount_fen), reason=self.reason, warning_id=self.warning_id)


class ExtensionBody(EventBody):
    """展期."""

    months: Months
    annual_rate_bps: RateBps | None = None
    reason: ShortText

    def what(self) -> Happening:
        """Gives the instalments to come more months."""
        return Extension(
            months=self.months, annual_rate_bps=self.annual_rate_bps, reason=self.reason
        )


class RestructureBody(EventBody):
    """重组."""

    term_months: Months
    method: RepaymentMethod
    annual_rate_bps: RateBps
    capitalise_interest: bool
    reason: ShortText

    def what(self) -> Happening:
        """Puts all principal into a new plan."""
        return Restructure(
            term_months=self.term_months,
            method=self.method,
            annual_rate_bps=self.annual_rate_bps,
            capitalise_interest=self.capitalise_interest,
            reason=self.reason,
        )


class RenewalBody(EventBody):
    """无还本续贷."""

    term_months: Months
    method: RepaymentMethod
    annual_rate_bps: RateBps
    decision_id: Identifier

    def what(self) -> Happening:
        """Lets the principal go on under new terms."""
        return Renewal(
            term_months=self.term_months,
            method=self.method,
            annual_rate_bps=self.annual_rate_bps,
            decision_id=self.decision_id,
        )


class ReversalBody(Contract):
    """冲正 of the event in the path."""

    reason: ShortText

    def what_of(self, event_id: str) -> Happening:
        """Takes an event back."""
        return Reversal(reverses=event_id, reason=self.reason)
