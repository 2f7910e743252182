"""The simulated firms that ask for loans in walks through the system."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from sandbox.domain.applicant import Applicant
from sandbox.domain.population import generate

BUSINESS_DATE = date(2026, 11, 2)


@cache
def firms(count: int = 120) -> tuple[Applicant, ...]:
    """A simulated population, made once per process."""
    return tuple(generate(seed="workflows", n=count, as_of=BUSINESS_DATE))


def customer_body(firm: Applicant) -> dict[str, Any]:
    """What intake is told of a firm."""
    return {
        **firm.party.model_dump(mode="json"),
        "region_code": firm.region_code,
        "industry_section": firm.industry_section,
        "established_on": firm.established_on.isoformat(),
    }
