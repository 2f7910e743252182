"""A person's decision (审批决定), the bounds it must keep and its way to the workflow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from operations.domain.errors import DecisionNotValid, MakerIsChecker
from operations.domain.organisation import StaffMember
from puhui.contracts.operations import LoanProduct
from puhui.money import Money

Verdict = Literal["approved", "rejected"]


class DeliveryState(StrEnum):
    """Whether the workflow knows of a decision."""

    SENDING = "sending"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The way of one decision to the workflow: attempts so far and since when the last runs."""

    state: DeliveryState
    attempts: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDecision:
    """What a person decided; zero limit and rate when rejected."""

    outcome: Verdict
    limit: Money
    annual_rate_bps: int
    decided_by: str
    employee_no: str
    decided_at: datetime
    comment: str | None = None

    def same_as(self, other: TaskDecision) -> bool:
        """Is this the same answer by the same account, sent again?"""
        mine = (self.outcome, self.limit, self.annual_rate_bps, self.decided_by, self.comment)
        return mine == (
            other.outcome,
            other.limit,
            other.annual_rate_bps,
            other.decided_by,
            other.comment,
        )


def check_four_eyes(maker_id: str | None, maker: StaffMember | None, checker: StaffMember) -> None:
    """The maker of an application is never its checker, under this or any other account."""
    if maker_id is None:
        return
    same_account = checker.staff_id == maker_id
    same_person = maker is not None and maker.employee_no == checker.employee_no
    if same_account or same_person:
        raise MakerIsChecker(
            "whoever made an application does not decide it", rule="task.maker_checker"
        )


def check_terms(decision: TaskDecision, products: Iterable[LoanProduct]) -> None:
    """An approval is more than nothing and fits the product.

    The limit may exceed what was asked: it is a line, and the loan is the smaller of the two.
    """
    if decision.outcome == "rejected":
        return
    limit = decision.limit
    if not limit.is_positive:
        raise DecisionNotValid(
            "an approval needs a limit above zero", field="limit_fen", rule="decision.limit"
        )
    fitting = [p for p in products if p.min_amount_fen <= limit.minor <= p.max_amount_fen]
    if not fitting:
        raise DecisionNotValid(
            f"{limit} is outside the product's amounts",
            field="limit_fen",
            rule="decision.product_amount",
        )
    rate = decision.annual_rate_bps
    if not any(p.min_rate_bps <= rate <= p.max_rate_bps for p in fitting):
        raise DecisionNotValid(
            f"{rate} bps is outside the product's rates",
            field="annual_rate_bps",
            rule="decision.product_rate",
        )
