"""What happens to a loan after it is booked (贷款事件): immutable, dated, folded into an account.

A loan's account is the fold of its events in this order: by value date (起息日), on one day by the
order of the kinds below, within one kind by the sequence in which they were entered. So events of
different kinds on one day may be entered in any order, and an event that is entered late (倒起息)
gives the account that entering it in time would have given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final

from puhui.money import Money


class EventKind(StrEnum):
    """The kinds in the order in which they count on one day."""

    RATE_RESET = "rate_reset"
    MISUSE = "misuse"
    EXTENSION = "extension"
    WAIVER = "waiver"
    REPAYMENT = "repayment"
    PREPAYMENT = "prepayment"
    RENEWAL = "renewal"
    RESTRUCTURE = "restructure"
    PAYOFF = "payoff"
    WRITE_OFF = "write_off"
    RECOVERY = "recovery"
    REFUND = "refund"
    PROVISION = "provision"
    REVERSAL = "reversal"


KIND_NAMES: Final = {
    EventKind.RATE_RESET: "利率重定价",
    EventKind.MISUSE: "挪用认定",
    EventKind.EXTENSION: "展期",
    EventKind.RESTRUCTURE: "重组",
    EventKind.RENEWAL: "无还本续贷",
    EventKind.WAIVER: "减免",
    EventKind.REPAYMENT: "还款",
    EventKind.PREPAYMENT: "提前还款",
    EventKind.PAYOFF: "提前结清",
    EventKind.WRITE_OFF: "核销",
    EventKind.RECOVERY: "核销收回",
    EventKind.REFUND: "退款",
    EventKind.PROVISION: "计提减值",
    EventKind.REVERSAL: "冲正",
}
_ORDER: Final = {kind: place for place, kind in enumerate(EventKind)}


class Component(StrEnum):
    """What a borrower's money pays (还款项)."""

    FEE = "fee"
    PENALTY = "penalty"
    COMPOUND = "compound"
    INTEREST = "interest"
    PRINCIPAL = "principal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repayment:
    """还款: money of the borrower that pays what is due; what is left over is kept for him."""

    kind: ClassVar[EventKind] = EventKind.REPAYMENT
    amount: Money
    rail_reference: str | None = None
    """流水号 of the payment on the core-banking rail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepayment:
    """提前还款: principal before its day; the strategy says what becomes of the plan."""

    kind: ClassVar[EventKind] = EventKind.PREPAYMENT
    amount: Money
    strategy: str
    """`SHORTEN_TERM` | `REDUCE_INSTALLMENT` | `ABSORB_NEXT`."""
    rail_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payoff:
    """提前结清: everything that is owed on the day, and the fee; exact to the 分 or refused."""

    kind: ClassVar[EventKind] = EventKind.PAYOFF
    amount: Money
    rail_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateReset:
    """利率重定价: another rate from the value date on, such as LPR plus the agreed points."""

    kind: ClassVar[EventKind] = EventKind.RATE_RESET
    annual_rate_bps: int
    basis: str
    """Where the rate comes from, as a person reads it: `LPR1Y 2025-05-20 3.00 % + 145bp`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misuse:
    """挪用认定: so much of the principal is used otherwise than agreed from the value date on.

    It bears 挪用罚息 until it is repaid, or until another such event says less; 0 ends it.
    """

    kind: ClassVar[EventKind] = EventKind.MISUSE
    amount: Money
    reason: str
    warning_id: str | None = None
    """The warning of fund tracing that two people closed as true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """展期: the principal that is not yet due gets more months."""

    kind: ClassVar[EventKind] = EventKind.EXTENSION
    months: int
    annual_rate_bps: int | None = None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restructure:
    """重组: all principal, overdue too, is owed by a new plan, because the borrower is in need."""

    kind: ClassVar[EventKind] = EventKind.RESTRUCTURE
    term_months: int
    method: str
    annual_rate_bps: int
    capitalise_interest: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """无还本续贷: the principal goes on under new terms without being repaid (rules.md §3.16).

    Refused where anything is overdue, or interest or a fee is due: of what is due on the day only
    principal goes on. So a loan is renewed on its last day once its interest is paid.
    """

    kind: ClassVar[EventKind] = EventKind.RENEWAL
    term_months: int
    method: str
    annual_rate_bps: int
    decision_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """减免: the bank gives up an amount of one component that is due."""

    kind: ClassVar[EventKind] = EventKind.WAIVER
    component: Component
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    """核销: all that is owed leaves the balance sheet; the claim stays."""

    kind: ClassVar[EventKind] = EventKind.WRITE_OFF
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """核销收回: money for a loan that was written off."""

    kind: ClassVar[EventKind] = EventKind.RECOVERY
    amount: Money
    rail_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """退款: the borrower gets back what he paid too much."""

    kind: ClassVar[EventKind] = EventKind.REFUND
    amount: Money
    rail_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """计提减值: what is set aside for the loan from now on, as its classification asks."""

    kind: ClassVar[EventKind] = EventKind.PROVISION
    amount: Money
    tier: str
    stage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """冲正: an event is as if it had never been; at most one reversal of each event."""

    kind: ClassVar[EventKind] = EventKind.REVERSAL
    reverses: str
    """The `event_id` of the event that is taken back."""
    reason: str


Happening = (
    Repayment
    | Prepayment
    | Payoff
    | RateReset
    | Misuse
    | Extension
    | Restructure
    | Renewal
    | Waiver
    | WriteOff
    | Recovery
    | Refund
    | Provision
    | Reversal
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanEvent:
    """One happening in the life of one loan.

    `event_id` comes from the business (client key, rail reference) and stands for this event for
    ever; `value_date` is the day from which it counts, `entered_on` the business date on which it
    was entered, `sequence` its place in the loan's log, from 1.
    """

    event_id: str
    value_date: date
    entered_on: date
    sequence: int
    what: Happening
    entered_by: str = ""
    posting_id: str | None = None
    """The voucher that booked it; None where it changed no balance."""

    @property
    def kind(self) -> EventKind:
        """The kind of the happening."""
        return self.what.kind

    @property
    def is_back_dated(self) -> bool:
        """Whether it counts from a day before it was entered (倒起息)."""
        return self.value_date < self.entered_on

    def place(self) -> tuple[date, int, int]:
        """Where the event counts among all of its loan."""
        return self.value_date, _ORDER[self.kind], self.sequence


def in_order(events: tuple[LoanEvent, ...]) -> tuple[LoanEvent, ...]:
    """The events that count, in the order in which they count: reversed ones are left out."""
    taken_back = {e.what.reverses for e in events if isinstance(e.what, Reversal)}
    live = [e for e in events if not isinstance(e.what, Reversal) and e.event_id not in taken_back]
    return tuple(sorted(live, key=LoanEvent.place))
