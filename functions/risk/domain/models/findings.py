"""What speaks against somebody: adverse facts, and facts that nobody knows.

What is not known counts as the worst that it could be, so nobody gains by leaving something out;
its code ends with `_UNKNOWN` and its text says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from risk.domain.models.answer import ModelReason

UNKNOWN = "_UNKNOWN"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that counts against somebody, and how gravely."""

    code: str
    grade: str
    text: str
    unknown: bool = False

    @property
    def reason(self) -> ModelReason:
        """The finding as an answer tells it."""
        return ModelReason(self.code, self.text)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about somebody: the code of the finding, how it is called, how grave it is."""

    code: str
    name: str
    grade: str

    def found(self, text: str) -> list[Finding]:
        """It is so."""
        return [Finding(self.code, self.grade, text)]

    def unknown(self) -> list[Finding]:
        """Nobody knows: as grave as if it were so."""
        text = f"{self.name}未知，按最不利情形处理"
        return [Finding(f"{self.code}{UNKNOWN}", self.grade, text, unknown=True)]

    def flag(self, value: bool | None) -> list[Finding]:
        """A fact that is adverse when it is true."""
        if value is None:
            return self.unknown()
        return self.found(self.name) if value else []

    def at_least(self, value: int | None, least: int, unit: str) -> list[Finding]:
        """A number that is adverse from a bound on."""
        if value is None:
            return self.unknown()
        return self.found(f"{self.name}{value}{unit}，达到{least}{unit}") if value >= least else []


def worst(findings: Iterable[Finding], order: Sequence[str]) -> str:
    """The gravest grade of all; the first of the order when nothing was found.

    >>> worst([Finding("A", "refer", ""), Finding("B", "reject", "")], ("pass", "refer", "reject"))
    'reject'
    """
    return max((one.grade for one in findings), key=order.index, default=order[0])
