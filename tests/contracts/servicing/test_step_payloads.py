"""FLT28: an execution that an older definition started goes on with the code of today.

Executions call the live alias of a function, so what an old definition passes must be taken, and
what it reads of an answer must be there. The samples are never edited.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import ValidationError

from puhui.contracts.common import Contract
from puhui.contracts.servicing import (
    ActivateLoan,
    LoanActivated,
    QuoteRequest,
    ReserveDisbursement,
    ResolveDisbursement,
)
from servicing.end_of_day_payloads import (
    DayAsked,
    FailureAsked,
    LegAsked,
    OpeningAsked,
    StepAsked,
    leg_answer,
)
from servicing.handlers import quote
from servicing.handlers.business_day import STEPS
from servicing.usecases.activate_loan import ActivateLoan as Activate
from tests.support.loan_accounts import on
from tests.support.servicing import MemoryWorld, a_disbursed_loan

SAMPLES: Final = Path(__file__).parents[1] / "samples" / "servicing"
STEPS_TAKEN: Final[list[dict[str, Any]]] = [
    {**step, "file": path.stem}
    for path in sorted(SAMPLES.glob("steps.v*.json"))
    for step in json.loads(path.read_text(encoding="utf-8"))
]
DECODERS: Final[Mapping[str, type[Contract]]] = {
    "open_closing": OpeningAsked,
    "close_loans": LegAsked,
    "request_debits": LegAsked,
    "classify_loans": LegAsked,
    "watch_loans": LegAsked,
    "report_partition": LegAsked,
    "close_the_day": DayAsked,
    "record_failure": FailureAsked,
    "reserve_disbursement": ReserveDisbursement,
    "post_disbursement": ResolveDisbursement,
    "void_disbursement": ResolveDisbursement,
    "activate_loan": ActivateLoan,
    "quote": QuoteRequest,
}
"""What each function decodes its payload with."""


def _leg(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return leg_answer(LegAsked.model_validate(payload).leg())


def _activated(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    world = MemoryWorld()
    a_disbursed_loan(world)
    loan = Activate(world.ledger, world.loans)(ActivateLoan.model_validate(payload))
    return LoanActivated(
        loan_id=loan.loan_id, first_due_date=on(31), maturity_date=on(366)
    ).model_dump()


ANSWERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]]] = {
    "close_loans": _leg,
    "request_debits": _leg,
    "classify_loans": _leg,
    "watch_loans": _leg,
    "activate_loan": _activated,
    "quote": lambda payload: quote.handler(dict(payload), None),
}


def _named(step: Mapping[str, Any]) -> str:
    return f"{step['file']}-{step['step']}"


@pytest.mark.parametrize("step", STEPS_TAKEN, ids=_named)
def test_what_an_older_definition_passes_is_taken(step: dict[str, Any]) -> None:
    read = DECODERS[step["step"]].model_validate(step["payload"])

    assert read.model_dump(mode="json", exclude_unset=True) == step["payload"]


@pytest.mark.parametrize("step", [one for one in STEPS_TAKEN if one["step"] in ANSWERS], ids=_named)
def test_what_an_older_definition_reads_is_answered(step: dict[str, Any]) -> None:
    answer = ANSWERS[step["step"]](step["payload"])

    assert set(step["reads"]) <= answer.keys()


def test_a_sample_of_every_step_is_held() -> None:
    held = {one["step"] for one in STEPS_TAKEN}

    assert held == DECODERS.keys()
    assert STEPS.keys() <= held


@pytest.mark.parametrize("step", STEPS_TAKEN, ids=_named)
def test_a_field_that_only_a_later_definition_passes_is_refused_by_name(
    step: dict[str, Any],
) -> None:
    with pytest.raises(ValidationError, match="from_a_later_version"):
        DECODERS[step["step"]].model_validate(step["payload"] | {"from_a_later_version": 1})


def test_a_step_that_only_a_later_definition_has_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="step"):
        StepAsked.model_validate({"step": "from_a_later_version"})
