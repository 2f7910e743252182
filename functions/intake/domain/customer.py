"""The customer: who may borrow, with the personal data that never leaves intake unsealed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from intake.domain.errors import CustomerNotValid
from puhui.china import industries, regions, resident_id, uscc
from puhui.contracts.party import CustomerKind, Party
from puhui.identity import Protected
from puhui.tenancy import BankId

MIN_AGE_YEARS = 18
"""Full civil capacity, 民法典 art. 18; rules.md §3.1."""

_MOBILE = re.compile(r"1[3-9][0-9]{9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """What identifies people (JR/T 0171 C2): encrypted at rest, masked on display, never logged.

    Every field is left out of `repr`, so that a traceback cannot print one.
    """

    name: str = field(repr=False)
    uscc: str | None = field(repr=False)
    legal_person_name: str = field(repr=False)
    legal_person_id: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    payout_account: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A firm, a sole proprietor or a person known to one bank."""

    customer_id: str
    bank_id: BankId
    branch_id: str
    kind: CustomerKind
    personal: PersonalData
    region_code: str
    industry_section: str
    established_on: date | None
    created_by: str
    created_at: datetime
    version: int = 0

    @property
    def identity(self) -> tuple[str, str]:
        """What makes a customer unique in a bank: (field, value).

        A firm and a sole proprietor are their credit code: one person may own several. A person
        is the resident id.
        """
        if self.kind == "person":
            return ("legal_person_id", self.personal.legal_person_id)
        return ("uscc", self.personal.uscc or "")

    def protected(self) -> Protected:
        """Whose this is: the customer's own, the branch's, the bank's."""
        return Protected(bank_id=self.bank_id, branch=self.branch_id, owner_id=self.customer_id)

    def party(self) -> Party:
        """The customer as the party to a contract; leaves intake only sealed."""
        return Party(
            kind=self.kind,
            name=self.personal.name,
            uscc=self.personal.uscc,
            legal_person_name=self.personal.legal_person_name,
            legal_person_id=self.personal.legal_person_id,
            phone=self.personal.phone,
            address=self.personal.address,
            region_code=self.region_code,
            payout_account=self.personal.payout_account,
        )

    def same_details_as(self, other: Customer) -> bool:
        """Two registrations of one customer that differ in nothing a person typed."""
        return (
            self.kind == other.kind
            and self.personal == other.personal
            and self.region_code == other.region_code
            and self.industry_section == other.industry_section
            and self.established_on == other.established_on
        )


def check_customer(customer: Customer, on: date) -> None:
    """A customer's data follow the public standards and make sense on the business date."""
    for rule in (
        credit_code_fits_the_kind,
        legal_person_is_an_adult,
        phone_is_a_mobile_number,
        region_is_known,
        industry_is_known,
        established_in_the_past,
    ):
        rule(customer, on)


def credit_code_fits_the_kind(customer: Customer, on: date) -> None:
    """A firm and a sole proprietor have a GB 32100 credit code; a person has none."""
    if customer.kind == "person":
        if customer.personal.uscc is not None:
            raise CustomerNotValid("a person has no credit code", field="uscc", rule="uscc.absent")
        return
    if customer.personal.uscc is None:
        raise CustomerNotValid("a credit code is needed", field="uscc", rule="uscc.required")
    uscc.validate(customer.personal.uscc, field="uscc")


def legal_person_is_an_adult(customer: Customer, on: date) -> None:
    """The legal person has a GB 11643 resident id and is 18 or older on the business date."""
    identity = resident_id.validate(
        customer.personal.legal_person_id, on=on, field="legal_person_id"
    )
    if identity.age_on(on) < MIN_AGE_YEARS:
        raise CustomerNotValid(
            "the legal person must be 18 or older",
            field="legal_person_id",
            rule="resident_id.adult",
        )


def phone_is_a_mobile_number(customer: Customer, on: date) -> None:
    """The phone is a mainland mobile number: 11 digits starting with 13 to 19."""
    if not _MOBILE.fullmatch(customer.personal.phone):
        raise CustomerNotValid(
            "the phone must be a mainland mobile number", field="phone", rule="phone.mobile"
        )


def region_is_known(customer: Customer, on: date) -> None:
    """The region is a GB/T 2260 code in force; people keep abolished ones, addresses do not."""
    if not regions.is_known(customer.region_code):
        raise CustomerNotValid(
            "the region code is unknown", field="region_code", rule="region.known"
        )


def industry_is_known(customer: Customer, on: date) -> None:
    """The industry is a section of GB/T 4754."""
    if not industries.is_known(customer.industry_section):
        raise CustomerNotValid(
            "the industry section is unknown", field="industry_section", rule="industry.known"
        )


def established_in_the_past(customer: Customer, on: date) -> None:
    """A firm cannot have been established after the business date."""
    if customer.established_on is not None and customer.established_on > on:
        raise CustomerNotValid(
            "the establishment lies in the future",
            field="established_on",
            rule="established_on.past",
        )
