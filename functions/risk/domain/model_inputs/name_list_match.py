"""M02 asked with the screening of the decision: names and codes are sealed, hits are ids."""

from __future__ import annotations

from typing import Final

from risk.domain.indicators.values import State
from risk.domain.model_inputs.known import Answers, Known, NotAsked
from risk.domain.models.answer import ModelReason
from risk.domain.models.name_list_match import Found, Screened

NOT_IDENTIFIED: Final = ModelReason("SUBJECT_NOT_IDENTIFIED", "名称或证件号码未知，无法筛查")


def inputs(known: Known, answers: Answers) -> Screened | NotAsked:
    """The hits that were found, and that somebody could not be looked for."""
    screening = known.given.screening
    if screening is None:
        return NotAsked("not_screened")
    return Screened(
        hits=tuple(Found(**hit) for hit in screening["hits"]),
        gaps=() if screening["state"] == State.OK else (NOT_IDENTIFIED,),
    )
