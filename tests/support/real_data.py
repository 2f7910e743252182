"""Where the real invoices are; the tests that read them are skipped where they are not."""

from __future__ import annotations

import os

import pytest

from infra.config import ROOT

VARIABLE = "PUHUI_DATA"
DEFAULT = "../shared/data/cn_sme_invoices"
REAL_FIRMS = ROOT / os.environ.get(VARIABLE, DEFAULT)
"""A relative path starts at the project; an absolute one stays what it is."""
WHY_SKIPPED = (
    f"no folder {REAL_FIRMS}: set {VARIABLE} to the firms of CUMCM 2020 problem C "
    "(docs/data-format.md)"
)

needs_real_firms = pytest.mark.skipif(not REAL_FIRMS.is_dir(), reason=WHY_SKIPPED)
