"""Step "Quote loan" (报价)."""

from __future__ import annotations

from typing import Any

from puhui.contracts.servicing import QuoteRequest
from puhui.money import Money
from puhui.observability import instrument
from servicing.answers import quote_of
from servicing.domain.disclosure.table import THE_LENDER, CostTerms
from servicing.domain.schedule import LoanTerms
from servicing.usecases.quote_loan import QuoteLoan


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, quote, encode; a quote needs nothing but its request."""
    request = QuoteRequest.model_validate(event)
    quoted = QuoteLoan()(
        LoanTerms(
            principal=Money(request.principal_fen),
            annual_rate_bps=request.annual_rate_bps,
            term_months=request.term_months,
            method=request.method,
            disbursement_date=request.disbursement_date,
        ),
        CostTerms(
            lender=request.lender or THE_LENDER,
            fees=request.fees,
            settlement=request.settlement,
        ),
    )
    return quote_of(quoted).model_dump(mode="json")
