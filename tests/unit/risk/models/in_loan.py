"""The eight in-loan models in tests: what their inputs may hold, and what a borrower likes more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from risk.domain.models import (
    debt_burden,
    drawdown_payment_check,
    group_concentration,
    income_recognition,
    rate_pricing,
    working_capital_demand,
)
from tests.support.risk_models import inputs_for, module_of

Choices = dict[str, st.SearchStrategy[Any]]
FEW = settings(max_examples=40)
"""Enough to find the edges of a formula; the machines that run these tests are shared."""
WORST = -(10**30)
WAN = 10**6


@dataclass(frozen=True)
class InLoan:
    """One model: how to make inputs, and the figures of an answer of which more is better."""

    model_id: str
    choices: Choices
    favours: Callable[[Any], tuple[int, ...]]

    @cached_property
    def inputs(self) -> st.SearchStrategy[Any]:
        """Random inputs, some of them refused by the model."""
        return inputs_for(module_of(self.model_id).Inputs, self.choices)


def known(value: int | None) -> int:
    """A figure of which more is better; not known is worst of all."""
    return WORST if value is None else value


def less(value: int | None) -> int:
    """A figure of which less is better."""
    return WORST if value is None else -value


def rank(word: str, order: tuple[str, ...]) -> int:
    """The place of a word in an order that starts with the best."""
    return -order.index(word)


def words(*choices: str) -> st.SearchStrategy[str]:
    return st.sampled_from(choices)


ids = words("A", "B", "C")
MARGIN = st.integers(-200_000, 10**6)
MODELS = (
    InLoan(
        "debt_burden",
        {"kind": words("mortgage", "card", "guarantee", "what")},
        lambda one: (
            rank(one.burden, debt_burden.BURDENS),
            rank(one.multi_lender_level, debt_burden.LEVELS),
            less(one.dsr_ppm),
            less(one.dti_ppm),
            known(one.free_service_fen),
        ),
    ),
    InLoan(
        "income_recognition",
        {
            "segment": words("E", "S", "F"),
            "industry": words("C", "F", "G", "Z"),
            "name": words("小麦"),
            "profit_fen": st.integers(-(10**9), 10**9),
            "net_margin_ppm": MARGIN,
        },
        lambda one: (
            known(one.recognised_fen),
            known(one.net_income_fen),
            known(one.monthly_income_fen),
            rank(one.confidence, income_recognition.CONFIDENCES),
        ),
    ),
    InLoan(
        "working_capital_demand",
        {
            "method": st.sampled_from(working_capital_demand.METHODS),
            "firm_size": words("1", "3", "4"),
            "kind": words("order", "trade"),
            "name": words("水稻"),
            "profit_margin_ppm": MARGIN,
            "growth_ppm": st.integers(-500_000, 10**6),
            "season_days": st.integers(1, 360),
        },
        lambda one: (
            rank(one.status, working_capital_demand.STATUSES),
            known(one.demand_fen),
        ),
    ),
    InLoan(
        "credit_limit",
        {
            "segment": words("E", "S", "F", "C", "T", "Z"),
            "security": words("unsecured", "secured"),
            "repayment": words("instalment", "bullet"),
            "grade": words("A", "B", "E"),
            "requested_fen": st.integers(1, 200 * WAN),
            "term_months": st.integers(1, 60),
            "product_min_fen": words("0", "10").map(lambda wan: int(wan) * WAN),
        },
        lambda one: (one.limit_fen,),
    ),
    InLoan(
        "rate_pricing",
        {
            "segment": words("E", "S", "Z"),
            "term_months": words("12", "36", "60").map(int),
            "priced_on": st.dates(date(2024, 1, 1), date(2025, 7, 20)),
            "published_on": st.dates(date(2025, 6, 20), date(2025, 7, 20)),
            "product_min_bps": st.integers(0, 500),
            "product_max_bps": st.integers(500, 3_000),
        },
        lambda one: (rank(one.status, rate_pricing.STATUSES), less(one.rate_bps)),
    ),
    InLoan(
        "collateral_guarantee",
        {
            "collateral_id": ids,
            "guarantor_id": ids,
            "party": words("company", "government"),
            "share_ppm": st.integers(0, 333_333),
            "kind": words("residential", "deposit", "what"),
            "as_of": st.just(date(2025, 6, 1)),
            "net_assets_fen": st.integers(-(10**9), 10**9),
            "exposure_fen": st.integers(1, 3 * 10**8),
        },
        lambda one: (
            less(one.uncovered_fen),
            less(one.lgd_ppm),
            less(one.ltv_ppm),
            one.capacity_fen,
        ),
    ),
    InLoan(
        "group_concentration",
        {
            "borrower_id": st.just("A"),
            "member_id": ids,
            "requested_fen": st.integers(1, 10**9),
            "net_capital_fen": st.integers(10**9, 10**11),
            "tier1_fen": st.integers(10**9, 10**11),
        },
        lambda one: (rank(one.status, group_concentration.STATUSES), one.headroom_fen),
    ),
    InLoan(
        "drawdown_payment_check",
        {
            "request_id": words("R1", "R2"),
            "requested_on": st.just(date(2025, 6, 1)),
            "paid_on": st.dates(date(2025, 4, 20), date(2025, 6, 1)),
            "product": words("working_capital", "personal_business", "personal_consumer"),
            "amount_fen": words("5", "10", "60", "1100").map(lambda wan: int(wan) * WAN),
            "term_months": words("12", "72").map(int),
            "purpose": words("materials", "equity"),
            "agreed_purposes": st.just(("materials",)),
            "payee_id": words("P1", "P2"),
            "payee_class": words("merchant", "merchant", "lender"),
            "number": words("1", "2"),
            "invoice_numbers": st.sampled_from([(), (), ("1",)]),
            "condition": words("contract_signed", "security_effective"),
        },
        lambda one: (rank(one.mode, drawdown_payment_check.MODES),),
    ),
)
