"""Every environment variable of risk's functions, typed and read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from puhui.settings import Settings

ABSENT: Final = "absent"
"""Stands for what belongs to a module that is not deployed."""


@dataclass(frozen=True)
class ModelSettings(Settings):
    """What answering for a model needs."""

    models_folder: str


@dataclass(frozen=True)
class IndicatorSettings(Settings):
    """What computing indicators needs."""

    documents_bucket: str


@dataclass(frozen=True)
class ReadingSettings(Settings):
    """What the API must know."""

    table_name: str
    decisions_bucket: str
    models_folder: str


@dataclass(frozen=True)
class DecidingSettings(ReadingSettings):
    """What the decision function must know besides."""

    documents_bucket: str
    code_version: str


@dataclass(frozen=True)
class DeskSettings(Settings):
    """What name lists and waivers need."""

    table_name: str
    decisions_bucket: str
    data_key_arn: str
    blind_index_secret_arn: str
    business_date: str


@dataclass(frozen=True)
class PolicySettings(Settings):
    """What the life of policies needs."""

    table_name: str
    decisions_bucket: str
    business_date: str


@dataclass(frozen=True)
class ReviewSettings(Settings):
    """What reviews of decisions need."""

    table_name: str
    decisions_bucket: str
    data_key_arn: str
    review_machine_arn: str

    @property
    def review_machine(self) -> str | None:
        """The machine that asks operations; None where operations is not deployed."""
        return None if self.review_machine_arn == ABSENT else self.review_machine_arn


@dataclass(frozen=True)
class ScreeningSettings(Settings):
    """What a decision needs to know of lists, waivers and the bank's own policy."""

    table_name: str
    decisions_bucket: str
    data_key_arn: str
    exchange_key_arn: str
    blind_index_secret_arn: str


@dataclass(frozen=True)
class AskingSettings(DecidingSettings):
    """What the API that asks for decisions and checks policies needs besides."""

    exchange_key_arn: str
    blind_index_secret_arn: str
    business_date: str


@dataclass(frozen=True)
class MonitoringSettings(Settings):
    """What collecting scores and recording outcomes needs."""

    table_name: str
    decisions_bucket: str
    models_folder: str


@dataclass(frozen=True)
class MeasuringSettings(MonitoringSettings):
    """What measuring needs besides: reviews are encrypted."""

    data_key_arn: str
