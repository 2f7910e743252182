"""Accounts and rules survive being stored: every life's account comes back as it was."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from puhui.strict_json import dumps, loads
from servicing.domain.account.account import Account
from servicing.domain.account.account_values import (
    account_of_values,
    account_values,
    rules_of_values,
    rules_values,
)
from servicing.domain.account.contract import Contract, Row
from servicing.domain.account.dues import Due
from servicing.domain.account.rules import CN_DEFAULT_RULES, ServicingRules
from servicing.domain.errors import EventRefused, StoredByNewerVersion
from servicing.domain.plain_values import of_plain, plain
from servicing.domain.plan import PlanEvent, PlanTerms
from servicing.domain.plan.choices import Strategy
from servicing.domain.plan.events import EventType
from servicing.domain.plan.terms import Fee, Frequency
from tests.support.loan_accounts import a_book, closed, entered, happenings, on
from tests.support.servicing import some_terms

AMOUNTS = st.integers(0, 10**24)
DAYS = st.dates(date(2000, 1, 1), date(2060, 1, 1))
DUES = st.builds(
    Due,
    n=st.integers(1, 400),
    due_date=DAYS,
    settled_on=st.none() | DAYS,
    **{
        field.name: AMOUNTS
        for field in fields(Due)
        if field.name not in {"n", "due_date", "settled_on"}
    },
)
ROWS = st.builds(
    Row,
    n=st.integers(1, 400),
    from_date=DAYS,
    due_date=DAYS,
    principal=AMOUNTS,
    interest=AMOUNTS,
    earned=AMOUNTS,
    marks=st.lists(st.tuples(DAYS, AMOUNTS), max_size=3).map(tuple),
)
PLAN_EVENTS = st.builds(
    PlanEvent,
    date=DAYS,
    type=st.just(EventType.PREPAYMENT),
    amount=st.decimals("0.01", 10**12, places=2),
    strategy=st.sampled_from(Strategy),
)
PLAN_TERMS = st.builds(
    PlanTerms,
    principal=st.decimals("0.01", 10**12, places=2),
    annual_rate_pct=st.decimals(0, 36, places=4),
    disbursement_date=st.just(date(2020, 3, 1)),
    method=st.just("EQUAL_INSTALLMENT"),
    n=st.integers(1, 360),
    year_days=st.sampled_from([360, 365, "ACTUAL"]),
    frequency=st.sampled_from([Frequency.of("1 MONTH"), Frequency.of("1 WEEK")]),
    installment_multiple_of=st.none() | st.just(Decimal(100)),
    holidays=st.frozensets(DAYS, max_size=4),
    fees=st.lists(
        st.builds(Fee, name=st.just("服务费"), amount=st.just(Decimal("1.50")), date=DAYS),
        max_size=2,
    ).map(tuple),
)
CONTRACTS = st.builds(
    Contract,
    terms=PLAN_TERMS,
    events=st.lists(PLAN_EVENTS, max_size=3).map(tuple),
    annual_rate_bps=st.integers(0, 3_600),
    matures_on=DAYS,
    asked=AMOUNTS,
)


@given(CONTRACTS, st.lists(DUES, max_size=4), st.lists(ROWS, max_size=4), st.booleans())
def test_any_account_comes_back_as_it_was(
    contract: Contract, dues: list[Due], rows: list[Row], non_accrual: bool
) -> None:
    new = a_book().account
    account = Account(
        rules=new.rules,
        contract=contract,
        day=new.day,
        flows=new.flows,
        dues=tuple(dues),
        rows=tuple(rows),
        held=7,
        non_accrual=non_accrual,
    )

    stored = loads(dumps(account_values(account)))

    assert account_of_values(stored, account.rules) == account


@given(st.lists(happenings(), max_size=6))
def test_the_account_of_every_life_comes_back_as_it_was(life: list[tuple[int, object]]) -> None:
    book = a_book()
    for place, (days, what) in enumerate(life):
        try:
            book = book.enter(entered(book, f"e{place}", what, on(days))).after  # type: ignore[arg-type]
        except EventRefused:
            continue
    account = closed(book, on(600)).account

    stored = loads(dumps(account_values(account)))

    assert account_of_values(stored, book.rules) == account


def test_rules_are_stored_with_every_field_so_that_a_later_default_changes_no_loan() -> None:
    assert set(rules_values(CN_DEFAULT_RULES)) == {field.name for field in fields(ServicingRules)}


def test_rules_come_back_as_they_were() -> None:
    rules = ServicingRules(grace_days=3, penalty_rate_bps=700, year_days=365)

    assert rules_of_values(loads(dumps(rules_values(rules)))) == rules


def test_terms_come_back_as_they_were() -> None:
    terms = some_terms(principal=Money(7))

    assert of_plain(type(terms), loads(dumps(plain(terms)))) == terms


def test_a_field_that_the_class_does_not_have_is_refused() -> None:
    values = account_values(a_book().account) | {"unheard_of": 1}

    with pytest.raises(StoredByNewerVersion, match="unheard_of"):
        account_of_values(values, CN_DEFAULT_RULES)


def test_a_type_that_cannot_be_stored_exactly_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        of_plain(Weighed, {"grams": 1.5})


@dataclass(frozen=True)
class Weighed:
    """A record with a float in it."""

    grams: float


def test_a_year_of_instalments_takes_few_bytes() -> None:
    paid = closed(a_book(), on(400)).account

    assert len(dumps(account_values(paid)).encode()) < 2_500
