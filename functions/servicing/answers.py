"""Domain objects as the contracts that other modules and clients read."""

from __future__ import annotations

from puhui.contracts.servicing import Instalment, LedgerTransferResult, LoanActivated, Quote
from servicing.domain.loan import Loan
from servicing.domain.schedule import Schedule, ScheduleLine
from servicing.domain.transfers import Transfer
from servicing.usecases.quote_loan import QuotedLoan


def quote_of(quoted: QuotedLoan) -> Quote:
    """A quote on the wire."""
    schedule = quoted.schedule
    terms = schedule.terms
    return Quote.model_validate(
        {
            "principal_fen": terms.principal.minor,
            "annual_rate_bps": terms.annual_rate_bps,
            "term_months": terms.term_months,
            "method": terms.method,
            "disbursement_date": terms.disbursement_date,
            "total_interest_fen": schedule.total_interest.minor,
            "total_fen": schedule.total.minor,
            "apr_pct": quoted.disclosure.apr_pct,
            "instalments": instalments_of(schedule),
            "schedule_sha256": schedule.sha256,
            "settlement": quoted.settlement,
            "disclosure": quoted.disclosure,
            "disclosure_sha256": quoted.disclosure.sha256,
        }
    )


def instalments_of(schedule: Schedule) -> tuple[Instalment, ...]:
    """The lines of a plan on the wire."""
    return tuple(_instalment(line) for line in schedule.lines)


def transfer_result(transfer: Transfer) -> LedgerTransferResult:
    """A transfer's state on the wire."""
    return LedgerTransferResult.model_validate(
        {
            "disbursement_id": transfer.disbursement_id,
            "transfer_id": transfer.transfer_id,
            "state": transfer.state.value,
            "amount_fen": transfer.amount.minor,
        }
    )


def loan_activated(loan: Loan) -> LoanActivated:
    """A booked loan on the wire."""
    return LoanActivated(
        loan_id=loan.loan_id,
        first_due_date=loan.schedule.first_due_date,
        maturity_date=loan.schedule.maturity_date,
        disclosure_sha256=loan.disclosure_sha256,
    )


def _instalment(line: ScheduleLine) -> Instalment:
    return Instalment(
        n=line.n,
        from_date=line.from_date,
        due_date=line.due_date,
        days=line.days,
        principal_fen=line.principal.minor,
        interest_fen=line.interest.minor,
        total_fen=line.total.minor,
        balance_fen=line.balance.minor,
    )
