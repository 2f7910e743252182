"""Whether a text speaks of our customer: its name stands in it, in one spelling.

No edit distance here: a text of 300 characters has some window that is like any short name, and
blaming a customer for another firm's news is the error to avoid.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from risk.domain.matching import core_name
from risk.domain.traditional import TO_SIMPLIFIED

SHORTEST_CORE: Final = 3
"""A name without its form of firm that is shorter is asked for in full ✎."""
_NO_LETTER: Final = re.compile(r"[\W_]+")


def plain_text(text: str) -> str:
    """A text in the spelling of `matching.core_name`: half-width, simplified, letters only."""
    folded = unicodedata.normalize("NFKC", text).upper().translate(TO_SIMPLIFIED)
    return _NO_LETTER.sub("", folded)


def speaks_of(text: str, names: Iterable[str]) -> bool | None:
    """True if one of the names stands in the text; None if no name can be looked for.

    >>> speaks_of("法院裁定受理安徽鼎盛商貿破產清算", ["安徽鼎盛商贸有限公司"])
    True
    """
    wanted = {spelling for name in names for spelling in _spellings(name)}
    if not wanted:
        return None
    plain = plain_text(text)
    return any(spelling in plain for spelling in wanted)


def _spellings(name: str) -> Iterable[str]:
    full = plain_text(name)
    core = core_name(name, "firm")
    chosen = core if len(core) >= SHORTEST_CORE else full
    if len(chosen) >= 2:
        yield chosen
