"""Ask for debit (代扣), and ask again about one whose outcome is unknown (查证)."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId
from servicing.domain.rail.debit import DebitState, DebitWord, RailDebit
from servicing.domain.rail.errors import DebitAnswerInvalid, DebitNotFound, RailPaymentNotFound
from servicing.domain.rail.payment import Channel, Heard
from servicing.rail_ports import DebitRail, RailDebits, RailPayments
from servicing.usecases.take_rail_payment import TakeRailPayment


@dataclass(frozen=True)
class AskForDebit:
    """Write the order down, send it once, and keep what the rail says; query before all else.

    An order that is there already is asked about under its number and sent under it again only when
    the rail never heard of it. A confirmed one is taken as a payment under the same number.
    """

    debits: RailDebits
    payments: RailPayments
    rail: DebitRail
    take: TakeRailPayment

    def __call__(self, order: RailDebit) -> RailDebit:
        """The order as it stands; raises DebitMismatch."""
        debit, is_new = self.debits.open(order)
        if not is_new:
            debit = debit.same_as(order)
        if not debit.settled:
            word = self._sent(debit) if is_new else self._asked(debit)
            debit = self._learn(debit, word)
        self._take_money(debit)
        return debit

    def _sent(self, debit: RailDebit) -> DebitWord | None:
        """The rail's word, or None when it is unknown whether the order arrived."""
        try:
            return self.rail.debit(debit)
        except (UpstreamUnavailable, DebitAnswerInvalid):
            return None

    def _asked(self, debit: RailDebit) -> DebitWord | None:
        try:
            return self.rail.query(debit)
        except DebitNotFound:
            return self._sent(debit)
        except (UpstreamUnavailable, DebitAnswerInvalid):
            return None

    def _learn(self, debit: RailDebit, word: DebitWord | None) -> RailDebit:
        learnt = debit.learn(word, money_came=self._money_came(debit))
        return debit if learnt == debit else self.debits.save(learnt)

    def _money_came(self, debit: RailDebit) -> bool:
        try:
            self.payments.get(debit.bank_id, debit.serial_no)
        except RailPaymentNotFound:
            return False
        return True

    def _take_money(self, debit: RailDebit) -> None:
        if debit.state is not DebitState.CONFIRMED or debit.booked_on is None:
            return
        self.take(
            Heard(
                bank_id=debit.bank_id,
                serial_no=debit.serial_no,
                amount=debit.amount,
                reference=debit.loan_id,
                booked_on=debit.booked_on,
                channel=Channel.DEBIT,
            )
        )


@dataclass(frozen=True)
class ReadDebit:
    """Show one order."""

    debits: RailDebits

    def __call__(self, bank: BankId, loan_id: str, serial_no: str) -> RailDebit:
        """The order; raises DebitNotFound, for another loan's too."""
        debit = self.debits.get(bank, serial_no)
        if debit.loan_id != loan_id:
            raise DebitNotFound()
        return debit
