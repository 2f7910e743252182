"""The portfolio's API: reports of month ends, and their tables."""

from __future__ import annotations

from datetime import date
from typing import Final, get_args

from puhui.errors import Unprocessable
from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Protected
from puhui.tenancy import BankId, bank_id
from servicing.domain.errors import PortfolioReportNotFound
from servicing.portfolio_schemas import FileName, PortfolioDays, PortfolioFile, PortfolioView
from servicing.portfolio_wiring import portfolio

LINK_SECONDS: Final = 300


def include_portfolio(routes: ApiRoutes) -> None:
    """Declare these routes among others."""

    @routes.get(
        "/portfolio",
        action="servicing.read_portfolio",
        returns=PortfolioDays,
        summary="资产组合报告清单 Month ends that have a portfolio report",
    )
    def portfolio_days(context: RequestContext) -> PortfolioDays:
        """The month ends, oldest first."""
        return PortfolioDays(items=tuple(portfolio().files.days(_bank(context))))

    @routes.get(
        "/portfolio/{as_of}",
        action="servicing.read_portfolio",
        returns=PortfolioView,
        summary="资产组合报告 Balance, quality, migration and vintages at a month end",
    )
    def read_portfolio(context: RequestContext, as_of: str) -> PortfolioView:
        """One report."""
        return PortfolioView.of(dict(portfolio().files.document(_bank(context), _day(as_of))))

    @routes.get(
        "/portfolio/{as_of}/files/{name}",
        action="servicing.read_portfolio",
        returns=PortfolioFile,
        summary="报表下载 A link to one table as CSV",
    )
    def portfolio_file(context: RequestContext, as_of: str, name: str) -> PortfolioFile:
        """A link that works for some minutes."""
        bank, day = _bank(context), _day(as_of)
        if name not in get_args(FileName):
            raise PortfolioReportNotFound(f"no table {name[:40]}")
        portfolio().files.document(bank, day)
        url = portfolio().files.link(bank, day, name, LINK_SECONDS)
        return PortfolioFile(name=name, url=url, seconds=LINK_SECONDS)


def _bank(context: RequestContext) -> BankId:
    bank = bank_id(context.principal.bank_id)
    context.authorise(Protected(bank_id=bank))
    return bank


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unprocessable(
            "a month end is a date such as 2026-03-31", field="as_of", rule="date.form"
        ) from None
