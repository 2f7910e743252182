"""The published policies: in force, named by their bytes, speaking to staff and to customers."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from risk.adapters.packaged_policies import MODULE, PackagedPolicies
from risk.domain.errors import PolicyNotValid
from risk.domain.indicators.values import IndicatorValue, State
from risk.domain.inputs import DERIVED, definition_of, display, number
from risk.domain.policy import SEVERITY
from risk.domain.policy.document import read_policy
from tests.support.risk import AS_OF, MODELS, PARAMETERS, POLICIES, grade_of

(FILE,) = sorted((MODULE / "policies").glob("*.json"))
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
POLICY = POLICIES.in_force(AS_OF)


def changed(**changes: Any) -> bytes:
    return json.dumps(DOCUMENT | changes, ensure_ascii=False).encode()


def test_the_published_policy_is_in_force_and_named_by_its_bytes() -> None:
    assert (POLICY.id, POLICY.sha256) == ("sme_invoice_loan", read_policy(FILE.read_bytes()).sha256)


def test_every_model_that_it_calls_is_served_in_that_version() -> None:
    assert all(MODELS.card(model).version == version for model, version in POLICY.models.items())


def test_every_rule_speaks_to_staff_and_to_the_customer_and_names_its_source() -> None:
    for rule in POLICY.rules:
        assert rule.source
        assert rule.text != rule.customer_text
        assert not any(word in rule.customer_text for word in ("评分", "违约", "阈值", "%"))


def test_numbers_that_are_not_read_in_a_law_are_marked() -> None:
    assert {rule.confidence for rule in POLICY.rules} <= {"✎", "◐"}


def test_every_grade_has_a_price_curve_and_a_cap() -> None:
    parameters = PARAMETERS.on(AS_OF)

    for grade in POLICY.grades:
        assert grade in parameters.pricing.curves
        assert grade in parameters.limit.grade_caps_fen


def test_a_better_score_is_never_a_worse_grade() -> None:
    grades = [POLICY.grades.index(grade_of(POLICY, points)) for points in range(0, 1_001, 5)]

    assert grades == sorted(grades, reverse=True)


def test_amounts_are_told_in_yuan_and_shares_in_percent() -> None:
    share = definition_of("ent.inv.out_party.all.l12m.top1")
    amount = DERIVED["request.amount_fen"]

    assert share is not None
    assert display(amount, number(123_456_78)) == "123,456.78元"
    assert display(share, IndicatorValue(State.OK, 7_312, 4)) == "73.12%"
    assert display(share, IndicatorValue(State.MISSING)) == "缺失"


def test_every_derived_input_has_a_chinese_name() -> None:
    assert all(
        any("\u4e00" <= letter <= "\u9fff" for letter in one.name_zh) for one in DERIVED.values()
    )


def test_the_newest_policy_in_force_decides(tmp_path: Path) -> None:
    for version, begins in (("1", "2016-01-01"), ("2", "2026-01-01")):
        (tmp_path / f"{version}.json").write_bytes(changed(version=version, valid_from=begins))
    policies = PackagedPolicies(tmp_path)

    assert policies.in_force(date(2025, 12, 31)).version == "1"
    assert policies.in_force(date(2026, 1, 1)).version == "2"


def test_a_day_without_a_policy_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyNotValid):
        PackagedPolicies(tmp_path).in_force(AS_OF)


def test_severity_orders_the_verdicts() -> None:
    assert sorted(SEVERITY, key=SEVERITY.__getitem__) == ["approve", "refer", "decline"]
