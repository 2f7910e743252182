"""Intake on moto with one product on sale, anew for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from intake.handlers.keep_product import handler as keep_product
from tests.support.intake_api import a_published_product, queued
from tests.support.intake_aws import intake_on_aws


@pytest.fixture(autouse=True)
def _aws() -> Iterator[None]:
    with intake_on_aws():
        keep_product(queued(a_published_product()), None)
        yield
