"""The head of an .npy file of one dimension, as numpy writes it."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Final

import numpy as np

HEAD_LENGTH_AT: Final = 8
"""Where a version 1.0 head tells its own length, behind magic and version."""
HEADS_REMEMBERED: Final = 4_096


@lru_cache(maxsize=HEADS_REMEMBERED)
def npy_head(dtype: str, size: int) -> bytes:
    """What stands before the numbers of a one-dimensional array in an .npy file."""
    head = io.BytesIO()
    described = {"descr": dtype, "fortran_order": False, "shape": (size,)}
    np.lib.format.write_array_header_1_0(head, described)
    return head.getvalue()
