"""Who may become a borrower: bounds, what is not known, and what white cannot do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.models import admission_policy as model
from risk.domain.models.answer import ModelInputNotValid
from tests.support.rule_models import first_inputs, nullable, parameters_of, without

PARAMETERS = parameters_of(model)
FLAGS = (
    "abnormal_operation",
    "serious_illegal",
    "dishonest",
    "restricted",
    "enforced",
    "bankruptcy",
    "criminal",
    "own_bank_npa",
    "related_npa",
    "bank_insider",
)
COUNTS = (
    "bad_debt_count",
    "bureau_overdue_fen",
    "overdue_m3_l24m_count",
    "query_org_l3m_count",
    "lender_org_l3m_count",
)
KINDS = get_args(model.CustomerKind)
CLEAN = first_inputs(model, born_on=date(1985, 1, 1))
SOME = settings(max_examples=50)
"""Enough for the fast slice."""
DAYS = st.dates(date(1930, 1, 1), date(2026, 8, 1))


def known(**changes: Any) -> st.SearchStrategy[Any]:
    """Customers of whom everything is known, most of them nearly clean."""
    fields: dict[str, st.SearchStrategy[Any]] = {name: st.booleans() for name in FLAGS}
    fields |= {name: st.sampled_from([0, 1, 3, 4, 6, 200_000]) for name in COUNTS}
    fields |= {
        "registration_status": st.sampled_from(get_args(model.Status)),
        "established_on": DAYS,
        "born_on": DAYS,
        "tax_grade": st.sampled_from(get_args(model.TaxGrade)),
        "industry_code": st.sampled_from(["3311", "7010", "6620", "9041", "06"]),
        "region_code": st.sampled_from(["340104", "341200", "310115"]),
        "list_level": st.sampled_from(get_args(model.ListLevel)),
    }
    changed = st.lists(st.sampled_from(sorted(fields)), max_size=4, unique=True)
    drawn = changed.flatmap(lambda names: st.fixed_dictionaries({n: fields[n] for n in names}))
    kinds = st.sampled_from(KINDS)
    return st.builds(
        lambda kind, found: replace(CLEAN, customer_kind=kind, **{**found, **changes}), kinds, drawn
    )


def decided(inputs: model.Inputs) -> int:
    return model.ORDER.index(model.answer(inputs, PARAMETERS).decision)


@SOME
@given(inputs=known(), names=st.sets(st.sampled_from(nullable(model.Inputs)), min_size=1))
def test_a_fact_left_out_never_helps(inputs: model.Inputs, names: set[str]) -> None:
    assert decided(without(inputs, names)) >= decided(inputs)


@SOME
@given(inputs=known(), name=st.sampled_from(FLAGS))
def test_an_adverse_fact_never_helps(inputs: model.Inputs, name: str) -> None:
    assert decided(replace(inputs, **{name: True})) >= decided(replace(inputs, **{name: False}))


@SOME
@given(inputs=known(), name=st.sampled_from(COUNTS), more=st.integers(1, 300_000))
def test_more_of_what_is_adverse_never_helps(inputs: model.Inputs, name: str, more: int) -> None:
    worse = replace(inputs, **{name: getattr(inputs, name) + more})

    assert decided(worse) >= decided(inputs)


@SOME
@given(inputs=known(list_level="none"))
def test_white_never_lifts_a_reject(inputs: model.Inputs) -> None:
    white = model.answer(replace(inputs, list_level="white"), PARAMETERS)
    plain = model.answer(inputs, PARAMETERS)

    assert (white.decision == "reject") == (plain.decision == "reject")
    assert set(white.lifted) <= set(PARAMETERS.white_lifts)


def test_white_lifts_no_reject_even_where_the_bank_names_it() -> None:
    bold = parameters_of(model, white_lifts=("DISHONEST", "DISHONEST_UNKNOWN", "ENFORCED_UNKNOWN"))
    dishonest = replace(CLEAN, dishonest=True, enforced=None, list_level="white")

    found = model.answer(dishonest, bold)

    assert (found.decision, found.lifted) == ("reject", ())


@SOME
@given(inputs=known())
def test_incomplete_means_that_only_unknown_facts_reject(inputs: model.Inputs) -> None:
    whole = model.answer(inputs, PARAMETERS)
    unknown = model.answer(replace(inputs, dishonest=None), PARAMETERS)

    assert not whole.incomplete or inputs.list_level == "unidentified"
    assert unknown.decision == "reject"
    assert unknown.incomplete == (
        decided(replace(inputs, dishonest=False)) < model.ORDER.index("reject")
        or (
            inputs.list_level == "unidentified"
            and decided(replace(inputs, dishonest=False, list_level="none")) < 2
        )
    )


@pytest.mark.parametrize(
    ("born_on", "decision"),
    [
        (date(2008, 8, 1), "pass"),
        (date(2008, 8, 2), "reject"),
        (date(1961, 8, 2), "pass"),
        (date(1961, 8, 1), "reject"),
    ],
)
def test_a_person_is_eighteen_when_asking_and_sixty_five_at_the_end(
    born_on: date, decision: str
) -> None:
    person = replace(CLEAN, customer_kind="farmer", born_on=born_on, term_months=12)

    assert model.answer(person, PARAMETERS).decision == decision


@pytest.mark.parametrize(
    ("code", "decision"),
    [
        ("6620", "reject"),
        ("9041", "reject"),
        ("7010", "refer"),
        ("1620", "refer"),
        ("1310", "pass"),
        ("9999", "reject"),
        ("F", "reject"),
    ],
)
def test_an_industry_is_admitted_by_its_section_or_first_digits(code: str, decision: str) -> None:
    assert model.answer(replace(CLEAN, industry_code=code), PARAMETERS).decision == decision


@pytest.mark.parametrize(("queries", "decision"), [(5, "pass"), (6, "refer")])
def test_six_lenders_that_asked_the_bureau_are_too_many(queries: int, decision: str) -> None:
    found = model.answer(replace(CLEAN, query_org_l3m_count=queries), PARAMETERS)

    assert found.decision == decision


def test_a_term_of_no_months_is_refused() -> None:
    with pytest.raises(ModelInputNotValid, match="term_months"):
        model.answer(replace(CLEAN, term_months=0), PARAMETERS)
