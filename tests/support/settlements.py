"""Products over the whole settlement dictionary, loans of them, and the lives such loans live."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from puhui.contracts.servicing import Quote
from puhui.contracts.settlement import SettlementParameters
from puhui.contracts.signing import ContractTerms
from puhui.money import Money
from puhui.settlement import BALLOON_METHODS, BY_SHARE, PERIOD_MONTHS
from servicing.answers import quote_of
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.account.events import Repayment
from servicing.domain.disclosure.table import CostTerms
from servicing.domain.schedule import LoanTerms
from servicing.usecases.quote_loan import QuoteLoan
from tests.support.loan_accounts import a_loan, entered
from tests.support.servicing import NOON

LENDER = "北方测试村镇银行"
METHODS = (
    "EQUAL_INSTALLMENT",
    "EQUAL_PRINCIPAL",
    "INTEREST_FIRST",
    "BULLET",
    "REVOLVING",
    "FLAT",
    BY_SHARE,
)
SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "interest_calc": st.sampled_from(["PERIOD", "DAILY"]),
    "year_days": st.sampled_from(["360", "364", "365", "ACTUAL"]),
    "month_days": st.sampled_from(["30", "ACTUAL"]),
    "segment_interest": st.booleans(),
    "head_tail": st.sampled_from(["HEAD", "BOTH", "TAIL"]),
    "rounding": st.sampled_from(["HALF_UP", "DOWN", "UP", "HALF_EVEN"]),
    "decimals": st.integers(0, 2),
    "penalty_mode": st.sampled_from(["NONE", "OVERDUE_PRINCIPAL", "WHOLE_PRINCIPAL"]),
    "penalty_uplift_pct": st.integers(30, 50),
    "misuse_uplift_pct": st.integers(50, 100),
    "compound_interest": st.booleans(),
    "prepay_strategy": st.sampled_from(["REDUCE_INSTALLMENT", "SHORTEN_TERM", "ABSORB_NEXT"]),
    "prepay_interest": st.sampled_from(["NONE", "FULL_PERIOD", "ON_PREPAID"]),
    "prepay_fee_months": st.integers(0, 3),
    "allocation": st.sampled_from(["BY_INSTALMENT", "BY_COMPONENT"]),
    "holiday_shift": st.sampled_from(["NONE", "NEXT", "PREVIOUS"]),
    "first_period": st.sampled_from(["THIS_MONTH", "NEXT_MONTH", "FULL_MONTH"]),
    "first_instalment": st.sampled_from(["NORMAL", "ACTUAL_DAYS"]),
    "non_accrual_after_days": st.integers(0, 120),
}


@st.composite
def lent(draw: st.DrawFn, most_months: int = 14) -> dict[str, Any]:
    """A loan of a product that any bank could have: the changes that `a_loan` takes."""
    months = draw(st.integers(1, most_months))
    method = draw(st.sampled_from(METHODS))
    parameters = {name: draw(values) for name, values in SIMPLE.items()}
    if draw(st.booleans()):
        parameters |= {"grace_days": draw(st.integers(1, 10))}
        parameters |= {"grace_interest": draw(st.sampled_from(["NONE", "NORMAL", "PENALTY"]))}
    if draw(st.booleans()):
        parameters |= {"penalty_type": "FIXED", "penalty_rate_bps": draw(st.integers(0, 2400))}
    if draw(st.booleans()):
        parameters |= {"due_day": "FIXED", "due_day_of_month": draw(st.integers(1, 28))}
    irregular = parameters["interest_calc"] == "PERIOD" and "due_day" in parameters
    period = "MONTH" if irregular else draw(st.sampled_from(sorted(PERIOD_MONTHS)))
    every = PERIOD_MONTHS[period]
    parameters["instalment_period"] = period
    if method in BALLOON_METHODS and draw(st.booleans()):
        parameters["amortisation_months"] = every * draw(
            st.integers(-(-months // every), 360 // every)
        )
    if method == BY_SHARE:
        parameters["principal_share_bps"] = draw(st.integers(1, 10_000))
    if draw(st.booleans()):
        parameters["principal_grace"] = draw(st.integers(0, (months - 1) // every))
    return {
        "principal_fen": draw(st.integers(10_000, 10**10)),
        "annual_rate_bps": draw(st.integers(0, 2_400)),
        "term_months": months,
        "method": method,
        "disbursement_date": draw(st.dates(date(2019, 1, 1), date(2028, 12, 31))),
        "settlement": SettlementParameters(**parameters),
    }


def quoted(loan: dict[str, Any]) -> Quote:
    """What the borrower is shown."""
    terms = LoanTerms(
        principal=Money(loan["principal_fen"]),
        **{name: loan[name] for name in ("annual_rate_bps", "term_months", "method")},
        disbursement_date=loan["disbursement_date"],
    )
    return quote_of(QuoteLoan()(terms, CostTerms(lender=LENDER, settlement=loan["settlement"])))


def contracted(quote: Quote) -> ContractTerms:
    """What the contract repeats of a quote."""
    return ContractTerms(
        product_code="any-loan",
        product_name="结算参数测试贷款",
        purpose="购买原材料",
        maturity_date=quote.instalments[-1].due_date,
        **{
            name: getattr(quote, name)
            for name in ContractTerms.model_fields
            if name in Quote.model_fields
        },
    )


def booked(loan: dict[str, Any]) -> LoanBook:
    """The loan on the books, on the day of its disbursement."""
    return LoanBook.of_new(a_loan(**loan))


def repaid_on_every_due_day(book: LoanBook) -> tuple[LoanBook, list[LoanChange]]:
    """Each instalment is paid on its day, and the night before has closed."""
    changes: list[LoanChange] = []
    while book.account.closed_on is None:
        due_date = book.account.rows[0].due_date
        for day in (due_date - timedelta(days=1), due_date):
            if (change := book.close_day(day, NOON)) is not None:
                changes.append(change)
                book = change.after
        if book.account.due_now:
            paid = Repayment(amount=Money(book.account.due_now))
            change = book.enter(entered(book, f"pay-{due_date}", paid, due_date))
            changes.append(change)
            book = change.after
    return book, changes
