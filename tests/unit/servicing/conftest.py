"""Property tests on shared machines: correctness is checked, seconds are not."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("servicing", deadline=None)
settings.load_profile("servicing")
