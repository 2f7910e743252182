"""Who may do what to which object: every role against every distance (threats T2, T4, T24)."""

from __future__ import annotations

import sys
import types
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.errors import Forbidden, NotFound
from puhui.identity import ROLE_NAMES, ROLES, Principal, Protected, allow, authorise, register
from puhui.identity.policy import BRANCH_ROLES, require_role
from puhui.tenancy import BankId
from tests.support.api import a_customer, a_principal

register(
    {
        "policytest.read_loan": allow(
            "customer", "relationship_manager", "collector", "approver", "auditor", own=True
        ),
        "policytest.read_product": allow("customer", "auditor"),
        "policytest.decide_task": allow("approver", assigned=True),
    }
)
READ = "policytest.read_loan"
LOAN = Protected(bank_id="north", branch="n01", owner_id="cus-1", assigned_to="user-1")


def outcome(principal: Principal, action: str, protected: Protected) -> str:
    try:
        authorise(principal, action, protected)
    except (Forbidden, NotFound) as error:
        return type(error).__name__
    return "allowed"


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (a_customer("cus-1"), "allowed"),
        (a_customer("cus-2"), "NotFound"),
        (a_customer("cus-1", bank="south"), "NotFound"),
        (a_principal("relationship_manager", branch="n01"), "allowed"),
        (a_principal("relationship_manager", branch="n02"), "NotFound"),
        (a_principal("relationship_manager"), "NotFound"),
        (a_principal("collector", branch="n02"), "NotFound"),
        (a_principal("approver", branch="n01"), "allowed"),
        (a_principal("approver", branch="n02"), "NotFound"),
        (a_principal("approver"), "allowed"),
        (a_principal("auditor"), "allowed"),
        (a_principal("auditor", bank="south"), "NotFound"),
        (a_principal("admin"), "Forbidden"),
        (a_principal("finance", bank="south"), "Forbidden"),
        (a_principal("relationship_manager", "auditor", branch="n02"), "NotFound"),
    ],
)
def test_the_distance_decides(principal: Principal, expected: str) -> None:
    assert outcome(principal, READ, LOAN) == expected


@given(
    st.sampled_from(sorted(ROLES - {"customer"})),
    st.sampled_from(["north", "south"]),
    st.sampled_from(["n01", "n02", None]),
)
def test_nobody_reaches_another_bank_whatever_the_role(
    role: str, bank: str, branch: str | None
) -> None:
    principal = a_principal(role, bank=bank, branch=branch)

    if bank != LOAN.bank_id:
        assert outcome(principal, READ, LOAN) != "allowed"


@given(st.sampled_from(sorted(ROLES)))
def test_an_unknown_action_is_denied_to_every_role(role: str) -> None:
    principal = Principal(
        subject="s", bank_id=BankId("north"), roles=frozenset({role}), customer_id="cus-1"
    )

    assert outcome(principal, "policytest.never_declared", LOAN) == "Forbidden"
    assert outcome(principal, "nosuchmodule.read", LOAN) == "Forbidden"


@pytest.mark.parametrize("role", sorted(BRANCH_ROLES))
def test_a_branch_role_without_a_branch_reaches_no_branch(role: str) -> None:
    assert outcome(a_principal(role), READ, LOAN) == "NotFound"


def test_what_belongs_to_no_branch_is_open_to_the_whole_bank() -> None:
    nowhere = replace(LOAN, branch=None)

    assert outcome(a_principal("relationship_manager", branch="n02"), READ, nowhere) == "allowed"


def test_own_hides_from_customers_what_has_no_owner() -> None:
    ownerless = replace(LOAN, owner_id=None)

    assert outcome(a_customer(), READ, ownerless) == "NotFound"


def test_without_own_customers_see_what_is_nobodys_but_not_what_is_anothers() -> None:
    product, other = replace(LOAN, owner_id=None), replace(LOAN, owner_id="cus-2")

    assert outcome(a_customer(), "policytest.read_product", product) == "allowed"
    assert outcome(a_customer(), "policytest.read_product", other) == "NotFound"


def test_assigned_means_to_this_person() -> None:
    mine, other = LOAN, replace(LOAN, assigned_to="user-2")

    assert outcome(a_principal("approver"), "policytest.decide_task", mine) == "allowed"
    assert outcome(a_principal("approver"), "policytest.decide_task", other) == "NotFound"


def test_a_role_that_may_never_do_it_is_told_before_the_object_is_read() -> None:
    with pytest.raises(Forbidden):
        require_role(a_principal("finance"), READ)


def test_a_second_role_helps_only_where_that_role_may() -> None:
    both = a_principal("finance", "auditor")

    assert outcome(both, READ, LOAN) == "allowed"


def test_a_policy_is_found_in_its_module(monkeypatch: pytest.MonkeyPatch) -> None:
    package, policy = types.ModuleType("policyexample"), types.ModuleType("policyexample.policy")
    policy.POLICY = {"policyexample.read": allow("auditor")}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "policyexample", package)
    monkeypatch.setitem(sys.modules, "policyexample.policy", policy)

    assert outcome(a_principal("auditor"), "policyexample.read", LOAN) == "allowed"


def test_two_rules_for_one_action_are_refused() -> None:
    register({"policytest.twice": allow("auditor")})
    register({"policytest.twice": allow("auditor")})

    with pytest.raises(ValueError, match="two rules"):
        register({"policytest.twice": allow("admin")})


@pytest.mark.parametrize("roles", [(), ("root",), ("auditor", "Auditor")])
def test_a_rule_names_known_roles(roles: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="role"):
        allow(*roles)


def test_every_role_has_a_chinese_name() -> None:
    assert set(ROLE_NAMES) == ROLES
    assert all(name and not name.isascii() for name in ROLE_NAMES.values())
