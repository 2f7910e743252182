"""A loan application while the factory works on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from factory.domain.errors import ApplicationAlreadyClosed, ApplicationWithdrawn, NotResumable
from factory.domain.offer import Offer
from puhui.contracts.common import Reason
from puhui.contracts.factory import (
    ApplicationClosed,
    ApplicationProgressed,
    Outcome,
    Station,
)
from puhui.contracts.intake import ApplicationSubmitted
from puhui.tenancy import BankId


class ApplicationStatus(StrEnum):
    """Where an application stands; Chinese names in `STATUS_NAMES`."""

    RECEIVED = "received"
    CHECKED = "checked"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DISBURSING = "disbursing"
    CLOSED = "closed"


STATUS_NAMES: dict[str, str] = {
    "received": "已进件",
    "checked": "审核中",
    "offered": "待客户确认报价",
    "accepted": "待签约",
    "disbursing": "放款中",
    "closed": "已结案",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanApplication:
    """What the customer asked for, and how far the factory has come with it."""

    bank_id: BankId
    submission: ApplicationSubmitted
    status: ApplicationStatus = ApplicationStatus.RECEIVED
    withdrawn: bool = False
    attempt: int = 1
    disbursement_no: int = 1
    offer: Offer | None = None
    outcome: Outcome | None = None
    reasons: tuple[Reason, ...] = ()
    loan_id: str | None = None
    contract_id: str | None = None
    version: int = 0

    @property
    def application_id(self) -> str:
        """The id given at the first tap; also the name of the workflow's execution."""
        return self.submission.application_id

    @property
    def execution_name(self) -> str:
        """One execution per attempt: a second start of the same attempt is a no-op."""
        if self.attempt == 1:
            return self.application_id
        return f"{self.application_id}-r{self.attempt}"

    @property
    def disbursement_id(self) -> str:
        """The disbursement's business key: its ledger key and its serial number (流水号)."""
        return f"dsb-{self.application_id}-{self.disbursement_no}"

    @property
    def resumes_at_payment(self) -> bool:
        """Money may have moved in an earlier attempt: nothing before the payment is done again."""
        accepted = self.offer is not None and self.offer.accepted
        return self.attempt > 1 and accepted and self.status is ApplicationStatus.DISBURSING

    def ensure_wanted(self) -> None:
        """Nothing is done for a customer who has withdrawn."""
        if self.withdrawn:
            raise ApplicationWithdrawn(f"{self.application_id} was withdrawn by the customer")

    def check(self) -> LoanApplication:
        """The intake check is passed; a repeated check changes nothing."""
        if self.status is not ApplicationStatus.RECEIVED:
            return self
        return replace(self, status=ApplicationStatus.CHECKED)

    def make(self, offer: Offer) -> LoanApplication:
        """Put an offer to the customer; it replaces one that nobody has answered."""
        self.ensure_wanted()
        return replace(self, status=ApplicationStatus.OFFERED, offer=offer)

    def with_offer(self, offer: Offer) -> LoanApplication:
        """Keep what the customer has read and confirmed of the offer."""
        return replace(self, offer=offer)

    def answer(self, offer: Offer) -> LoanApplication:
        """Keep the customer's answer to the offer."""
        status = ApplicationStatus.ACCEPTED if offer.accepted else self.status
        return replace(self, status=status, offer=offer)

    def withdraw(self) -> LoanApplication:
        """The customer no longer wants the loan; a closed application stays as it is."""
        if self.status is ApplicationStatus.CLOSED:
            return self
        return replace(self, withdrawn=True)

    def close(
        self, outcome: Outcome, reasons: tuple[Reason, ...], loan_id: str | None
    ) -> LoanApplication:
        """Give the application its one outcome; the same outcome twice is fine."""
        if self.status is ApplicationStatus.CLOSED:
            if self.outcome != outcome:
                raise ApplicationAlreadyClosed(
                    f"{self.application_id} is closed as {self.outcome}, not {outcome}"
                )
            return self
        return replace(
            self,
            status=ApplicationStatus.CLOSED,
            outcome=outcome,
            reasons=reasons,
            loan_id=loan_id,
        )

    def resume(self, *, money_may_have_moved: bool) -> LoanApplication:
        """A failed application, or one whose execution died, starts again as a new attempt.

        Where a payment was sent, the accepted offer and the disbursement number stay, so that
        the payment is found again and never made twice; otherwise both are made anew.
        """
        if self.outcome not in ("failed", None):
            raise NotResumable(f"{self.application_id} is {self.outcome or self.status}")
        attempt = self.attempt + 1
        again = replace(self, attempt=attempt, outcome=None, reasons=())
        if money_may_have_moved:
            return replace(again, status=ApplicationStatus.DISBURSING)
        return replace(
            again, status=ApplicationStatus.RECEIVED, offer=None, disbursement_no=attempt
        )

    def progressed(self, station: Station) -> ApplicationProgressed:
        """The event that tells everybody where the application stands."""
        return ApplicationProgressed(
            application_id=self.application_id,
            customer_id=self.submission.customer_id,
            station=station,
            status=self.status.value,
        )

    def closed(self, amount_fen: int, annual_rate_bps: int, closed_on: object) -> ApplicationClosed:
        """The event that tells everybody how it ended."""
        return ApplicationClosed.model_validate(
            {
                "application_id": self.application_id,
                "customer_id": self.submission.customer_id,
                "outcome": self.outcome,
                "reasons": self.reasons,
                "amount_fen": amount_fen,
                "annual_rate_bps": annual_rate_bps,
                "closed_on": closed_on,
            }
        )
