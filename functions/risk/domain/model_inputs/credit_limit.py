"""M17 asked after the policy: with its grade, and with what the models before it have answered.

How the loan is repaid is not in the question; equal instalments are the cautious side.
"""

from __future__ import annotations

from typing import Final

from risk.domain.model_inputs.known import BUREAU, Answers, Known, field_of
from risk.domain.models.credit_limit import Inputs

SECURITY: Final = "unsecured"
"""A decision's question names no security (`model_inputs.collateral_guarantee`)."""


def inputs(known: Known, answers: Answers) -> Inputs:
    """Every bound that somebody knows; what applies and is not known counts as zero."""
    request = known.request
    return Inputs(
        segment=known.segment,
        security=SECURITY,
        requested_fen=request.amount_fen,
        demand_fen=field_of(answers, "working_capital_demand", "demand_fen"),
        yearly_sales_fen=field_of(answers, "income_recognition", "recognised_fen"),
        free_service_fen=field_of(answers, "debt_burden", "free_service_fen"),
        term_months=request.term_months,
        rate_bps=field_of(answers, "rate_pricing", "rate_bps"),
        repayment=None,
        grade=known.grade,
        collateral_cap_fen=field_of(answers, "collateral_guarantee", "capacity_fen"),
        product_min_fen=request.min_amount_fen,
        product_max_fen=request.max_amount_fen,
        group_headroom_fen=field_of(answers, "group_concentration", "headroom_fen"),
        has_credit_record=_has_record(known),
    )


def _has_record(known: Known) -> bool | None:
    """Whether the bureau knows an account from before the day."""
    report = known.document(BUREAU)
    if report is None:
        return None
    opened = report.dates("accounts", "opened_on")
    return any(day is not None and day < report.day for day in opened)
