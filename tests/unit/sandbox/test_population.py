"""The simulated population: the same for the same seed, whole, valid, and plainly simulated."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import islice

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from puhui.china import resident_id, uscc
from puhui.contracts.facts import InvoiceDocument
from puhui.money import Money
from sandbox.domain.applicant import Applicant
from sandbox.domain.names import RARE_GIVEN, SIMULATED
from sandbox.domain.personas import DECK, PERSONAS
from sandbox.domain.population import generate
from sandbox.domain.synthetic_party import ORGANISATION_MARK

AS_OF = date(2026, 11, 2)
SEEDS = st.text(alphabet="abc0123456789", min_size=1, max_size=6)
DAYS = st.dates(min_value=date(2019, 8, 20), max_value=date(2030, 12, 31))


@pytest.fixture(scope="module")
def deck() -> list[Applicant]:
    return list(generate("42", len(DECK), AS_OF))


def one(deck: list[Applicant], persona: str) -> Applicant:
    return next(applicant for applicant in deck if applicant.persona == persona)


def rows(applicant: Applicant, direction: str = "out") -> list[dict[str, object]]:
    return [row for row in applicant.invoices["rows"] if row["direction"] == direction]


def share(applicant: Applicant, **values: object) -> float:
    mine = rows(applicant)
    return sum(all(row[k] == v for k, v in values.items()) for row in mine) / len(mine)


def test_the_same_seed_gives_the_same_firms(deck: list[Applicant]) -> None:
    assert list(generate("42", len(DECK), AS_OF)) == deck


def test_another_seed_gives_other_firms(deck: list[Applicant]) -> None:
    codes = {applicant.party.uscc for applicant in deck}

    assert codes.isdisjoint(a.party.uscc for a in generate("43", len(DECK), AS_OF))


def test_a_shorter_population_is_the_start_of_a_longer_one(deck: list[Applicant]) -> None:
    assert list(generate("42", 3, AS_OF)) == deck[:3]


def test_twenty_firms_hold_every_persona_in_its_share(deck: list[Applicant]) -> None:
    assert Counter(a.persona for a in deck) == {p.code: p.deck_share for p in PERSONAS}


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, as_of=DAYS)
@example(seed="b1b", as_of=date(2019, 8, 28))  # a thin firm, asked late in a month
def test_every_firm_is_whole_and_valid(seed: str, as_of: date) -> None:
    for applicant in generate(seed, 2, as_of):
        document = InvoiceDocument.model_validate_json(applicant.invoice_bytes())
        party = applicant.party

        code = uscc.validate(party.uscc or "")
        person = resident_id.validate(party.legal_person_id, on=as_of)

        assert code.kind == party.kind
        assert 18 <= person.age_on(as_of) <= 65
        assert document.period_to < as_of
        assert all(document.period_from <= r.issued_on <= document.period_to for r in document.rows)
        assert all(r.amount_fen + r.tax_fen == r.total_fen for r in document.rows)
        assert applicant.established_on < document.period_from
        assert Money.of_yuan(100_000) <= applicant.amount <= Money.of_yuan(1_000_000)
        assert applicant.region_code == party.region_code


def test_no_two_firms_share_a_code_a_phone_or_an_account() -> None:
    parties = [applicant.party for applicant in generate("42", 200, AS_OF)]

    counts = [len({getattr(p, f) for p in parties}) for f in ("uscc", "phone", "payout_account")]

    assert counts == [200, 200, 200]


def test_every_identity_is_marked_as_simulated(deck: list[Applicant]) -> None:
    for applicant in deck:
        assert applicant.fully_synthetic
        assert applicant.party.name.endswith(SIMULATED)
        assert (applicant.party.uscc or "")[8:12] == ORGANISATION_MARK


def test_a_few_people_have_rare_characters_in_their_names() -> None:
    names = [a.party.legal_person_name for a in islice(generate("42", 300, AS_OF), 300)]

    rare = sum(bool(set(name) & set(RARE_GIVEN)) for name in names)

    assert 5 <= rare <= 45


def test_an_applicant_does_not_print_the_party(deck: list[Applicant]) -> None:
    assert deck[0].party.legal_person_id not in repr(deck[0])


def test_a_void_heavy_firm_voids_many_invoices(deck: list[Applicant]) -> None:
    assert share(one(deck, "void_heavy"), status="void") > 0.15


def test_a_healthy_firm_voids_few(deck: list[Applicant]) -> None:
    assert share(one(deck, "healthy"), status="void") < 0.08


def test_a_red_invoice_heavy_firm_takes_much_back(deck: list[Applicant]) -> None:
    mine = rows(one(deck, "red_invoice_heavy"))

    assert sum(int(str(row["amount_fen"])) < 0 for row in mine) / len(mine) > 0.08


def test_a_firm_with_few_customers_depends_on_one(deck: list[Applicant]) -> None:
    counts = Counter(row["counterparty"] for row in rows(one(deck, "few_customers")))

    assert counts.most_common(1)[0][1] / counts.total() > 0.6


def test_a_circular_firm_buys_where_it_sells(deck: list[Applicant]) -> None:
    firm = one(deck, "circular")
    sold, bought = ({row["counterparty"] for row in rows(firm, d)} for d in ("out", "in"))

    assert len(sold & bought) >= 3


def test_an_honest_firm_does_not(deck: list[Applicant]) -> None:
    firm = one(deck, "healthy")
    sold, bought = ({row["counterparty"] for row in rows(firm, d)} for d in ("out", "in"))

    assert not sold & bought


def test_an_interrupted_firm_stopped_invoicing(deck: list[Applicant]) -> None:
    last = max(str(row["issued_on"]) for row in one(deck, "interrupted").invoices["rows"])

    assert last < "2026-08-01"


def test_a_thin_firm_has_little_to_show(deck: list[Applicant]) -> None:
    assert one(deck, "thin").invoices["row_count"] < 60


def test_a_shrinking_firm_sells_less_each_year(deck: list[Applicant]) -> None:
    firm = one(deck, "shrinking")

    def sales(first: str, last: str) -> int:
        return sum(
            int(str(row["total_fen"]))
            for row in rows(firm)
            if first <= str(row["issued_on"]) < last and row["status"] == "valid"
        )

    assert sales("2025-11-01", "2026-11-01") < sales("2024-11-01", "2025-11-01") * 0.85


def test_the_document_is_small_json_without_spaces(deck: list[Applicant]) -> None:
    assert not re.search(rb'": ', deck[0].invoice_bytes())
