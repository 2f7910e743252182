"""What a borrower asks to be paid out, to whom and on what evidence (M21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from risk.domain.models.answer import require
from risk.domain.models.exact import require_not_negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice that proves what is paid for."""

    number: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payee of the request. None: not known."""

    payee_id: str | None
    payee_class: str | None
    """What the payee does: a class of the bank's own list (merchant, farmer, broker, …)."""
    is_related: bool | None
    """Related to the borrower: controls it, is controlled, spouse, same controller."""
    account_matches: bool | None
    """Whether the account to be credited bears the payee's name."""
    amount_fen: int
    purpose: str | None
    contract_fen: int | None
    """What a contract still lets the payee claim."""
    invoices: tuple[Invoice, ...] | None
    """An empty list says that none is issued yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One payment out of an earlier drawdown of the same borrower."""

    request_id: str
    paid_on: date
    payee_id: str | None
    """None where the borrower paid by itself and has not told whom."""
    amount_fen: int
    invoice_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition that the approval set before money flows."""

    condition: str
    is_met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """A drawdown request and what the bank knows about it. None: not known."""

    request_id: str
    requested_on: date
    product: str | None
    amount_fen: int
    available_fen: int | None
    """What the limit still allows."""
    term_months: int | None
    has_long_cycle: bool | None
    """Whether the trade returns its cash so slowly that the longer term is allowed."""
    purpose: str | None
    agreed_purposes: tuple[str, ...] | None
    """What the contract lets the money be used for."""
    payments: tuple[Payment, ...] | None
    """An empty list says that no payee is determined yet."""
    takes_non_cash: bool | None
    """Whether the payees can be paid without cash."""
    is_new_relation: bool | None
    """The first credit relation of this borrower with the bank."""
    has_ordinary_credit: bool | None
    """信用状况一般: neither good nor excellent."""
    is_urgent: bool | None
    has_good_use_record: bool | None
    """Used every earlier loan as agreed."""
    conditions: tuple[Condition, ...] | None
    history: tuple[Past, ...] | None
    """Every payment of the look-back window and after; an empty list says that there was none."""

    def check(self) -> None:
        """Refuse amounts that are none, and terms that are no term."""
        require(self.amount_fen > 0, "amount_fen", "must be positive")
        require(self.term_months is None or self.term_months > 0, "term_months", "must be positive")
        require_not_negative(self, "available_fen")
        for payment in self.payments or ():
            require(payment.amount_fen > 0, "payments", "amounts must be positive")
            require_not_negative(payment, "contract_fen")
        named = [one.condition for one in self.conditions or ()]
        require(len(named) == len(set(named)), "conditions", "must name each condition once")
        for past in self.history or ():
            require(past.amount_fen > 0, "history", "amounts must be positive")
            require(past.paid_on <= self.requested_on, "history", "must not lie in the future")

    def listed_fen(self) -> int:
        """The part of the request whose payees are named."""
        return sum(payment.amount_fen for payment in self.payments or ())

    def recent(self, days: int) -> tuple[Past, ...]:
        """Payments within that many days before the request."""
        since = self.requested_on - timedelta(days=days)
        return tuple(past for past in self.history or () if past.paid_on >= since)

    def largest_payee_fen(self, days: int) -> int:
        """The most that one payee may get with what it got within the window (化整为零).

        Money whose payee is not named may go to any payee, so it counts with the largest.
        """
        totals: dict[str, int] = {}
        unnamed = max(self.amount_fen - self.listed_fen(), 0)
        hidden = unnamed
        for past in self.recent(days):
            if past.payee_id is None:
                hidden += past.amount_fen
            else:
                totals[past.payee_id] = totals.get(past.payee_id, 0) + past.amount_fen
        named = set(totals) if unnamed else set()
        for payment in self.payments or ():
            payee = payment.payee_id or ""
            totals[payee] = totals.get(payee, 0) + payment.amount_fen
            named.add(payee)
        return max((totals[payee] for payee in named), default=0) + hidden
