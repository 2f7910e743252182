"""Consents: each part that is missing has a rule of its own; withdrawn is withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from extdata.domain.consent import SCOPE_OF_PRODUCT
from extdata.domain.errors import ConsentMissing, PermissionMissing
from extdata.domain.permission import Permission
from intake.domain.consent import SCOPE_NAMES
from tests.support.extdata import (
    NOON,
    PURPOSE,
    SUBJECT_KEY,
    TODAY,
    a_consent,
    access_rules,
)

ASKED: dict[str, Any] = {
    "subject_key": SUBJECT_KEY,
    "product": "tax/1",
    "purpose": PURPOSE,
    "today": TODAY,
}


def test_a_consent_that_covers_everything_lets_the_query_go() -> None:
    a_consent().check(**ASKED)


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({"today": date(2025, 12, 31)}, "consent.expired"),
        ({"today": date(2027, 1, 1)}, "consent.expired"),
        ({"subject_key": "uscc:other"}, "consent.subject"),
        ({"product": "bureau/1"}, "consent.product"),
        ({"product": "unheard-of/1"}, "consent.product"),
        ({"purpose": "post_loan"}, "consent.purpose"),
        ({"purpose": "因为客户要求"}, "consent.purpose"),
    ],
)
def test_each_missing_part_is_refused_by_its_rule(asked: dict[str, Any], rule: str) -> None:
    with pytest.raises(ConsentMissing) as refusal:
        a_consent().check(**ASKED | asked)

    assert (refusal.value.field, refusal.value.rule) == ("consent_id", rule)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 12, 31)])
def test_the_first_and_the_last_day_are_covered(day: date) -> None:
    a_consent().check(**ASKED | {"today": day})


def test_a_withdrawn_consent_covers_nothing() -> None:
    with pytest.raises(ConsentMissing) as refusal:
        a_consent().withdraw(NOON).check(**ASKED)

    assert refusal.value.rule == "consent.withdrawn"


def test_withdrawing_twice_keeps_the_first_moment() -> None:
    withdrawn = a_consent().withdraw(NOON)

    assert withdrawn.withdraw(NOON + timedelta(days=1)) == withdrawn


def test_a_consent_may_name_the_providers_that_may_be_asked() -> None:
    bound = replace(a_consent(), providers=frozenset({"sbx-tax"}))

    assert (
        bound.allows_provider("sbx-tax"),
        bound.allows_provider("sbx-other"),
        a_consent().allows_provider("sbx-other"),
    ) == (True, False, True)


def test_every_product_has_a_scope_that_customers_can_consent_to() -> None:
    assert len(SCOPE_OF_PRODUCT) == 12
    assert set(SCOPE_OF_PRODUCT.values()) <= set(SCOPE_NAMES)


@pytest.mark.parametrize(
    ("callers", "product", "purpose"),
    [
        ({"role:collector"}, "tax/1", PURPOSE),
        ({"factory"}, "bureau/1", PURPOSE),
        ({"factory"}, "tax/1", "post_loan"),
        (set(), "tax/1", PURPOSE),
    ],
)
def test_what_no_line_allows_is_refused(callers: set[str], product: str, purpose: str) -> None:
    with pytest.raises(PermissionMissing) as refusal:
        access_rules().find(callers, product, purpose)

    assert refusal.value.rule == "permission.missing"


def test_the_line_that_allows_brings_its_mask() -> None:
    line = Permission(
        caller="role:underwriter",
        product="tax/1",
        purposes=frozenset({PURPOSE}),
        masked_fields=frozenset({"snapshot.credit_grade"}),
    )

    found = access_rules(permissions=(line,)).find({"role:underwriter", "x"}, "tax/1", PURPOSE)

    assert found == line
