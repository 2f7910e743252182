"""A back office with one open task, and one whose task is claimed."""

from __future__ import annotations

import pytest

from tests.support.operations_office import Office, a_principal


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def claimed(office: Office) -> Office:
    office.claim(a_principal(), office.task_id)
    return office
