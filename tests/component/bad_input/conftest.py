"""One world for all rows: a refused request changes nothing, and a test holds it to that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.component.bad_input.world import make_world
from tests.support.intake_aws import intake_on_aws


@pytest.fixture(scope="module")
def world() -> Iterator[dict[str, str]]:
    """The ids that stand for `$words` in the table."""
    with intake_on_aws():
        yield make_world()
