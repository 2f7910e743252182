"""What a row of the table of malformed requests is, and how it is sent."""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass, field
from typing import Any

from puhui.identity import Principal
from tests.support.api import Answer, call
from tests.support.intake_builders import a_principal

MANAGER = a_principal()
CUSTOMER = a_principal("customer")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One request. A word like `$draft` anywhere in it stands for an id of the world."""

    name: str
    module: str = "intake"
    method: str = "POST"
    resource: str
    status: int
    code: str = ""
    wrong: str | None = None
    """The field that the error names."""
    body: Any = None
    raw: str | None = None
    who: Principal | None = MANAGER
    headers: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    query: dict[str, list[str]] = field(default_factory=dict)

    def send(self, world: dict[str, str]) -> Answer:
        """Make the request in a world."""
        app = importlib.import_module(f"{self.module}.api").app
        return call(
            app,
            self.method,
            self.resource,
            body=_with(world, self.body),
            raw=self.raw,
            principal=self.who,
            headers=self.headers,
            values=_with(world, self.values),
            query=self.query or None,
        )


def _with(world: dict[str, str], value: Any) -> Any:
    """Put the world's ids in place of their words, the longest word first."""
    if value is None:
        return None
    text = json.dumps(value, ensure_ascii=False)
    for word in sorted(world, key=len, reverse=True):
        text = text.replace(f"${word}", world[word])
    return json.loads(text)
