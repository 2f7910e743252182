"""A consent (授权): who allowed what, in which wording, until when, with which evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from intake.domain.errors import ConsentNotValid
from puhui.contracts.extdata import ConsentScope, QueryPurpose
from puhui.identity import Protected
from puhui.tenancy import BankId

SCOPE_NAMES: dict[str, str] = {
    "credit_bureau": "征信查询授权",
    "tax_invoice": "涉税及发票信息查询授权",
    "data_processing": "个人信息处理授权",
    "sensitive_data": "敏感个人信息处理单独同意",
    "third_party_sharing": "向第三方提供个人信息单独同意",
    "automated_decision": "自动化决策告知同意",
    "electronic_signature": "电子签名与数字证书使用授权",
}

PURPOSES: tuple[QueryPurpose, ...] = ("loan_application", "post_loan")
"""What the wordings that intake records allow: to decide on a loan, and to look after it."""

MAX_VALID_DAYS = 5 * 366
"""Longest a consent may run, in days: an open-ended one is not a consent to a purpose."""

MAX_CONSENTS_PER_CUSTOMER = 200
"""Consents one customer's file holds, so that the file is always read whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One consent of one customer; withdrawn it stays on file, dead."""

    consent_id: str
    bank_id: BankId
    branch_id: str
    customer_id: str
    scope: ConsentScope
    wording_version: str
    evidence_sha256: str
    granted_on: date
    expires_on: date
    created_by: str
    created_at: datetime
    withdrawn_on: date | None = None
    withdrawn_by: str | None = None
    version: int = 0

    def is_live(self, on: date) -> bool:
        """A consent is live from its day to its expiry day, both included, until withdrawn."""
        return self.withdrawn_on is None and self.granted_on <= on <= self.expires_on

    def status(self, on: date) -> Literal["live", "expired", "withdrawn"]:
        """How the consent stands on a business date."""
        if self.withdrawn_on is not None:
            return "withdrawn"
        return "live" if self.is_live(on) else "expired"

    def withdraw(self, on: date, by: str) -> Consent:
        """End the consent today; ending it twice keeps the first day."""
        if self.withdrawn_on is not None:
            return self
        return replace(self, withdrawn_on=on, withdrawn_by=by)

    def protected(self) -> Protected:
        """Whose this is: the customer's own, the branch's, the bank's."""
        return Protected(bank_id=self.bank_id, branch=self.branch_id, owner_id=self.customer_id)


STATUS_NAMES: dict[str, str] = {"live": "有效", "expired": "已过期", "withdrawn": "已撤回"}


def check_validity(consent: Consent) -> None:
    """A new consent expires on or after the day it is given, and within five years."""
    if consent.expires_on < consent.granted_on:
        raise ConsentNotValid(
            "the consent has already expired", field="expires_on", rule="consent.expired"
        )
    if (consent.expires_on - consent.granted_on).days > MAX_VALID_DAYS:
        raise ConsentNotValid(
            "a consent runs for five years at most", field="expires_on", rule="consent.too_long"
        )


def live_by_scope(consents: Iterable[Consent], on: date) -> dict[str, Consent]:
    """For each scope the live consent that lasts longest."""
    live: dict[str, Consent] = {}
    for consent in consents:
        known = live.get(consent.scope)
        if consent.is_live(on) and (known is None or known.expires_on < consent.expires_on):
            live[consent.scope] = consent
    return live
