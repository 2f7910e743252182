"""Every environment variable of servicing's functions, typed and read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from puhui.settings import Settings

ABSENT: Final = "absent"
"""Stands for what belongs to a module that is not deployed."""


@dataclass(frozen=True)
class ServicingSettings(Settings):
    """Names come from the stack; a missing one stops the first request with the whole list."""

    table_name: str
    business_date: str


@dataclass(frozen=True)
class RailSettings(Settings):
    """What the rail's functions need."""

    table_name: str
    business_date: str
    rail_files_bucket: str
    core_banking_url: str
    core_banking_secret_arn: str


@dataclass(frozen=True)
class PortfolioSettings(Settings):
    """What the portfolio reports need."""

    reports_bucket: str


@dataclass(frozen=True)
class MonthSettings(PortfolioSettings):
    """What closing a month needs besides."""

    table_name: str


@dataclass(frozen=True)
class AskingSettings(ServicingSettings):
    """Who asks the models of `risk`; `absent` where it is not deployed."""

    answer_model_arn: str


@dataclass(frozen=True)
class OutboxTableSettings(Settings):
    """What finding events that nobody was told of needs."""

    table_name: str


@dataclass(frozen=True)
class SweepSettings(Settings):
    """What looking after the clocks of warnings needs."""

    table_name: str


@dataclass(frozen=True)
class WarningSettings(Settings):
    """What answering warnings, recording checks and tracing money needs."""

    table_name: str
    business_date: str
    data_key_arn: str
    answer_model_arn: str


@dataclass(frozen=True)
class WatchSettings(WarningSettings):
    """What watching loans needs besides."""

    compute_indicators_arn: str
    query_external_data_arn: str


def deployed(arn: str) -> str | None:
    """The ARN of another module's function; None where that module is not deployed."""
    return None if arn == ABSENT else arn
