"""What servicing's API takes and answers about cost disclosures and settlement parameters."""

from __future__ import annotations

from puhui.contracts.common import Contract, ShortText
from puhui.contracts.disclosure import Fees
from puhui.contracts.servicing import Quote
from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from puhui.disclosure_page import disclosure_page
from servicing.answers import quote_of
from servicing.domain.disclosure.table import THE_LENDER, CostTerms
from servicing.schemas import QuoteBody
from servicing.usecases.quote_loan import QuotedLoan


class DisclosureBody(QuoteBody):
    """A loan of any product with everything that anybody charges for it."""

    lender: ShortText = THE_LENDER
    fees: Fees = ()
    settlement: SettlementParameters = CN_DEFAULT

    def cost(self) -> CostTerms:
        """What besides the plan decides the cost."""
        return CostTerms(lender=self.lender, fees=self.fees, settlement=self.settlement)


class DisclosureView(Contract):
    """综合融资成本明示表: the quote with its table, and the page to show to the customer."""

    quote: Quote
    page_html: str

    @classmethod
    def of(cls, quoted: QuotedLoan) -> DisclosureView:
        """The view."""
        quote = quote_of(quoted)
        return cls(quote=quote, page_html=disclosure_page(quoted.disclosure, quote.instalments))
