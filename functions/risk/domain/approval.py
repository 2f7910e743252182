"""Four eyes (四眼原则): whoever proposes something does not approve it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from puhui.errors import Conflict


class SamePerson(Conflict):
    """Whoever proposed this does not approve it."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who did something, and when."""

    by: str
    at: datetime


def check_another_person(by: str, *acts: Act | None) -> None:
    """The approver is nobody who acted before."""
    if any(act is not None and act.by == by for act in acts):
        raise SamePerson(
            "another person than who proposed it must approve", field="by", rule="four_eyes"
        )
