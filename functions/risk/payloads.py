"""What risk's own state machines send to their steps."""

from __future__ import annotations

from datetime import date
from typing import Literal

from puhui.contracts.common import BankCode, Code, Contract, Identifier, ShortText


class ReviewTaskOutcome(Contract):
    """How the task of a review ended: a person decided, or it is `returned` to risk's own staff.

    `approved` says that the customer is right, `rejected` that the decision stands.
    """

    bank_id: BankCode
    decision_id: Identifier
    review_id: Identifier
    correlation_id: Identifier
    outcome: Literal["approved", "rejected", "returned"]
    decided_by: Identifier | None = None
    comment: ShortText | None = None


class MonitoringNight(Contract):
    """Asks for the work of a night; without a day, yesterday's."""

    correlation_id: Identifier
    day: date | None = None


class DayOfBank(Contract):
    """Asks to collect a bank's day."""

    correlation_id: Identifier
    bank_id: BankCode
    day: date


class ModelOfDay(Contract):
    """Asks to measure a model, or to raise its alarm."""

    correlation_id: Identifier
    bank_id: BankCode
    model_id: Code
    day: date
