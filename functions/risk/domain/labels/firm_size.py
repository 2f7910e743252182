"""Firm size (企业划型, rules 3.5) from whatever row or rows of the standard the industry allows."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

from puhui.china.firm_size import SIZE_NAMES, FirmSize, classify, row_of, table
from puhui.china.industries import section_of
from puhui.money import Money
from risk.domain.labels.evidence import LabelEvidence
from risk.domain.labels.label import NOT_APPLICABLE, UNDETERMINED, Evidence, Label

LABEL: Final = "firm_size"
NAME: Final = "企业划型"
ROWS_OF_SECTION: Final[dict[str, tuple[str, ...]]] = {
    "A": ("agriculture",),
    "B": ("industry",),
    "C": ("industry",),
    "D": ("industry",),
    "E": ("construction",),
    "F": ("wholesale", "retail"),
    "G": ("transport", "storage", "post"),
    "H": ("lodging", "catering"),
    "I": ("telecom", "software"),
    "K": ("real_estate", "property", "other"),
    "L": ("leasing",),
    "M": ("other",),
    "N": ("other",),
    "O": ("other",),
    "R": ("other",),
}
"""Where only the section is known, a size counts if every row of the section gives it ✎."""
MEASURES: Final = ("headcount", "revenue_fen", "assets_fen")
CACHED: Final = 8
"""Several labels of one borrower ask for the same; borrowers of another day are not kept."""
SMALL: Final = frozenset({FirmSize.SMALL, FirmSize.MICRO})


def size_of(evidence: LabelEvidence, day: date) -> FirmSize:
    """The size on which every possible row agrees, else undetermined."""
    sizes = _sizes(evidence, day)
    return next(iter(sizes)) if len(sizes) == 1 else FirmSize.UNDETERMINED


def is_small(evidence: LabelEvidence, day: date) -> bool | None:
    """Whether the firm is small or micro, also where only that much is known."""
    sizes = _sizes(evidence, day)
    if not sizes or FirmSize.UNDETERMINED in sizes or len({size in SMALL for size in sizes}) > 1:
        return None
    return sizes <= SMALL


def firm_size(evidence: LabelEvidence, day: date) -> Label:
    """Large, medium and small need all of their bounds; a missing number leaves it undetermined."""
    standard = table().on(day)
    size = size_of(evidence, day)
    rows = _rows(evidence)
    value, clause = SIZE_CODES[size], f"{'、'.join(_names(rows, day))}：{SIZE_NAMES[size]}"
    missing: tuple[str, ...] = ()
    if evidence.customer_kind == "person" or not rows:
        value, clause = None, NOT_APPLICABLE
    elif value is None:
        clause, missing = UNDETERMINED, missing_measures(evidence, day) or ("industry_code",)
    return Label(
        label=LABEL,
        name=NAME,
        value=value,
        clause=clause,
        source=standard.source,
        confidence=standard.confidence.value,
        evidence=_evidence(evidence),
        missing=missing,
    )


@lru_cache(maxsize=CACHED)
def missing_measures(evidence: LabelEvidence, day: date) -> tuple[str, ...]:
    """What the possible rows ask for and nobody knows."""
    standard = table().value_on(day)
    asked = {measure for row in _rows(evidence) for measure in standard[row].bounds}
    known = {
        "headcount": evidence.headcount,
        "revenue": evidence.revenue_fen,
        "assets": evidence.assets_fen,
    }
    return tuple(name for name, value in known.items() if name in asked and value is None)


SIZE_CODES: Final[dict[FirmSize, str | None]] = {
    FirmSize.UNDETERMINED: None,
    FirmSize.LARGE: "large",
    FirmSize.MEDIUM: "medium",
    FirmSize.SMALL: "small",
    FirmSize.MICRO: "micro",
}


@lru_cache(maxsize=CACHED)
def _sizes(evidence: LabelEvidence, day: date) -> frozenset[FirmSize]:
    return frozenset(
        classify(
            row,
            headcount=evidence.headcount,
            revenue=_money(evidence.revenue_fen),
            assets=_money(evidence.assets_fen),
            on=day,
        )
        for row in _rows(evidence)
    )


def _rows(evidence: LabelEvidence) -> tuple[str, ...]:
    code = evidence.industry_code
    if code is not None and section_of(code) is not None:
        row = row_of(code)
        return () if row is None else (row,)
    return ROWS_OF_SECTION.get(evidence.industry_section, ())


def _names(rows: tuple[str, ...], day: date) -> list[str]:
    return [table().value_on(day)[row].name for row in rows]


def _money(fen: int | None) -> Money | None:
    return None if fen is None else Money(fen)


def _evidence(evidence: LabelEvidence) -> Evidence:
    found: dict[str, str | int | bool] = {
        name: value
        for name in (*MEASURES, "industry_code")
        if (value := getattr(evidence, name)) is not None
    }
    return {"industry_section": evidence.industry_section, **found}
