"""The registry of live consents (授权登记): strongly read before anything leaves the bank.

PIPL art. 13, 23, 29 and 征信业务管理办法 art. 12: no query about a subject without a consent that
covers subject, product, purpose and provider on the day of the query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from extdata.domain.errors import ConsentMissing
from puhui.tenancy import BankId

SCOPE_OF_PRODUCT: Mapping[str, str] = {
    "bureau/1": "credit_bureau",
    "multi_lender/1": "credit_bureau",
    "tax/1": "tax_invoice",
    "invoice/1": "tax_invoice",
    "registration/1": "data_processing",
    "judicial/1": "data_processing",
    "relationship/1": "data_processing",
    "agriculture/1": "data_processing",
    "utility/1": "third_party_sharing",
    "bank_flow/1": "sensitive_data",
    "social_security/1": "sensitive_data",
    "device/1": "sensitive_data",
}
"""Which consent scope, as intake records it, allows asking for a product."""

PURPOSES: Mapping[str, str] = {
    "loan_application": "贷款审批",
    "post_loan": "贷后管理",
    "guarantee_review": "担保资格审查",
    "identity_check": "身份核验",
}
"""Every purpose there is, with its Chinese name; free text is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveConsent:
    """A consent as this gateway knows it; withdrawn it stays, dead."""

    bank_id: BankId
    consent_id: str
    subject_keys: frozenset[str]
    """Blind fingerprints of the subjects it is about: the firm, and the person who signed."""
    scope: str
    purposes: frozenset[str]
    providers: frozenset[str] = frozenset()
    """Providers that may be asked; empty allows any."""
    granted_on: date
    expires_on: date
    evidence_sha256: str
    withdrawn_at: datetime | None = None
    version: int = 0

    def withdraw(self, at: datetime) -> LiveConsent:
        """End it now; ending it twice keeps the first moment."""
        return self if self.withdrawn_at else replace(self, withdrawn_at=at)

    def check(self, *, subject_key: str, product: str, purpose: str, today: date) -> None:
        """Refuse a query that this consent does not cover; the rule says which part is missing."""
        if self.withdrawn_at is not None:
            raise _refused("consent.withdrawn", "the consent was withdrawn")
        if not self.granted_on <= today <= self.expires_on:
            raise _refused("consent.expired", "the consent is not valid today")
        if subject_key not in self.subject_keys:
            raise _refused("consent.subject", "the consent is not about this subject")
        if SCOPE_OF_PRODUCT.get(product) != self.scope:
            raise _refused("consent.product", "the consent does not cover this product")
        if purpose not in self.purposes:
            raise _refused("consent.purpose", "the consent does not cover this purpose")

    def allows_provider(self, provider_id: str) -> bool:
        """A consent may name the providers that may be asked."""
        return not self.providers or provider_id in self.providers


def _refused(rule: str, message: str) -> ConsentMissing:
    return ConsentMissing(message, field="consent_id", rule=rule)
