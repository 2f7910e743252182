"""M19 is asked about things pledged and guarantors, of which a decision's question names none."""

from __future__ import annotations

from risk.domain.model_inputs.known import Answers, Known, NotAsked


def inputs(known: Known, answers: Answers) -> NotAsked:
    """Loans that are decided here are unsecured: there is nothing to value."""
    return NotAsked("no_security")
