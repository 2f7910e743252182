"""Show and confirm an offer's cost disclosure (综合融资成本明示), before it can be accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from factory.domain.application import LoanApplication
from factory.domain.errors import OfferNotOpen
from factory.domain.offer import Offer
from factory.ports import Applications
from puhui.clock import Clock


@dataclass(frozen=True)
class ShowDisclosure:
    """Keep when the table was opened: the server's clock measures the reading time."""

    applications: Applications
    clock: Clock

    def __call__(self, application: LoanApplication) -> LoanApplication:
        now = self.clock.now()
        return _changed(self.applications, application, lambda offer: offer.show(now))


@dataclass(frozen=True)
class ConfirmDisclosure:
    """Keep that the borrower read the table on the screen and confirms it."""

    applications: Applications
    clock: Clock

    def __call__(
        self, application: LoanApplication, disclosure_sha256: str, subject: str
    ) -> LoanApplication:
        now = self.clock.now()
        return _changed(
            self.applications,
            application,
            lambda offer: offer.confirm_online(disclosure_sha256, subject, now),
        )


@dataclass(frozen=True)
class RecordDisclosureSignature:
    """Keep that the borrower signed the table by hand, as the relationship manager saw."""

    applications: Applications
    clock: Clock

    def __call__(
        self,
        application: LoanApplication,
        disclosure_sha256: str,
        signature_sha256: str,
        subject: str,
    ) -> LoanApplication:
        now = self.clock.now()
        return _changed(
            self.applications,
            application,
            lambda offer: offer.confirm_on_site(disclosure_sha256, signature_sha256, subject, now),
        )


def _changed(
    applications: Applications, application: LoanApplication, change: Callable[[Offer], Offer]
) -> LoanApplication:
    application.ensure_wanted()
    offer = application.offer
    if offer is None or application.outcome is not None:
        raise OfferNotOpen(f"{application.application_id} has no offer waiting for an answer")
    changed = change(offer)
    if changed == offer:
        return application
    kept = application.with_offer(changed)
    applications.save(kept)
    return kept
