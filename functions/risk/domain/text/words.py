"""Events that a text names in so many words, unless it says that they are not so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from risk.domain.traditional import TO_SIMPLIFIED

_CLAUSE_END: Final = re.compile(r"[,。;!?、\n]+")
"""After NFKC, which makes half-width marks of ，；！？."""
_NEITHER: Final = re.compile(r"[^\w\n]|_")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """One kind of event and how grave it is."""

    event: str
    """Chinese name of the event."""
    severity: int
    """0 says nothing bad, 1 worth a look, 2 grave, 3 threatens the customer's existence."""
    words: tuple[str, ...] = ()
    """Words of which one is enough; none for an event that the statistical model alone names."""
    words_decide: bool = False
    """True where the words go before the model: it has seen too few examples, or none."""


def named_by_words(
    text: str, rules: tuple[EventRule, ...], negations: tuple[str, ...], reach: int
) -> EventRule | None:
    """The gravest event whose words stand in the text without a negation right before them.

    `reach` is the number of characters before the words in which a negation, in the same clause,
    takes them back: 未被列入失信被执行人名单 says nothing bad.
    """
    plain = _in_clauses(text)
    found = [rule for rule in rules if _said(plain, rule.words, negations, reach)]
    return max(found, key=lambda rule: rule.severity, default=None)


def _in_clauses(text: str) -> str:
    """A text in one spelling: letters and digits only, one clause a line."""
    folded = unicodedata.normalize("NFKC", text).upper().translate(TO_SIMPLIFIED)
    return _NEITHER.sub("", _CLAUSE_END.sub("\n", folded))


def _said(plain: str, words: tuple[str, ...], negations: tuple[str, ...], reach: int) -> bool:
    return any(
        not _taken_back(plain[max(0, at - reach) : at], negations)
        for word in words
        for at in _places(plain, word)
    )


def _taken_back(before: str, negations: tuple[str, ...]) -> bool:
    clause = before.rpartition("\n")[2]
    return any(negation in clause for negation in negations)


def _places(plain: str, word: str) -> Iterator[int]:
    at = plain.find(word)
    while at >= 0:
        yield at
        at = plain.find(word, at + 1)
