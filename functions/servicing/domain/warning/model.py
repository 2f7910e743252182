"""Model M24 of risk beside the library (风险预警模型): what it is asked, and what its answer adds.

M24 takes a value that was never obtained for the gravest there is. For a loan whose bank never
bought a source that would colour every loan red and say nothing, so its warnings of unknown values
do not count here: the library tells the same gap as `…_NOT_OBSERVABLE`, never as silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from servicing.domain.warning.colour import Colour, gravest, together
from servicing.domain.warning.findings import Evidence, Finding
from servicing.domain.warning.observation import Known
from servicing.domain.warning.rules import PPM, WarningRules

MODEL: Final = "M24"
MODEL_DOMAIN: Final = "MOD"
FEN: Final = 100
MAX_EVIDENCE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInput:
    """One input of M24: made from these indicators in this way, the worst of them."""

    field: str
    reads: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSays:
    """What M24 answered, and which version of it."""

    version: str
    sha256: str
    answer: Mapping[str, Any]


def _change_ppm(value: Decimal, before: Decimal) -> int | None:
    return int((value - before) * PPM / before) if before > 0 else None


_HOW: Final[Mapping[str, Callable[[Decimal, Decimal], int | bool | None]]] = {
    "change_ppm": _change_ppm,
    "ppm": lambda value, _: int(value * PPM),
    "fen": lambda value, _: int(value * FEN),
    "rise": lambda value, before: max(int(value - before), 0),
    "above_zero": lambda value, _: value > 0,
    "above_one": lambda value, _: value > 1,
}
WAYS: Final = frozenset(_HOW)


def model_inputs(
    rows: Sequence[ModelInput],
    trees: Sequence[str],
    *,
    days_overdue: int,
    known: Known,
    baseline: Known,
) -> dict[str, Any]:
    """The question to M24: null for what was never known.

    Its trees are asked only when all that they read was observed at some time: they take a gap
    for the worst value, and would then measure our sources and not the borrower.
    """
    inputs: dict[str, Any] = {row.field: _worst(row, known, baseline) for row in rows}
    inputs["overdue_days"] = days_overdue
    if trees and all(name in known for name in trees):
        inputs["indicators"] = {name: float(known[name].value) for name in trees}
    return inputs


def model_finding(says: ModelSays, library: Colour, rules: WarningRules) -> list[Finding]:
    """A finding of the model's own where its known warnings are graver than the library's all."""
    warned = [one for one in says.answer["warnings"] if one["value"] is not None]
    colours = [(str(one["domain"]), Colour(one["colour"])) for one in warned]
    colour = gravest(
        [
            *(one for _, one in colours),
            together(
                colours,
                orange_from_domains=rules.orange_from_domains,
                red_from_domains=rules.red_from_domains,
            ),
        ]
    )
    if colour.weight <= library.weight:
        return []
    why = tuple(
        Evidence(
            reads=str(one["code"]),
            measure=Decimal(one["value"]),
            bound=None if one["bound"] is None else Decimal(one["bound"]),
            text=f"{says.version} {says.sha256[:12]}",
        )
        for one in warned[:MAX_EVIDENCE]
    )
    return [
        Finding(
            code=MODEL,
            name="风险预警模型判定更重",
            domain=MODEL_DOMAIN,
            colour=colour,
            evidence=why,
        )
    ]


def _worst(row: ModelInput, known: Known, baseline: Known) -> int | bool | None:
    """The gravest of several indicators; a fall is graver the lower it is."""
    found = [
        _HOW[row.how](known[name].value, baseline[name].value)
        for name in row.reads
        if name in known and name in baseline
    ]
    values = [one for one in found if one is not None]
    return max(values, default=None)
