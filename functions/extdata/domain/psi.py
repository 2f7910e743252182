"""Population stability index (群体稳定性指标): how far a field's values moved from a reference.

    PSI = Σ over buckets of (a − e) · ln(a / e)

with a the share of a bucket now and e in the reference. Below 0.10 is taken for stable, above 0.25
for a shift that somebody looks at (N. Siddiqi, Credit Risk Scorecards, Wiley 2006). It is the
symmetrised Kullback-Leibler divergence, so it is never negative and 0 only for equal shares
(B. Yurdakul, Statistical Properties of Population Stability Index, Western Michigan University,
2018). A bucket that is empty on one side counts as FLOOR, because ln 0 is not a number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

FLOOR: Final = 1e-4
"""Share of an empty bucket; smaller floors make single values dominate the sum."""
STABLE: Final = 0.10
SHIFTED: Final = 0.25
MILLION: Final = 1_000_000


def psi(actual: Mapping[str, int], expected: Mapping[str, int]) -> float:
    """The index of two counts by bucket; both must have something in them.

    >>> psi({"1": 10, "2": 30}, {"1": 1, "2": 3})
    0.0
    """
    now, reference = sum(actual.values()), sum(expected.values())
    if now <= 0 or reference <= 0:
        raise ValueError("an empty distribution has no stability index")
    total = 0.0
    for bucket in sorted(actual.keys() | expected.keys()):
        a = max(actual.get(bucket, 0) / now, FLOOR)
        e = max(expected.get(bucket, 0) / reference, FLOOR)
        total += (a - e) * math.log(a / e)
    return total


def verdict(millionths: int) -> str:
    """What the index means to people.

    >>> verdict(50_000), verdict(100_000), verdict(300_000)
    ('稳定', '轻微漂移', '显著漂移')
    """
    if millionths < STABLE * MILLION:
        return "稳定"
    return "轻微漂移" if millionths <= SHIFTED * MILLION else "显著漂移"
