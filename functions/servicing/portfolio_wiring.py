"""Composition root of the portfolio reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from puhui.aws import client
from servicing.adapters.s3_month_ends import S3MonthEnds, S3PortfolioFiles
from servicing.portfolio_ports import PortfolioFiles
from servicing.settings import PortfolioSettings
from servicing.usecases.draw_up_portfolio import DrawUpPortfolio
from servicing.usecases.keep_month_end import KeepMonthEnd

PARTS = 64
"""As many as end of day walks."""


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """Everything that the portfolio's handlers and views call."""

    keep_month_end: KeepMonthEnd
    draw_up: DrawUpPortfolio
    files: PortfolioFiles


@cache
def portfolio() -> Portfolio:
    """Build everything once per process."""
    bucket, s3 = PortfolioSettings.from_env().reports_bucket, client("s3")
    month_ends, files = S3MonthEnds(s3, bucket), S3PortfolioFiles(s3, bucket)
    return Portfolio(
        keep_month_end=KeepMonthEnd(month_ends),
        draw_up=DrawUpPortfolio(month_ends, files, PARTS),
        files=files,
    )
