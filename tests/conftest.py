"""What all tests share: botocore reads each of its descriptions of a service once per process."""

from __future__ import annotations

import functools

from botocore import session

# moto begins every mocked account with a new session, and each session would read and parse the
# same files anew: a third of the time of a component test.
session.create_loader = functools.cache(session.create_loader)
