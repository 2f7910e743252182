"""The simulated firms that ask for loans in walks through the system."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from sandbox.domain.applicant import Applicant
from sandbox.domain.population import applicant_at

BUSINESS_DATE = date(2026, 11, 2)


def firms(first: int = 0, end: int = 120) -> Iterator[Applicant]:
    """A simulated population, or a part of it; a firm is made when it is first asked for."""
    return map(_firm, range(first, end))


@cache
def _firm(index: int) -> Applicant:
    return applicant_at("workflows", index, BUSINESS_DATE)


def customer_body(firm: Applicant) -> dict[str, Any]:
    """What intake is told of a firm."""
    return {
        **firm.party.model_dump(mode="json"),
        "region_code": firm.region_code,
        "industry_section": firm.industry_section,
        "established_on": firm.established_on.isoformat(),
    }
