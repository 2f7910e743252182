"""A seeded population of firms: the same seed and day always give the same firms.

    for applicant in generate(seed="42", n=20, as_of=date(2026, 8, 3)):
        ...

The first k firms of a longer population are the population of k.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from puhui.contracts.party import CustomerKind, Party
from puhui.money import Money
from sandbox.domain.applicant import PARTY_FIELDS, Applicant
from sandbox.domain.invoices import draw_habits, invoice_document, yearly_sales_fen
from sandbox.domain.names import firm_name, purpose
from sandbox.domain.personas import DECK, Persona
from sandbox.domain.places import COUNTIES, prefecture_of, short_city
from sandbox.domain.synthetic_party import identity

METHODS = ("EQUAL_INSTALLMENT", "INTEREST_FIRST")
TERM_MONTHS = 12
SECTIONS = "FFFFFFFFCCCCCEEAAGGHIMOL"
"""GB/T 4754 sections in about the shares of small firms in a prefecture: trade first."""

LOAN_STEP = Money.of_yuan(10_000)
SMALLEST_LOAN = Money.of_yuan(100_000)
LARGEST_LOAN = Money.of_yuan(1_000_000)
SOLE_PROPRIETOR_PERCENT = 30


def generate(seed: str | int, n: int, as_of: date) -> Iterator[Applicant]:
    """Yield n firms as they stand on a day."""
    for index in range(n):
        yield applicant_at(seed, index, as_of)


def applicant_at(seed: str | int, index: int, as_of: date) -> Applicant:
    """The firm that stands at an index, from 0, without making those before it."""
    return _applicant(str(seed), index, as_of)


def loan_amount(yearly_sales_fen: int, share_percent: int) -> Money:
    """What a firm asks for: a share of its yearly sales in whole 万, from 10万 to 100万."""
    step = LOAN_STEP.minor
    wanted = Money(yearly_sales_fen * share_percent // 100 // step * step)
    return min(max(wanted, SMALLEST_LOAN), LARGEST_LOAN)


def _applicant(seed: str, index: int, as_of: date) -> Applicant:
    rng = Random(f"{seed}|{index}")  # noqa: S311  (simulation, not a secret)
    persona = _persona(seed, index)
    county = rng.choice(tuple(COUNTIES))
    section = rng.choice(SECTIONS)
    sole = rng.randrange(100) < SOLE_PROPRIETOR_PERCENT
    kind: CustomerKind = "sole_proprietor" if sole else "firm"
    months = rng.randint(*persona.history_months)
    habits = draw_habits(rng, persona, small_taxpayer=sole)
    document = invoice_document(rng, habits, months=months, as_of=as_of)
    amount = loan_amount(yearly_sales_fen(document, as_of), rng.randint(12, 30))
    return Applicant(
        applicant_id=f"sim-{index + 1:05d}",
        persona=persona.code,
        persona_name=persona.name,
        party=_party(rng, seed, index, county, kind, section, as_of),
        synthetic_fields=PARTY_FIELDS,
        industry_section=section,
        region_code=prefecture_of(county),
        established_on=_established(rng, persona, months, as_of),
        amount=amount,
        term_months=TERM_MONTHS,
        repayment_method=rng.choice(METHODS),
        purpose=purpose(rng, section),
        invoices=document,
    )


def _persona(seed: str, index: int) -> Persona:
    """Deal from shuffled decks, so that every twenty firms hold every persona."""
    deck, card = divmod(index, len(DECK))
    cards = list(DECK)
    Random(f"{seed}|deck|{deck}").shuffle(cards)  # noqa: S311  (simulation, not a secret)
    return cards[card]


def _party(
    rng: Random, seed: str, index: int, county: str, kind: CustomerKind, section: str, as_of: date
) -> Party:
    who = identity(rng, seed=seed, index=index, county=county, kind=kind, as_of=as_of)
    return Party(
        kind=kind,
        name=firm_name(rng, short_city(county), section, kind),
        uscc=who.uscc,
        legal_person_name=who.legal_person_name,
        legal_person_id=who.legal_person_id,
        phone=who.phone,
        address=who.address,
        region_code=prefecture_of(county),
        payout_account=who.payout_account,
    )


def _established(rng: Random, persona: Persona, months: int, as_of: date) -> date:
    """A firm with a thin history is young; any other existed some years before its data."""
    index = as_of.year * 12 + as_of.month - 1 - months
    before_data = date(index // 12, index % 12 + 1, 1) - timedelta(days=1)
    started = as_of - timedelta(days=months * 31)
    extra_days = rng.randrange(20, 90) if persona.code == "thin" else rng.randrange(200, 4_000)
    return min(started - timedelta(days=extra_days), before_data)
