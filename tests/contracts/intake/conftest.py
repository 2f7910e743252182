"""Every test of a port runs on the fakes, then on the adapters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.intake_aws import intake_on_aws
from tests.support.intake_ports import Ports, in_memory, on_aws


@pytest.fixture(params=["memory", "aws"])
def ports(request: pytest.FixtureRequest) -> Iterator[Ports]:
    """The fakes, then the adapters."""
    if request.param == "memory":
        yield in_memory()
        return
    with intake_on_aws():
        yield on_aws()
