"""The rules of decisions, authority, organisation and products."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.domain.authority import AuthorityMatrix, AuthorityRule
from operations.domain.catalogue import check_payees, next_version, on_sale, still_relevant
from operations.domain.decision import check_four_eyes, check_terms
from operations.domain.errors import (
    AuthorityExceeded,
    DecisionNotValid,
    MakerIsChecker,
    OrganisationNotValid,
    ProductNotFound,
    ProductNotValid,
    StaffNotRegistered,
)
from operations.domain.organisation import Branch
from puhui.contracts.disclosure import LoanFee
from puhui.contracts.settlement import SettlementParameters
from puhui.errors import Unprocessable
from puhui.money import Money
from tests.support.operations import a_bank, a_matrix, a_member, a_product, an_approval


def test_the_account_that_made_an_application_does_not_decide_it() -> None:
    with pytest.raises(MakerIsChecker):
        check_four_eyes("checker-1", None, a_member("checker-1"))


def test_the_person_that_made_it_does_not_decide_it_under_a_second_account() -> None:
    maker = a_member("maker-1", employee_no="0815")

    with pytest.raises(MakerIsChecker):
        check_four_eyes("maker-1", maker, a_member("checker-1", employee_no="0815"))


def test_another_person_decides() -> None:
    check_four_eyes("maker-1", a_member("maker-1"), a_member("checker-1"))


def test_a_member_who_left_has_no_roles() -> None:
    with pytest.raises(StaffNotRegistered):
        a_member(active=False).roles_among(frozenset({"approver"}))


def test_a_role_counts_only_when_register_and_token_name_it() -> None:
    member = a_member(roles=frozenset({"approver", "operator"}))

    assert member.roles_among(frozenset({"approver", "admin"})) == {"approver"}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"limit": Money(0)}, "decision.limit"),
        ({"limit": Money.of_yuan(1_000_001)}, "decision.product_amount"),
        ({"limit": Money.of_yuan(99_999)}, "decision.product_amount"),
        ({"annual_rate_bps": 399}, "decision.product_rate"),
        ({"annual_rate_bps": 1501}, "decision.product_rate"),
    ],
)
def test_an_approval_outside_its_bounds_is_refused(changes: dict[str, object], rule: str) -> None:
    with pytest.raises(DecisionNotValid) as refused:
        check_terms(an_approval(**changes), [a_product()])

    assert refused.value.rule == rule


def test_a_rejection_needs_no_terms() -> None:
    check_terms(an_approval(outcome="rejected", limit=Money(0), annual_rate_bps=0), [])


def test_without_any_product_on_sale_nothing_is_approved() -> None:
    with pytest.raises(DecisionNotValid):
        check_terms(an_approval(), [])


@given(
    limit=st.integers(min_value=1, max_value=200_000_000),
    rate=st.integers(min_value=0, max_value=3_000),
)
def test_what_passes_is_inside_every_bound(limit: int, rate: int) -> None:
    decision = an_approval(limit=Money(limit), annual_rate_bps=rate)
    inside = 10_000_000 <= limit <= 100_000_000 and 400 <= rate <= 1500

    try:
        check_terms(decision, [a_product()])
        passed = True
    except DecisionNotValid:
        passed = False

    assert passed == inside


def test_an_amount_above_every_role_of_the_person_is_refused() -> None:
    with pytest.raises(AuthorityExceeded):
        a_matrix().check_may_approve({"approver"}, "approval", Money.of_yuan(500_001))


def test_the_widest_role_of_a_person_counts() -> None:
    roles = {"approver", "risk_manager"}

    a_matrix().check_may_approve(roles, "approval", Money.of_yuan(900_000))


def test_what_no_cell_allows_is_not_allowed() -> None:
    with pytest.raises(AuthorityExceeded):
        a_matrix().check_may_work_on({"operator"}, "approval")


def test_a_matrix_with_two_amounts_in_one_cell_is_refused() -> None:
    rule = AuthorityRule(role="approver", kind="approval", max_amount=Money(1))

    with pytest.raises(OrganisationNotValid):
        AuthorityMatrix(bank_id="north", rules=(rule, replace(rule, max_amount=Money(2))))


def test_two_branches_with_one_id_are_refused() -> None:
    branch = Branch(branch_id="tunxi", name="屯溪", region_code="341000")

    with pytest.raises(OrganisationNotValid):
        a_bank(branches=(branch, branch))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"min_amount_fen": 100_000_001}, "max_amount_fen"),
        ({"min_rate_bps": 1501}, "max_rate_bps"),
        ({"effective_to": date(2015, 12, 31)}, "effective_to"),
        ({"term_months": ()}, "term_months"),
        ({"term_months": (12, 12)}, "term_months"),
        ({"repayment_methods": ("BALLOON",)}, "repayment_methods"),
        ({"required_facts": ("horoscope/1",)}, "required_facts"),
    ],
)
def test_a_product_that_contradicts_itself_is_refused(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(ProductNotValid) as refused:
        next_version([], a_product(**changes))

    assert refused.value.field == field


def test_an_unchanged_product_stays_its_version() -> None:
    assert next_version([a_product()], a_product(version=7)) == a_product()


def test_a_changed_product_becomes_the_next_version() -> None:
    assert next_version([a_product()], a_product(max_rate_bps=1400)).version == 2


def test_a_version_does_not_start_before_the_one_before_it() -> None:
    with pytest.raises(ProductNotValid):
        next_version([a_product()], a_product(effective_from=date(2015, 1, 1)))


VERSIONS = (
    a_product(),
    a_product(version=2, effective_from=date(2020, 1, 1), max_rate_bps=1200),
    a_product(version=3, effective_from=date(2027, 1, 1), effective_to=date(2027, 12, 31)),
)


@pytest.mark.parametrize(
    ("day", "version"),
    [(date(2016, 1, 1), 1), (date(2019, 12, 31), 1), (date(2020, 1, 1), 2), (date(2027, 5, 1), 3)],
)
def test_the_version_on_sale_is_the_newest_that_started(day: date, version: int) -> None:
    assert on_sale(VERSIONS, day).version == version


@pytest.mark.parametrize("day", [date(2015, 12, 31), date(2028, 1, 1)])
def test_outside_its_dates_a_product_is_not_found(day: date) -> None:
    with pytest.raises(ProductNotFound):
        on_sale(VERSIONS, day)


def test_others_keep_knowing_the_current_and_the_coming_version() -> None:
    assert [p.version for p in still_relevant(VERSIONS, date(2026, 8, 3))] == [2, 3]


def test_an_ended_product_is_no_news() -> None:
    assert still_relevant(VERSIONS, date(2028, 8, 3)) == ()


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        (
            {"settlement": SettlementParameters(penalty_type="FIXED")},
            "settlement.penalty_rate_bps",
            "settlement.required",
        ),
        (
            {"settlement": SettlementParameters(penalty_uplift_pct=51)},
            "settlement.penalty_uplift_pct",
            "settlement.overdue_bounds",
        ),
        (
            {"settlement": SettlementParameters(principal_share_bps=500)},
            "settlement.principal_share_bps",
            "settlement.not_used",
        ),
        (
            {"fees": (LoanFee(name="担保费", payee="合成担保"),)},
            "fees.0.amount_fen",
            "fee.one_amount",
        ),
    ],
)
def test_settlement_and_fees_of_a_product_keep_their_rules(
    changes: dict[str, object], field: str, rule: str
) -> None:
    with pytest.raises(Unprocessable) as refused:
        next_version([], a_product(**changes))

    assert (refused.value.field, refused.value.rule) == (field, rule)


def test_changed_settlement_is_a_new_version() -> None:
    changed = a_product(settlement=SettlementParameters(grace_days=3))

    assert next_version([a_product()], changed).version == 2


def test_the_bank_itself_charges_interest_only() -> None:
    fee = LoanFee(name="手续费", payee="黄山示范村镇银行", amount_fen=100)

    with pytest.raises(ProductNotValid) as refused:
        check_payees(a_product(fees=(fee,)), "黄山示范村镇银行")
    check_payees(a_product(fees=(fee,)), "另一家银行")

    assert (refused.value.field, refused.value.rule) == ("fees.0.payee", "product.fee_payee")
