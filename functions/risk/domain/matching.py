"""How alike two names are: one spelling first, then the edit distance over the longer name.

Similarity = 1 − d / max(len), in parts per million; d is the optimal string alignment distance
(insert, delete, replace, swap of neighbours). From `THRESHOLD_PPM` on names count as alike: of six
characters one may differ, of ten two. Persons' names are too short for that: they are the same or
they are not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from risk.domain.traditional import TO_SIMPLIFIED

SubjectKind = Literal["firm", "person"]
PPM: Final = 1_000_000
THRESHOLD_PPM: Final = 800_000
"""Starting value of ours ✎: one of six characters differs is alike, two of six is not."""
SUFFIXES: Final = (
    "股份有限责任公司",
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "农民专业合作社",
    "专业合作社",
    "有限合伙",
    "普通合伙",
    "个体工商户",
)
"""Forms of a firm that its name ends with; what stands before them tells firms apart."""
_NO_LETTER: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """A name that is like the one asked for."""

    key: str
    score_ppm: int


def core_name(name: str, kind: SubjectKind) -> str:
    """A name in one spelling: half-width, upper case, simplified, no brackets, no form of firm.

    >>> core_name("安徽（合肥）鼎盛商貿有限責任公司", "firm")
    '安徽合肥鼎盛商贸'
    """
    folded = unicodedata.normalize("NFKC", name).upper().translate(TO_SIMPLIFIED)
    plain = _NO_LETTER.sub("", folded)
    if kind == "person":
        return plain
    for suffix in SUFFIXES:
        if plain.endswith(suffix) and len(plain) > len(suffix):
            return plain.removesuffix(suffix)
    return plain


def similarity_ppm(first: str, second: str) -> int:
    """How alike two names in one spelling are, rounded down.

    >>> similarity_ppm("安徽鼎盛商贸", "安徽鼎盛商务")
    833333
    """
    longer = max(len(first), len(second))
    if longer == 0:
        return 0
    return PPM * (longer - _distance(first, second)) // longer


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Many names of one kind, found by what they share with another: no name is compared twice."""

    names: dict[str, str]
    """Names in one spelling by key."""
    by_character: dict[str, list[str]] = field(repr=False)
    same: dict[str, list[str]] = field(repr=False)

    @classmethod
    def of(cls, names: Iterable[tuple[str, str]]) -> NameIndex:
        """Index names in one spelling by their keys."""
        kept = dict(names)
        by_character: dict[str, list[str]] = {}
        same: dict[str, list[str]] = {}
        for key, name in kept.items():
            same.setdefault(name, []).append(key)
            for character in set(name):
                by_character.setdefault(character, []).append(key)
        return cls(kept, by_character, same)

    def equal_to(self, name: str) -> tuple[Likeness, ...]:
        """Those with exactly this name."""
        return tuple(Likeness(key, PPM) for key in self.same.get(name, ()))

    def like(self, name: str) -> tuple[Likeness, ...]:
        """Those that are alike, the most alike first.

        A name within d edits keeps one of any d + 1 different characters, so only names that have
        one of the rarest are looked at, and only those that bring few others are compared.
        """
        edits = len(name) * (PPM - THRESHOLD_PPM) // THRESHOLD_PPM
        known = set(name)
        rarest = sorted(known, key=lambda one: (len(self.by_character.get(one, ())), one))
        keys = {key for one in rarest[: edits + 1] for key in self.by_character.get(one, ())}
        found = [
            Likeness(key, similarity_ppm(name, self.names[key]))
            for key in keys
            if sum(map(known.__contains__, self.names[key])) >= len(self.names[key]) - edits
        ]
        alike = [one for one in found if one.score_ppm >= THRESHOLD_PPM]
        return tuple(sorted(alike, key=lambda one: (-one.score_ppm, one.key)))


def _distance(first: str, second: str) -> int:
    """Optimal string alignment: three rows of the classical table."""
    if first == second:
        return 0
    before: list[int] = []
    last = list(range(len(second) + 1))
    for row, left in enumerate(first, 1):
        current = [row]
        for column, right in enumerate(second, 1):
            cost = left != right
            best = min(last[column] + 1, current[-1] + 1, last[column - 1] + cost)
            swapped = (
                row > 1 and column > 1 and left == second[column - 2] and first[row - 2] == right
            )
            if swapped:
                best = min(best, before[column - 2] + 1)
            current.append(best)
        before, last = last, current
    return last[-1]
