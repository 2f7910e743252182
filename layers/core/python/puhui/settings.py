"""Environment variables as one typed object, read once, on first use.

    @dataclass(frozen=True)
    class IntakeSettings(Settings):
        table_name: str            # TABLE_NAME
        draft_ttl_days: int        # DRAFT_TTL_DAYS
        shadow_scoring_enabled: bool

    settings = IntakeSettings.from_env()

Names of resources have no defaults: a missing one must fail at once, with all the others.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, get_type_hints

from puhui.errors import PuhuiError

S = TypeVar("S", bound="Settings")

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class MissingSettings(PuhuiError):
    """Environment variables are missing or unreadable; the message lists all of them."""

    code = "missing_settings"

    def __init__(self, names: list[str]) -> None:
        """Keep the names of the variables."""
        self.names = tuple(names)
        super().__init__("environment variables missing or unreadable: " + ", ".join(names))


@dataclass(frozen=True)
class Settings:
    """Base of a module's settings: each field is the environment variable of its name."""

    @classmethod
    def from_env(cls: type[S], environ: Mapping[str, str] = os.environ) -> S:
        """Read every field from `FIELD_NAME`; all that is missing is reported together."""
        hints = get_type_hints(cls)
        values: dict[str, Any] = {}
        problems: list[str] = []
        for field in fields(cls):
            name = field.name.upper()
            text = environ.get(name, "")
            if not text:
                if field.default is MISSING and field.default_factory is MISSING:
                    problems.append(name)
                continue
            try:
                values[field.name] = _read(text, hints[field.name])
            except ValueError:
                problems.append(f"{name} (not {hints[field.name].__name__})")
        if problems:
            raise MissingSettings(problems)
        return cls(**values)


def _read(text: str, kind: type[Any]) -> str | int | bool:
    if kind is str:
        return text
    if kind is int:
        return int(text)
    if kind is bool:
        if text.lower() not in _BOOLEANS:
            raise ValueError(text)
        return _BOOLEANS[text.lower()]
    raise TypeError(f"a setting is str, int or bool, not {kind!r}")
