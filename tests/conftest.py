"""What all tests share: service descriptions read once per process, examples of any duration."""

from __future__ import annotations

import functools

import pytest
from botocore import session
from hypothesis import HealthCheck, settings

# moto begins every mocked account with a new session, and each session would read and parse the
# same files anew: a third of the time of a component test.
session.create_loader = functools.cache(session.create_loader)

# The machines that run these tests are shared: how long an example takes, or to make one, says
# nothing.
settings.register_profile(
    "shared-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("fast-slice", settings.get_profile("shared-machine"), max_examples=40)


def pytest_configure(config: pytest.Config) -> None:
    """The fast slice tries fewer examples; everything else tries hypothesis's own hundred."""
    fast = config.getoption("markexpr") == "not full"
    settings.load_profile("fast-slice" if fast else "shared-machine")
