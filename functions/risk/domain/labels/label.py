"""A regulatory label: its value, the clause that decided, and the evidence for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Evidence = Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What is reported of a borrower, and why.

    `value` is None while evidence is missing (`missing` names it), and None with nothing missing
    where the label does not apply to such a borrower.
    """

    label: str
    name: str
    value: bool | str | None
    clause: str
    source: str
    confidence: str
    evidence: Evidence = field(default_factory=dict)
    missing: Sequence[str] = ()

    @property
    def document(self) -> dict[str, Any]:
        """As the record has it."""
        return {
            "label": self.label,
            "name": self.name,
            "value": self.value,
            "clause": self.clause,
            "source": self.source,
            "confidence": self.confidence,
            "evidence": dict(self.evidence),
            "missing": list(self.missing),
        }


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of a label: what it says when known, and what must be known for it."""

    holds: bool | None
    clause: str
    """The sentence that is told when this condition decides."""
    missing: tuple[str, ...] = ()


def all_of(checks: Sequence[Check], met: str) -> tuple[bool | None, str, tuple[str, ...]]:
    """Value, clause and missing evidence when every condition must hold (Kleene's logic).

    One condition that is known to be false decides, whatever else is not known.
    """
    for check in checks:
        if check.holds is False:
            return False, check.clause, ()
    missing = tuple(name for check in checks if check.holds is None for name in check.missing)
    if any(check.holds is None for check in checks):
        return None, UNDETERMINED, tuple(dict.fromkeys(missing))
    return True, met, ()


UNDETERMINED = "资料不全，未能认定"
NOT_APPLICABLE = "不适用于该类借款人"
