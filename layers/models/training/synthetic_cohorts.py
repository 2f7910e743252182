"""Who the synthetic models learn from: four cohorts of the sandbox economy, with their outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import MappingProxyType
from typing import Any, Final

from sandbox.domain.economy import arrears, loans, outcomes, techs
from sandbox.domain.economy.documents import document, products_of
from sandbox.domain.economy.member import Member, member_at
from sandbox.domain.economy.trade import books_of

Labels = Mapping[str, bool]
Declared = Mapping[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observed:
    """One member on its day of observation: its documents, what its desk declares, its outcomes."""

    member: Member
    documents: Mapping[str, dict[str, Any]] = field(repr=False)
    absent: tuple[str, ...]
    """The products whose provider does not know the member."""
    declared: Declared
    labels: Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """A kind of members, how many, and which documents are fetched of each."""

    id: str
    name: str
    size: int
    products: tuple[str, ...]
    observe: Callable[[str, Cohort], Iterator[Observed]]


def applicants(seed: str, cohort: Cohort) -> Iterator[Observed]:
    """People who ask for a loan: owners, farmers and consumers in turn."""
    for number in range(cohort.size):
        index, place = divmod(number, 3)
        member = member_at(seed, "SFC"[place], index)
        labels = {
            "fraud": outcomes.fraud(member),
            "broker": outcomes.brokered(member),
            "bad_12m": outcomes.bad_in_a_year(member),
        }
        yield _observed(member, cohort, {}, labels)


def tech_firms(seed: str, cohort: Cohort) -> Iterator[Observed]:
    """Technology firms that ask for a loan."""
    for index in range(cohort.size):
        member = member_at(seed, "T", index)
        profile = techs.tech_profile(member, books_of(member))
        labels = {"bad_12m": outcomes.bad_in_a_year(member)}
        yield _observed(member, cohort, _fields("tech", profile), labels)


def borrowers(seed: str, cohort: Cohort) -> Iterator[Observed]:
    """Members with a loan that is less than 60 days past due."""
    for number in count():
        index, place = divmod(number, 5)
        member = member_at(seed, "ESFCT"[place], index, on_book=True)
        path = loans.path_until_observed(member)
        if loans.days_past_due(path, member.observed_on) >= loans.BAD_DAYS:
            continue
        labels = {
            "bad_60_6m": outcomes.sixty_days_in_half_a_year(member, path),
            "distress_6m": outcomes.distress(member, path),
        }
        yield _observed(member, cohort, {}, labels, path)


def late_borrowers(seed: str, cohort: Cohort) -> Iterator[Observed]:
    """Members whose loan is 1 to 90 days past due; not those of the other cohort."""
    for number in count():
        index, place = divmod(number, 5)
        member = member_at(f"{seed}-late", "ESFCT"[place], index, on_book=True)
        path = loans.path_until_observed(member)
        case = arrears.case_of(member, path)
        if case is None:
            continue
        labels = {"not_cured_30d": arrears.not_cured(member, case)}
        yield _observed(member, cohort, _fields("case", case), labels, path)


def _observed(
    member: Member,
    cohort: Cohort,
    declared: Declared,
    labels: Labels,
    path: loans.Path | None = None,
) -> Observed:
    books = books_of(member)
    exist = set(products_of(member.segment))
    if cohort.id == "applicants" and not member.thin:
        exist &= {*_ASKED_OF_ALL, *_ASKED_BESIDES[member.segment]}
    wanted = [one for one in cohort.products if one in exist]
    found = {one: document(member, books, one) for one in wanted}
    if path is not None and found.get("relationship/1") is not None:
        seen = loans.loan_relationship(member, books, path)
        found["relationship/1"] = {
            **(found["relationship/1"] or {}),
            **seen.tables,
            "snapshot": seen.snapshot,
            "row_count": seen.row_count,
        }
    return Observed(
        member=member,
        documents={name: one for name, one in found.items() if one is not None},
        absent=tuple(name for name, one in found.items() if one is None),
        declared=declared,
        labels=labels,
    )


def _fields(prefix: str, profile: Any) -> Declared:
    """The declared figures by their names; a flag is 1 or 0."""
    values = {name: getattr(profile, name) for name in profile.__dataclass_fields__}
    return {f"{prefix}.{k}": None if v is None else int(v) for k, v in values.items()}


_ASKED_OF_ALL: Final = ("device/1", "multi_lender/1", "bureau/1")
_ASKED_BESIDES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "S": ("bank_flow/1", "social_security/1", "relationship/1"),
        "F": ("relationship/1", "agriculture/1"),
        "C": (),
    }
)
"""Documents that no model of such an applicant reads are not made, for they cost most."""
_PEOPLE: Final = (
    "device/1", "multi_lender/1", "bureau/1", "bank_flow/1", "social_security/1",
    "relationship/1", "utility/1", "agriculture/1",
)  # fmt: skip
_ON_BOOK: Final = (
    "relationship/1", "bank_flow/1", "bureau/1", "multi_lender/1", "utility/1",
    "social_security/1", "judicial/1",
)  # fmt: skip

COHORTS: Final[Mapping[str, Cohort]] = MappingProxyType(
    {
        one.id: one
        for one in (
            Cohort(
                id="applicants",
                name="applicants: owners, farmers, consumers",
                size=12_000,
                products=_PEOPLE,
                observe=applicants,
            ),
            Cohort(
                id="tech_firms",
                name="technology firms that apply",
                size=5_000,
                products=("tax/1", "registration/1", "social_security/1"),
                observe=tech_firms,
            ),
            Cohort(
                id="borrowers",
                name="borrowers 6 to 18 months on the books, under 60 days past due",
                size=5_000,
                products=_ON_BOOK,
                observe=borrowers,
            ),
            Cohort(
                id="late_borrowers",
                name="borrowers 1 to 90 days past due",
                size=3_000,
                products=("relationship/1", "bank_flow/1", "bureau/1", "multi_lender/1"),
                observe=late_borrowers,
            ),
        )
    }
)
