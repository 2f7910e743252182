"""The questions of a demonstration: who asks for what about whom, right and wrong ones, by seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final, Literal

from extdata.domain.consent import SCOPE_OF_PRODUCT
from sandbox.domain.applicant import Applicant

PRODUCTS: Final = tuple(SCOPE_OF_PRODUCT)
QUERIES_PER_FIRM: Final = 40
"""How often a firm is asked about in a long demonstration: about as its year would be."""
MOST_FIRMS: Final = 250
CONSENT_DAYS: Final = 365
BRANCHES: Final = ("hefei", "huangshan", "fuyang")
FACTORY: Final = "factory"
RISK_MANAGER: Final = "role:risk_manager"
STRANGER: Final = "role:approver"
"""Nobody gave approvers a permission: denied by default."""

Kind = Literal[
    "plain",
    "consent_unknown",
    "consent_expired",
    "consent_of_another",
    "consent_withdrawn",
    "purpose_not_covered",
    "caller_not_permitted",
]
WRONG_PER_MILLE: Final[dict[Kind, int]] = {
    "consent_unknown": 15,
    "consent_expired": 15,
    "consent_of_another": 10,
    "consent_withdrawn": 20,
    "purpose_not_covered": 15,
    "caller_not_permitted": 15,
}
"""How many of a thousand questions must be refused, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, ready to be put to the gateway."""

    number: int
    kind: Kind
    firm: int
    product: str
    caller: str
    purpose: str
    consent_id: str
    request_id: str
    application_id: str
    branch_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """A consent of the population as it is registered before anybody asks."""

    consent_id: str
    firm: int
    scope: str
    granted_on: date
    expires_on: date
    withdrawn: bool = False


def firms_for(queries: int) -> int:
    """How many firms a number of queries is about."""
    return max(5, min(MOST_FIRMS, queries // QUERIES_PER_FIRM))


def consents_of(firms: Sequence[Applicant], today: date) -> Iterator[ConsentGiven]:
    """Each firm's live consents, one expired and one withdrawn, for every scope."""
    for firm in range(len(firms)):
        for scope in sorted(set(SCOPE_OF_PRODUCT.values())):
            for state in ("live", "expired", "withdrawn"):
                expired = state == "expired"
                yield ConsentGiven(
                    consent_id=consent_id(firm, scope, state),
                    firm=firm,
                    scope=scope,
                    granted_on=today - timedelta(days=2 * CONSENT_DAYS if expired else 1),
                    expires_on=today + timedelta(days=-1 if expired else CONSENT_DAYS),
                    withdrawn=state == "withdrawn",
                )


def consent_id(firm: int, scope: str, state: str) -> str:
    """The id under which a consent of the demonstration is registered."""
    return f"con-{firm:04d}-{scope}-{state}"


def questions(seed: str, count: int, firms: int) -> Iterator[Question]:
    """The questions in order; the first k of a longer run are the run of k."""
    rng = Random(f"{seed}|questions")  # noqa: S311  (simulation, not a secret)
    for number in range(count):
        yield _question(rng, number, firms)


def _question(rng: Random, number: int, firms: int) -> Question:
    kind = _kind(rng)
    firm = rng.randrange(firms)
    product = rng.choice(PRODUCTS)
    scope = SCOPE_OF_PRODUCT[product]
    consents: dict[str, str] = {
        "consent_unknown": f"con-{firm:04d}-nobody-gave",
        "consent_expired": consent_id(firm, scope, "expired"),
        "consent_withdrawn": consent_id(firm, scope, "withdrawn"),
        "consent_of_another": consent_id((firm + 1) % firms, scope, "live"),
    }
    caller = STRANGER if kind == "caller_not_permitted" else rng.choice((FACTORY, RISK_MANAGER))
    return Question(
        number=number,
        kind=kind,
        firm=firm,
        product=product,
        caller=caller,
        purpose="guarantee_review" if kind == "purpose_not_covered" else "loan_application",
        consent_id=consents.get(kind, consent_id(firm, scope, "live")),
        request_id=f"demo-{number:06d}",
        application_id=f"app-{firm:04d}",
        branch_id=BRANCHES[firm % len(BRANCHES)],
    )


def _kind(rng: Random) -> Kind:
    point = rng.randrange(1000)
    for kind, share in WRONG_PER_MILLE.items():
        if point < share:
            return kind
        point -= share
    return "plain"
