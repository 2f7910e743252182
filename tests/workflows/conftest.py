"""Deployed systems that the workflow tests share; a test file uses one of them only.

One cloud at a time fits into a process, so what is patient and what is not lie in separate files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from infra.lint.asl import all_states
from tests.support.loan_walk import LoanWalk, walking

QUICK_QUERIES = {"PaymentQuerySeconds": "1", "MaxPaymentQueries": "2"}
SHORT_DEADLINES = {
    "ApprovalDeadlineSeconds": "3",
    "OfferDeadlineSeconds": "3",
    "SigningDeadlineSeconds": "12",
    "InvestigationDeadlineSeconds": "3",
}


@pytest.fixture(scope="module")
def _patient() -> Iterator[LoanWalk]:
    with walking(QUICK_QUERIES) as walk:
        yield walk


@pytest.fixture
def walk(_patient: LoanWalk) -> Iterator[LoanWalk]:
    """A bank whose people have days; faults of one test never reach the next."""
    _patient.cloud.faults.clear()
    _patient.dead_letters()
    yield _patient
    _patient.cloud.faults.clear()


@pytest.fixture(scope="module")
def _impatient() -> Iterator[LoanWalk]:
    with walking({**QUICK_QUERIES, **SHORT_DEADLINES}) as walk:
        yield walk


@pytest.fixture
def impatient(_impatient: LoanWalk) -> Iterator[LoanWalk]:
    """A bank whose deadlines pass within seconds."""
    _impatient.cloud.faults.clear()
    _impatient.dead_letters()
    yield _impatient
    _impatient.cloud.faults.clear()


STATE_SECONDS = 4
"""Long enough for any station on a busy machine, its first call included."""
TOO_LONG_SECONDS = 5.5


def _every_lambda_soon(_: str, definition: dict[str, Any]) -> dict[str, Any]:
    for _name, state in all_states(definition):
        if str(state.get("Resource", "")).endswith("lambda:invoke"):
            state["TimeoutSeconds"] = STATE_SECONDS
    return definition


@pytest.fixture(scope="module")
def _slow() -> Iterator[LoanWalk]:
    with walking(QUICK_QUERIES, definition=_every_lambda_soon) as walk:
        yield walk


@pytest.fixture
def slow(_slow: LoanWalk) -> Iterator[LoanWalk]:
    """A bank where every function's state times out after STATE_SECONDS."""
    _slow.cloud.faults.clear()
    _slow.dead_letters()
    yield _slow
    _slow.cloud.faults.clear()
