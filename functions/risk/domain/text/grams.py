"""Turns a text into numbers without a vocabulary: hashed runs of one to three characters.

The same function serves and trains. A text is normalised (NFKC, case folded, white space joined),
cut at `MAX_CHARACTERS`, and every run of 1, 2 and 3 characters is hashed: FNV-1a over the code
points as 32-bit units, the finaliser of MurmurHash3 on top, the low `BUCKET_BITS` bits kept. A
bucket's weight is 1 + ln(count) in 64ths. All of it is whole numbers: the same on every machine.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LONGEST_GRAM: Final = 3
BUCKET_BITS: Final = 15
BUCKETS: Final = 1 << BUCKET_BITS
MAX_CHARACTERS: Final = 2_000
"""What stands further behind is not read: a judgement says what it is about at its beginning."""
WEIGHT_UNIT: Final = 64
_FNV_BASIS: Final = np.uint32(2_166_136_261)
_FNV_PRIME: Final = np.uint32(16_777_619)
_MIX_FIRST: Final = np.uint32(0x85EB_CA6B)
_MIX_SECOND: Final = np.uint32(0xC2B2_AE35)
_SHIFTS: Final = (np.uint32(16), np.uint32(13), np.uint32(16))
_WHITE: Final = re.compile(r"\s+")
_WEIGHTS: Final = np.concatenate(
    [[0], np.rint(WEIGHT_UNIT * (1 + np.log(np.arange(1, MAX_CHARACTERS + 1))))]
).astype(np.int64)
"""Weight by count; no run of characters is more frequent than the text is long."""


@dataclass(frozen=True, slots=True)
class Grams:
    """The buckets that a text falls into, ascending, and their weights in 64ths."""

    buckets: NDArray[np.int64]
    weights: NDArray[np.int64]


def tidy(text: str) -> str:
    """A text in one spelling, at most `MAX_CHARACTERS` long.

    The cut before NFKC bounds the work (one character becomes at most 18); a lone surrogate,
    which no encoding of a text has, counts as a replacement character.

    >>> tidy("  ＡＢＣ公司　①号 ")
    'abc公司 1号'
    """
    folded = unicodedata.normalize("NFKC", text[: 2 * MAX_CHARACTERS]).casefold()
    plain = _WHITE.sub(" ", folded).strip()[:MAX_CHARACTERS].rstrip()
    return plain.encode("utf-8", "replace").decode("utf-8")


def grams(text: str) -> Grams:
    """Hash a text; one without any character but white space has no buckets.

    >>> len(grams("停业").buckets)
    3
    """
    points = np.frombuffer(tidy(text).encode("utf-32-le"), np.uint32)
    found = []
    state = np.full(len(points), _FNV_BASIS)
    for length in range(1, min(LONGEST_GRAM, len(points)) + 1):
        state = (state[: len(points) - length + 1] ^ points[length - 1 :]) * _FNV_PRIME
        found.append(_mixed(state) & np.uint32(BUCKETS - 1))
    if not found:
        return Grams(np.empty(0, np.int64), np.empty(0, np.int64))
    buckets, counts = np.unique(np.concatenate(found), return_counts=True)
    return Grams(buckets.astype(np.int64), _WEIGHTS[np.minimum(counts, MAX_CHARACTERS)])


def _mixed(state: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's finaliser: the low bits of FNV alone are too alike for a power of two."""
    mixed = state ^ (state >> _SHIFTS[0])
    mixed = mixed * _MIX_FIRST
    mixed ^= mixed >> _SHIFTS[1]
    mixed = mixed * _MIX_SECOND
    mixed ^= mixed >> _SHIFTS[2]
    return mixed
