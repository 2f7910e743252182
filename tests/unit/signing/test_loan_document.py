"""What a contract says: terms that add up, texts only, nothing unprintable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.contracts.servicing import REPAYMENT_METHOD_NAMES
from signing.domain.errors import GlyphMissing, TermsInconsistent
from signing.domain.loan_document import METHOD_TEXTS, loan_document, marks_document, texts_of
from signing.domain.printability import ensure_printable
from tests.support.signing import a_disclosure, a_party, some_facts, some_terms


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
        "担保、保险、服务等其他费用",
    ]
    assert [row[0] for row in cost["contingent"]] == [
        "逾期罚息",
        "挪用罚息",
        "复利",
        "提前还款违约金",
    ]


def test_the_contract_repeats_the_confirmed_table_with_its_hash() -> None:
    facts = some_facts()

    cost = loan_document(facts)["cost"]

    assert cost["sha256"] == facts.disclosure.sha256
    assert cost["confirmed"] == "乙方已于2026年8月3日在线阅读并确认本表。"


def test_a_fee_of_a_guarantor_is_in_the_contract() -> None:
    table = a_disclosure()
    fee = table.items[0].model_copy(
        update={"kind": "guarantee", "name": "担保费", "amount_fen": 300_000, "collector": "担保"}
    )

    facts = some_facts(disclosure=table.model_copy(update={"items": (*table.items, fee)}))

    assert [row[0] for row in loan_document(facts)["cost"]["items"]] == ["贷款利息", "担保费"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"lender": "另一家银行"}, "disclosure.lender"),
        ({"principal_fen": 30_000_001}, "disclosure.principal"),
        ({"annual_rate_bps": 1_201}, "disclosure.rate"),
        ({"term_months": 13}, "disclosure.term"),
        ({"method": "INTEREST_FIRST"}, "disclosure.method"),
        ({"disbursement_date": date(2026, 8, 2)}, "disclosure.start"),
        ({"maturity_date": date(2027, 8, 4)}, "disclosure.maturity"),
        ({"apr_pct": Decimal("12.6824")}, "disclosure.apr"),
    ],
)
def test_another_loan_than_disclosed_is_never_printed(change: dict[str, Any], rule: str) -> None:
    facts = some_facts(disclosure=a_disclosure().model_copy(update=change))

    with pytest.raises(TermsInconsistent) as refused:
        loan_document(facts)

    assert refused.value.rule == rule


def test_default_interest_is_what_was_disclosed() -> None:
    loan = loan_document(some_facts())["loan"]

    assert loan["overdue"] == (
        "乙方未按期归还的本金，自逾期之日起，按合同利率加收50%，即年利率18.00%的标准计收罚息，"
        "直至清偿之日。"
    )
    assert "年利率24.00%" in loan["misuse"]
    assert loan["compound"].endswith("的标准计收复利。")


def test_what_is_not_charged_is_not_contracted() -> None:
    table = a_disclosure()
    free = tuple(
        cost.model_copy(update={"annual_pct": None, "standard": "不收取"})
        for cost in table.contingent
    )

    loan = loan_document(some_facts(disclosure=table.model_copy(update={"contingent": free})))[
        "loan"
    ]

    assert loan["overdue"] == "乙方未按期归还本金的，甲方不计收罚息。"
    assert loan["compound"] == "乙方未按期支付利息的，甲方不计收复利。"


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


def test_every_repayment_method_is_put_into_words() -> None:
    assert set(METHOD_TEXTS) == set(REPAYMENT_METHOD_NAMES)


def test_what_a_product_adds_to_the_method_is_what_the_contract_says_of_it() -> None:
    name = "等额本息（按季还款，按120个月摊还，到期归还剩余本金）"

    added = loan_document(some_facts(disclosure=a_disclosure(method_name=name)))["loan"]
    plain = loan_document(some_facts())["loan"]

    assert (added["method"], added["method_name"]) == (name, name)
    assert (plain["method"], plain["method_name"]) == ("等额本息，按月还款", "等额本息")
