"""Reads fields of a JSON object, noting what is missing, unknown or of a wrong kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from risk.domain.policy.findings import Findings

CODE: Final = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
"""As `puhui.contracts.common.Code`."""


@dataclass(slots=True)
class Fields:
    """One JSON object at a path; every reader answers a usable value."""

    body: Any
    path: str
    findings: Findings

    def __post_init__(self) -> None:
        """Anything but an object is read as an empty one."""
        if not isinstance(self.body, dict):
            self.findings.add("FIELD_INVALID", self.path, "an object is expected")
            self.body = {}

    def only(self, *names: str) -> None:
        """Note fields that nobody reads."""
        for name in self.body:
            if name not in names:
                self.findings.add("FIELD_UNKNOWN", f"{self.path}.{name}", name)

    def text(self, name: str, default: str = "") -> str:
        """A text that is not empty."""
        return str(self._read(name, str, default))

    def named(self) -> None:
        """A display name is a text wherever there is one."""
        if "name" in self.body:
            self.text("name")

    def optional_text(self, name: str) -> str | None:
        """A text, or null."""
        if self.body.get(name) is None:
            return None
        return self.text(name)

    def coded(self, name: str) -> str:
        """A text that may stand in contracts as a code."""
        found = self.text(name)
        if found and not CODE.fullmatch(found):
            self.findings.add("FIELD_INVALID", f"{self.path}.{name}", f"{found!r} is no code")
        return found

    def integer(self, name: str, default: int = 0) -> int:
        """An integer; a truth value is none."""
        found = self._read(name, int, default)
        if isinstance(found, bool):
            self.findings.add("FIELD_INVALID", f"{self.path}.{name}", "an integer is expected")
            return default
        return int(found)

    def items(self, name: str) -> list[Any]:
        """A list."""
        found: list[Any] = self._read(name, list, [])
        return found

    def object(self, name: str) -> dict[str, Any]:
        """An object."""
        found: dict[str, Any] = self._read(name, dict, {})
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        found = self.items(name)
        if not all(isinstance(one, str) for one in found):
            self.findings.add("FIELD_INVALID", f"{self.path}.{name}", "texts are expected")
        return tuple(one for one in found if isinstance(one, str))

    def day(self, name: str) -> date:
        """An ISO date."""
        text = self.text(name, "0001-01-01")
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.findings.add("FIELD_INVALID", f"{self.path}.{name}", f"{text!r} is no date")
            return date.min

    def inside(self, name: str) -> Fields:
        """An object in the object."""
        return Fields(self.object(name), f"{self.path}.{name}", self.findings)

    def each(self, name: str, keys: Iterable[str] = ("id",)) -> list[Fields]:
        """The objects of a list, each at a path that names it."""
        found = []
        for index, one in enumerate(self.items(name)):
            known = one if isinstance(one, dict) else {}
            label = next((str(known[key]) for key in keys if known.get(key)), str(index))
            found.append(Fields(one, f"{self.path}.{name}[{label}]", self.findings))
        return found

    def _read(self, name: str, kind: type, default: Any) -> Any:
        if name not in self.body:
            self.findings.add("FIELD_MISSING", f"{self.path}.{name}", name)
            return default
        found = self.body[name]
        if not isinstance(found, kind) or (kind is str and not found):
            expected = f"{kind.__name__} is expected"
            self.findings.add("FIELD_INVALID", f"{self.path}.{name}", expected)
            return default
        return found
