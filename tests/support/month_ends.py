"""Builders of positions and month-end loans; everything defaults to a clean loan."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from puhui.money import Money
from puhui.tenancy import bank_id
from servicing.domain.account.position import LoanPosition, LoanStatus
from servicing.domain.portfolio.month_end import LoanLabels, MonthEndLoan

MARCH = date(2026, 3, 31)
APRIL = date(2026, 4, 30)


def a_position(**changes: Any) -> LoanPosition:
    """100,000 yuan outstanding of 120,000, nothing overdue."""
    values: dict[str, Any] = {
        "bank_id": bank_id("north"),
        "loan_id": "loan-1",
        "application_id": "app-1",
        "customer_id": "cus-1",
        "branch_id": "b1",
        "product_code": "sme-invoice-loan",
        "as_of": APRIL,
        "status": LoanStatus.ACTIVE,
        "disbursed_on": date(2026, 1, 15),
        "matures_on": date(2027, 1, 15),
        "annual_rate_bps": 435,
        "disbursed": Money(12_000_000),
        "principal_outstanding": Money(10_000_000),
        "last_repaid_on": date(2026, 4, 15),
    }
    return LoanPosition(**values | changes)


def a_month_end_loan(tier: str | None = "normal", **changes: Any) -> MonthEndLoan:
    """Such a loan at a month end."""
    labels = changes.pop("labels", LoanLabels(inclusive=True, first_loan=False))
    return MonthEndLoan(position=a_position(**changes), tier=tier, stage=1, labels=labels)


@st.composite
def month_end_loans(draw: st.DrawFn, loan_id: str = "loan-1") -> MonthEndLoan:
    """Any loan at a month end."""
    status = draw(st.sampled_from(LoanStatus))
    open_loan = status not in (LoanStatus.SETTLED, LoanStatus.WRITTEN_OFF)
    owed = draw(st.integers(1, 10**9)) if open_loan else 0
    tiers = ["normal", "attention", "substandard", "doubtful", "loss", None]
    return a_month_end_loan(
        draw(st.sampled_from(tiers)),
        loan_id=loan_id,
        status=status,
        principal_outstanding=Money(owed),
        written_off=Money(5 if status is LoanStatus.WRITTEN_OFF else 0),
        days_overdue=draw(st.integers(0, 400)) if open_loan else 0,
        disbursed_on=date(2026, draw(st.integers(1, 4)), 15),
        labels=LoanLabels(inclusive=draw(st.sampled_from([True, False, None]))),
    )
