"""A loan application as its customer sees it: drafted, submitted, followed to its outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from intake.domain.errors import ApplicationNotDraft, ApplicationNotOpen
from intake.domain.timeline import FactoryStep, Timeline
from puhui.identity import Protected
from puhui.money import Money
from puhui.tenancy import BankId


class ApplicationStatus(StrEnum):
    """Where an application stands for its customer; Chinese names in `STATUS_NAMES`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_PROGRESS = "in_progress"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


STATUS_NAMES: dict[str, str] = {
    "draft": "草稿",
    "submitted": "已提交",
    "in_progress": "办理中",
    "withdrawn": "已撤回",
    "closed": "已结案",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanApplication:
    """What a customer asks a bank for, from first tap to outcome."""

    application_id: str
    bank_id: BankId
    branch_id: str
    customer_id: str
    product_code: str
    amount: Money
    term_months: int
    repayment_method: str
    purpose: str
    document_ids: tuple[str, ...]
    payload_sha256: str
    created_by: str
    created_at: datetime
    timeline: Timeline
    relationship_manager_id: str | None = None
    submitted_on: date | None = None
    withdrawn_on: date | None = None
    version: int = 0

    @property
    def status(self) -> ApplicationStatus:
        """Where the application stands, told from what happened and never stored beside it.

        The factory's latest word decides, because a failed application can be resumed and money
        may have moved before a withdrawal arrived; a mere sign of progress does not undo one.
        """
        latest = self.timeline.latest_step()
        if latest is not None and latest.outcome is not None:
            return ApplicationStatus.CLOSED
        if self.withdrawn_on is not None:
            return ApplicationStatus.WITHDRAWN
        if latest is not None:
            return ApplicationStatus.IN_PROGRESS
        return ApplicationStatus.DRAFT if self.submitted_on is None else ApplicationStatus.SUBMITTED

    @property
    def outcome(self) -> str | None:
        """How the factory closed it, unless it was resumed since."""
        latest = self.timeline.latest_step()
        return None if latest is None else latest.outcome

    @property
    def is_draft(self) -> bool:
        """True until it is submitted or withdrawn."""
        return self.status is ApplicationStatus.DRAFT

    def protected(self) -> Protected:
        """Whose this is: the customer's own, the branch's, its relationship manager's."""
        return Protected(
            bank_id=self.bank_id,
            branch=self.branch_id,
            owner_id=self.customer_id,
            assigned_to=self.relationship_manager_id,
        )

    def submit(self, on: date, at: datetime) -> LoanApplication:
        """Hand a complete draft to the bank."""
        if not self.is_draft:
            raise ApplicationNotDraft("only a draft can be submitted", rule="application.draft")
        return replace(
            self,
            submitted_on=on,
            timeline=self.timeline.with_milestone("submitted", at),
        )

    def withdraw(self, on: date, at: datetime) -> LoanApplication:
        """Take the application back while it is open; taking it back twice changes nothing."""
        if self.status is ApplicationStatus.WITHDRAWN:
            return self
        if self.status is ApplicationStatus.CLOSED:
            raise ApplicationNotOpen(
                f"the application is closed as {self.outcome}", rule="application.open"
            )
        return replace(
            self,
            withdrawn_on=on,
            timeline=self.timeline.with_milestone("withdrawn", at),
        )

    def follow(self, step: FactoryStep) -> LoanApplication:
        """Take note of what the factory reports; steps may come twice and in any order."""
        return replace(self, timeline=self.timeline.with_step(step))
