"""Pay out (放款支付), and query a payment whose outcome is unknown (查证)."""

from __future__ import annotations

from dataclasses import dataclass

from factory.domain.errors import PaymentAnswerInvalid, PaymentNotFound
from factory.domain.payment import PaymentIntent, PaymentState
from factory.ports import PaymentOrder, PaymentRail, Payments, RailAnswer
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId


def _learn(payments: Payments, intent: PaymentIntent, answer: RailAnswer | None) -> PaymentIntent:
    if answer is None:
        learnt = intent.learn(PaymentState.UNKNOWN, None)
    else:
        learnt = intent.learn(answer.state, answer.bank_reference)
    if learnt != intent:
        payments.save(learnt)
    return learnt


@dataclass(frozen=True)
class PayOut:
    """Write the intent, send the order once, keep what the rail said.

    An intent that is already there is not sent again from here: whether its order arrived is
    for `QueryPayment` to find out.
    """

    payments: Payments
    rail: PaymentRail

    def __call__(self, bank_id: BankId, application_id: str, order: PaymentOrder) -> PaymentIntent:
        intent, is_new = self.payments.open(_intent(bank_id, application_id, order))
        if not is_new:
            return intent
        return _learn(self.payments, intent, _answer_or_unknown(self.rail, order))


@dataclass(frozen=True)
class QueryPayment:
    """Ask the rail about the serial number; one that never arrived is sent under it again."""

    payments: Payments
    rail: PaymentRail

    def __call__(self, bank_id: BankId, application_id: str, order: PaymentOrder) -> PaymentIntent:
        intent, _ = self.payments.open(_intent(bank_id, application_id, order))
        if intent.settled:
            return intent
        try:
            answer: RailAnswer | None = self.rail.query(order.serial_no)
        except PaymentNotFound:
            answer = _answer_or_unknown(self.rail, order)
        except (UpstreamUnavailable, PaymentAnswerInvalid):
            answer = None
        return _learn(self.payments, intent, answer)


def _answer_or_unknown(rail: PaymentRail, order: PaymentOrder) -> RailAnswer | None:
    """The rail's answer, or None when it is unknown whether the order arrived."""
    try:
        return rail.pay(order)
    except (UpstreamUnavailable, PaymentAnswerInvalid):
        return None


def _intent(bank_id: BankId, application_id: str, order: PaymentOrder) -> PaymentIntent:
    return PaymentIntent(
        bank_id=bank_id,
        application_id=application_id,
        serial_no=order.serial_no,
        amount=order.amount,
    )
