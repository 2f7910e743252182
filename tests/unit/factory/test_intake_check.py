"""The rules of the intake check, each with the case that just fails and the one that passes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from factory.domain.intake_check import check_intake
from tests.support.factory_builders import (
    a_bank,
    a_consent,
    a_party,
    a_product,
    a_submission,
    an_intake_file,
)


def codes(**changes: Any) -> list[str]:
    return [reason.code for reason in check_intake(an_intake_file(**changes))]


def test_a_complete_file_has_no_reason_against_it() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"party": a_party(legal_person_id="110105194912310021")}, "identity_invalid"),
        ({"party": a_party(uscc="91350100M000100Y4W")}, "uscc_invalid"),
        ({"party": a_party(uscc=None)}, "uscc_invalid"),
        ({"product": a_product(effective_from=date(2020, 3, 2))}, "product_not_on_sale"),
        ({"product": a_product(effective_to=date(2020, 2, 29))}, "product_not_on_sale"),
        ({"submission": a_submission(amount_fen=9_999_999)}, "amount_out_of_range"),
        ({"submission": a_submission(amount_fen=100_000_001)}, "amount_out_of_range"),
        ({"submission": a_submission(term_months=13)}, "term_not_offered"),
        ({"submission": a_submission(repayment_method="BULLET")}, "method_not_offered"),
        ({"submission": a_submission(customer_kind="person")}, "kind_not_served"),
        ({"submission": a_submission(region_code="340104")}, "region_not_licensed"),
        ({"submission": a_submission(consents=())}, "consent_missing"),
        (
            {"submission": a_submission(consents=(a_consent(expires_on=date(2020, 2, 29)),))},
            "consent_missing",
        ),
        ({"other_open_applications": ("app-0",)}, "duplicate_application"),
    ],
)
def test_each_rule_names_its_reason(changes: dict[str, Any], code: str) -> None:
    assert codes(**changes) == [code]


@pytest.mark.parametrize(
    "changes",
    [
        {"submission": a_submission(amount_fen=10_000_000)},
        {"submission": a_submission(amount_fen=100_000_000)},
        {"product": a_product(effective_from=date(2020, 3, 1), effective_to=date(2020, 3, 1))},
        {"submission": a_submission(consents=(a_consent(expires_on=date(2020, 3, 1)),))},
        {"bank": a_bank(licensed_regions=("340000",))},
        {"bank": a_bank(licensed_regions=("341202",))},
        {"party": a_party(kind="person", uscc=None)},
    ],
)
def test_the_bounds_belong_to_what_is_allowed(changes: dict[str, Any]) -> None:
    assert codes(**changes) == []


def test_a_person_is_adult_on_the_eighteenth_birthday_and_not_the_day_before() -> None:
    born_2002_03_02 = a_party(legal_person_id=_identity("34120220020302001"))
    born_2002_03_01 = a_party(legal_person_id=_identity("34120220020301001"))

    assert codes(party=born_2002_03_02) == ["under_age"]
    assert codes(party=born_2002_03_01) == []


def _identity(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def test_every_reason_has_a_text_for_staff_and_one_for_the_customer() -> None:
    everything_wrong = an_intake_file(
        party=a_party(uscc="bad", legal_person_id="bad"),
        submission=a_submission(
            amount_fen=1, term_months=7, customer_kind="person", region_code="110105", consents=()
        ),
        other_open_applications=("app-0",),
    )

    reasons = check_intake(everything_wrong)

    assert len(reasons) >= 7
    assert all(reason.text and reason.customer_text for reason in reasons)
