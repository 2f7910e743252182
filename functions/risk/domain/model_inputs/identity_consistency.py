"""M03 asked with the checks of the device document; name, number and card are sealed.

So the best that it can answer in a decision is `doubt`; a check that failed is `inconsistent`.
"""

from __future__ import annotations

from typing import Final, Literal

from risk.domain.documents import Document
from risk.domain.model_inputs.known import DEVICE, Answers, Known, NotAsked
from risk.domain.models.identity_consistency import Inputs

OUTCOMES: Final[dict[int, Literal["fail", "pass"]]] = {0: "fail", 1: "pass"}


def inputs(known: Known, answers: Answers) -> Inputs | NotAsked:
    """The last check of each kind; what nobody checked is not known."""
    device = known.document(DEVICE)
    if device is None:
        return NotAsked("no_device")
    return Inputs(
        as_of=known.request.as_of,
        name=None,
        id_number=None,
        phone=None,
        card_genuine=_outcome(known, "id_document"),
        three_factor=_outcome(known, "three_factor"),
        liveness=_outcome(known, "liveness"),
        face_score=_face_score(device),
        phone_months=known.whole("own.dev.number_age.all.now.value"),
        device_accounts=known.whole("own.dev.acct_per_dev.all.d30.cnt"),
        device_staff=_staff(device),
    )


def _outcome(known: Known, kind: str) -> Literal["fail", "pass"] | None:
    found = known.whole(f"own.dev.check.{kind}.now.value")
    return None if found is None else OUTCOMES[found]


def _face_score(device: Document) -> int | None:
    """The lowest score of the last day on which faces were compared."""
    found = [
        (day, score)
        for kind, day, score in zip(
            device.codes("checks", "kind"),
            device.dates("checks", "checked_on"),
            device.values("checks", "score"),
            strict=True,
        )
        if kind == "face" and day is not None and day <= device.day
    ]
    last = max((day for day, _ in found), default=None)
    scores = [score for day, score in found if day == last]
    known = [score for score in scores if score is not None]
    return min(known) if known and len(known) == len(scores) else None


def _staff(device: Document) -> bool | None:
    """Whether a device of staff was used; known to be none only where every event says so."""
    flags = [
        flag
        for day, flag in zip(
            device.dates("events", "happened_on"), device.values("events", "staff"), strict=True
        )
        if day is not None and day <= device.day
    ]
    if any(flags):
        return True
    return None if not flags or None in flags else False
