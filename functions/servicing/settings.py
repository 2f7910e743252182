"""Every environment variable of servicing's functions, typed and read once."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.settings import Settings


@dataclass(frozen=True)
class ServicingSettings(Settings):
    """Names come from the stack; a missing one stops the first request with the whole list."""

    table_name: str
    business_date: str


@dataclass(frozen=True)
class PortfolioSettings(Settings):
    """What the portfolio reports need."""

    reports_bucket: str


@dataclass(frozen=True)
class AskingSettings(ServicingSettings):
    """Who asks the models of `risk`; `absent` where it is not deployed."""

    answer_model_arn: str
