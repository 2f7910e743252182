"""What risk's own state machine sends to its steps."""

from __future__ import annotations

from typing import Literal

from puhui.contracts.common import BankCode, Contract, Identifier, ShortText


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
