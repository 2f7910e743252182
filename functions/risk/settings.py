"""Every environment variable of risk's functions, typed and read once."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.settings import Settings


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
