"""What to do next (催收策略): a table by bucket and by the grade of collection score M28.

What is not known counts as the gravest grade, and each broken promise makes it a grade graver.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from servicing.domain.collections.buckets import Bucket


class Grade(StrEnum):
    """How unlikely a cure is, by M28's points; unknown counts as heavy."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"
    UNKNOWN = "unknown"


GRADE_NAMES: Final[Mapping[Grade, str]] = {
    Grade.LIGHT: "轻",
    Grade.MEDIUM: "中",
    Grade.HEAVY: "重",
    Grade.UNKNOWN: "未知（从严）",
}
_GRADES: Final = (Grade.LIGHT, Grade.MEDIUM, Grade.HEAVY)
LIGHT_FROM_POINTS: Final = 540
MEDIUM_FROM_POINTS: Final = 460
"""Starting values of ours ✎: about a fifth and a half not cured on the card's synthetic scale."""


class Action(StrEnum):
    """What a collector does, from the mildest to the gravest."""

    REMIND = "remind"
    CALL = "call"
    VISIT = "visit"
    LEGAL_LETTER = "legal_letter"
    LITIGATION = "litigation"
    WAIT = "wait"


ACTION_NAMES: Final[Mapping[Action, str]] = {
    Action.REMIND: "短信提醒",
    Action.CALL: "电话催收",
    Action.VISIT: "上门催收",
    Action.LEGAL_LETTER: "律师函",
    Action.LITIGATION: "诉讼准备",
    Action.WAIT: "暂不触达",
}
SEVERITY: Final = (
    Action.REMIND,
    Action.CALL,
    Action.VISIT,
    Action.LEGAL_LETTER,
    Action.LITIGATION,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """An action, and after how many days without success it comes again."""

    action: Action
    every_days: int


_ROWS: Final[Mapping[Bucket, tuple[Plan, Plan, Plan]]] = {
    Bucket.M0: (Plan(Action.REMIND, 30), Plan(Action.REMIND, 30), Plan(Action.REMIND, 30)),
    Bucket.M1: (Plan(Action.REMIND, 7), Plan(Action.CALL, 5), Plan(Action.CALL, 3)),
    Bucket.M2: (Plan(Action.CALL, 5), Plan(Action.CALL, 3), Plan(Action.VISIT, 3)),
    Bucket.M3: (Plan(Action.CALL, 3), Plan(Action.VISIT, 3), Plan(Action.VISIT, 3)),
    Bucket.M4: (Plan(Action.VISIT, 3), Plan(Action.VISIT, 3), Plan(Action.LEGAL_LETTER, 3)),
    Bucket.M5: (Plan(Action.VISIT, 3), Plan(Action.LEGAL_LETTER, 3), Plan(Action.LEGAL_LETTER, 3)),
    Bucket.M6: (
        Plan(Action.LEGAL_LETTER, 3), Plan(Action.LEGAL_LETTER, 3), Plan(Action.LITIGATION, 3),
    ),
    Bucket.M6_PLUS: (
        Plan(Action.LITIGATION, 3), Plan(Action.LITIGATION, 3), Plan(Action.LITIGATION, 3),
    ),
}  # fmt: skip


def grade_of(points: int | None) -> Grade:
    """The grade of M28's points, of which more is better.

    >>> [grade_of(points).value for points in (577, 500, 182, None)]
    ['light', 'medium', 'heavy', 'unknown']
    """
    if points is None:
        return Grade.UNKNOWN
    if points >= LIGHT_FROM_POINTS:
        return Grade.LIGHT
    return Grade.MEDIUM if points >= MEDIUM_FROM_POINTS else Grade.HEAVY


def plan_of(bucket: Bucket, grade: Grade, promises_broken: int) -> Plan:
    """The row of the table; promises that were broken move it to the graver side."""
    known = Grade.HEAVY if grade is Grade.UNKNOWN else grade
    place = min(_GRADES.index(known) + promises_broken, len(_GRADES) - 1)
    return _ROWS[bucket][place]
