"""What a contract says: terms that add up, texts only, nothing unprintable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.domain.errors import GlyphMissing, TermsInconsistent
from signing.domain.loan_document import loan_document, marks_document, texts_of
from signing.domain.penalties import penalty_rule
from signing.domain.printability import ensure_printable
from tests.support.signing import a_party, some_facts, some_terms


def _line(index: int, **changes: Any) -> Callable[[dict[str, Any]], None]:
    def change(terms: dict[str, Any]) -> None:
        terms["instalments"][index].update(changes)

    return change


def _set(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda terms: terms.update(changes)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (_set(instalments=[]), "terms.plan"),
        (_set(principal_fen=30_000_001), "terms.principal"),
        (_set(total_interest_fen=1), "terms.interest"),
        (_set(maturity_date="2027-08-04"), "terms.maturity"),
        (_set(disbursement_date="2026-08-02"), "terms.start"),
        (_line(0, n=2), "terms.numbers"),
        (_line(3, total_fen=1), "terms.lines"),
        (_line(3, from_date="2026-11-01"), "terms.dates"),
        (_line(3, due_date="2026-11-03"), "terms.dates"),
    ],
)
def test_terms_that_do_not_add_up_are_never_printed(
    change: Callable[[dict[str, Any]], None], rule: str
) -> None:
    terms = some_terms().model_dump(mode="json")
    change(terms)

    with pytest.raises(TermsInconsistent) as refused:
        loan_document(some_facts(terms=type(some_terms()).model_validate(terms)))

    assert refused.value.rule == rule


@given(st.integers(min_value=100_00, max_value=10**11), st.integers(min_value=1, max_value=60))
def test_any_consistent_terms_make_a_document_of_texts(principal: int, months: int) -> None:
    document = loan_document(some_facts(terms=some_terms(principal, months)))

    assert len(document["plan"]["lines"]) == months
    assert all(isinstance(text, str) for _, text in texts_of(document))


def test_the_cost_disclosure_names_the_all_in_cost_and_every_charge() -> None:
    cost = loan_document(some_facts())["cost"]

    assert cost["apr"] == "12.6825%"
    assert [row[0] for row in cost["items"]] == [
        "贷款利息",
        "担保费、保险费",
        "服务费、手续费等其他费用",
    ]
    assert [row[0] for row in cost["contingent"]] == ["逾期罚息", "挪用罚息", "提前还款违约金"]


def test_default_interest_is_the_contract_rate_with_its_surcharge() -> None:
    loan = loan_document(some_facts())["loan"]

    assert (loan["overdue_surcharge"], loan["overdue_rate"]) == ("50%", "18.00%")
    assert (loan["misuse_surcharge"], loan["misuse_rate"]) == ("100%", "24.00%")


def test_default_interest_lies_within_what_the_central_bank_allows() -> None:
    rule = penalty_rule(date(2026, 8, 3))

    assert Decimal("0.3") <= rule.overdue_surcharge <= Decimal("0.5")
    assert Decimal("0.5") <= rule.misuse_surcharge <= Decimal("1.0")
    with pytest.raises(TermsInconsistent):
        penalty_rule(date(2004, 1, 1) - timedelta(days=1))


def test_a_person_borrows_under_another_title_without_a_uscc() -> None:
    person = a_party(kind="person", name="测试人", uscc=None)
    document = loan_document(some_facts(party=person))

    assert document["title"] == "个人经营性借款合同"
    assert "统一社会信用代码" not in [row[0] for row in document["borrower"]["rows"]]


def test_a_missing_glyph_is_named_with_its_place_and_code_point() -> None:
    document = loan_document(some_facts(party=a_party(legal_person_name="王𰻝")))

    with pytest.raises(GlyphMissing, match=r"U\+30EDD") as refused:
        ensure_printable(document, lambda char: char != "𰻝")

    assert refused.value.field == "borrower.signatory"
    assert "王" not in refused.value.message


@pytest.mark.parametrize(
    "char", ["\u202e", "\u200b", "\x00", "\n", "\ue000", "\ufeff", "\U000e0041"]
)
def test_characters_that_hide_or_reorder_text_are_refused(char: str) -> None:
    marks = marks_document(some_facts(party=a_party(name=f"合成{char}公司")))

    with pytest.raises(GlyphMissing):
        ensure_printable(marks, lambda _: True)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_every_text_of_a_document_is_looked_at(document: Any) -> None:
    with pytest.raises(GlyphMissing):
        ensure_printable({"root": document, "last": "缺"}, lambda char: char != "缺")
