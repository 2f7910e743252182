"""M27 in tests: a debtor of the golden vectors, to be changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from risk.domain.models import five_tier_ecl as model
from tests.support.rule_models import first_inputs, parameters_of

PARAMETERS = parameters_of(model)
DEBTOR = first_inputs(model)
LOAN = DEBTOR.loans[0]


def tier(inputs: model.Inputs) -> str:
    return model.answer(inputs, PARAMETERS).loans[0].tier


def with_first(inputs: model.Inputs, **changes: Any) -> model.Inputs:
    return replace(inputs, loans=(replace(inputs.loans[0], **changes), *inputs.loans[1:]))
