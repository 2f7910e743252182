"""Composition root of the portfolio reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from puhui.aws import client
from puhui.clock import SystemClock
from puhui.dynamodb import bind_table
from servicing.adapters.dynamo_end_of_day import DynamoBusinessDays
from servicing.adapters.dynamo_loan_books import DynamoLoanBooks
from servicing.adapters.end_of_day_rows import END_OF_DAY_ROWS
from servicing.adapters.rows import ROWS
from servicing.adapters.s3_month_ends import S3MonthEnds, S3PortfolioFiles
from servicing.book_ports import PARTITIONS
from servicing.portfolio_ports import PortfolioFiles
from servicing.settings import MonthSettings, PortfolioSettings
from servicing.usecases.close_month import CloseMonth
from servicing.usecases.draw_up_portfolio import DrawUpPortfolio
from servicing.usecases.ensure_reached import EnsureReached
from servicing.usecases.keep_month_end import KeepMonthEnd


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """Everything that the portfolio's handlers and views call."""

    keep_month_end: KeepMonthEnd
    draw_up: DrawUpPortfolio
    files: PortfolioFiles


@cache
def close_month() -> CloseMonth:
    """What closes a month; it reads the books too."""
    settings = MonthSettings.from_env()
    bind_table(settings.table_name, *ROWS, *END_OF_DAY_ROWS)
    wired, clock = portfolio(), SystemClock()
    return CloseMonth(
        DynamoLoanBooks(clock),
        wired.keep_month_end,
        wired.draw_up,
        EnsureReached(DynamoBusinessDays(clock)),
        PARTITIONS,
    )


@cache
def portfolio() -> Portfolio:
    """Build everything once per process."""
    bucket, s3 = PortfolioSettings.from_env().reports_bucket, client("s3")
    month_ends, files = S3MonthEnds(s3, bucket), S3PortfolioFiles(s3, bucket)
    return Portfolio(
        keep_month_end=KeepMonthEnd(month_ends),
        draw_up=DrawUpPortfolio(month_ends, files, PARTITIONS),
        files=files,
    )
