"""A bank that can take an application: one product, one customer, a consent, a document."""

from __future__ import annotations

import pytest

from tests.support.intake_bank import Intake
from tests.support.intake_builders import (
    NORTH,
    a_consent,
    a_customer,
    a_product,
    an_accepted_document,
)


@pytest.fixture
def intake() -> Intake:
    """A bank with one product, one customer with a consent, and one accepted document."""
    intake = Intake()
    intake.products.add(NORTH, a_product())
    intake.customers.add(a_customer())
    intake.consents.add(a_consent())
    intake.documents.add(an_accepted_document())
    return intake
