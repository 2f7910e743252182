"""One application among fakes, and what people and workflow do with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from factory.domain.application import LoanApplication
from factory.ports import Occupation
from factory.usecases.answer_offer import AnswerOffer
from factory.usecases.check_intake import CheckIntake
from factory.usecases.close_application import CloseApplication, CloseApplicationCommand
from factory.usecases.confirm_disclosure import ConfirmDisclosure, ShowDisclosure
from factory.usecases.make_offer import MakeOffer, MakeOfferCommand
from factory.usecases.occupy_limit import OccupyLimit
from factory.usecases.resume_application import ResumeApplication
from factory.usecases.start_application import StartApplication
from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.contracts.operations import ProductDescription
from puhui.contracts.servicing import Quote
from puhui.money import Money
from tests.support.factory_builders import (
    NOON,
    NORTH,
    TODAY,
    a_bank,
    a_product,
    a_quote,
    a_submission,
)
from tests.support.factory_fakes import (
    FixedProducts,
    InMemoryApplications,
    InMemoryLimits,
    InMemoryPayments,
    OpenParties,
    RecordingReservations,
    RecordingWorkflow,
)

READING_SECONDS = 15
READ = NOON + timedelta(seconds=READING_SECONDS)
CALENDAR = FixedBusinessCalendar(TODAY)


class World:
    """One application in a small world of fakes."""

    def __init__(self) -> None:
        self.applications = InMemoryApplications()
        self.workflow = RecordingWorkflow()
        self.payments = InMemoryPayments()
        self.limits = InMemoryLimits(self.applications)
        self.reservations = RecordingReservations()
        self.start = StartApplication(self.applications, self.workflow)
        self.answer = AnswerOffer(self.applications, self.workflow)
        self.start(NORTH, a_submission())

    @property
    def application(self):  # type: ignore[no-untyped-def]
        return self.applications.get(NORTH, "app-1")

    def offer(self, token: str = "token", quote: Quote | None = None) -> None:  # noqa: S107
        self.workflow.waiting.add(token)
        MakeOffer(self.applications, self.workflow)(
            MakeOfferCommand(
                bank_id=NORTH,
                application_id="app-1",
                decision_id="dec-1",
                attempt=1,
                quote=quote or a_quote(),
                reading_seconds=READING_SECONDS,
                task_token=token,
            )
        )

    def show(self, at: datetime = NOON) -> LoanApplication:
        return ShowDisclosure(self.applications, FixedClock(at))(self.application)

    def confirm(self, at: datetime = READ, disclosure_sha256: str | None = None) -> LoanApplication:
        sha256 = disclosure_sha256 or self.application.offer.quote.disclosure_sha256
        return ConfirmDisclosure(self.applications, FixedClock(at))(
            self.application, sha256, "sub-cus-1"
        )

    def accept(self) -> None:
        """As a customer does who reads first."""
        if self.application.offer.confirmation is None:
            self.show()
            self.confirm()
        self.agree()

    def agree(self) -> None:
        self.answer(self.application, "accepted", self.application.offer.terms_sha256)

    def close(self, outcome: str) -> None:
        CloseApplication(self.applications, CALENDAR)(
            CloseApplicationCommand(
                bank_id=NORTH,
                application_id="app-1",
                outcome=outcome,  # type: ignore[arg-type]
                reasons=(),
                amount_fen=0,
                annual_rate_bps=0,
                loan_id=None,
            )
        )

    def resume(self, attempt: int = 1):  # type: ignore[no-untyped-def]
        return ResumeApplication(
            self.applications, self.payments, self.limits, self.reservations, self.workflow
        )(NORTH, "app-1", attempt)

    def occupy(self, amount: int = 30_000_000, limit: int = 50_000_000) -> None:
        OccupyLimit(self.limits, CALENDAR)(
            Occupation(
                bank_id=NORTH,
                application_id="app-1",
                customer_id="cus-1",
                disbursement_id="dsb-app-1-1",
                amount=Money(amount),
                limit=Money(limit),
                terms_sha256=self.application.offer.terms_sha256,
                contract_id="con-1",
            )
        )


def check(world: World):  # type: ignore[no-untyped-def]
    products = FixedProducts(ProductDescription(bank=a_bank(), product=a_product()))
    return CheckIntake(world.applications, products, OpenParties(), CALENDAR)(NORTH, "app-1")
