"""What all tests share: service descriptions read once per process, examples of any duration."""

from __future__ import annotations

import functools

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
settings.load_profile("shared-machine")
