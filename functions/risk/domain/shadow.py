"""A shadow policy (影子策略) answers the same question; only the differences are of interest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.contracts.risk import Verdict
from risk.domain.evaluation import Evaluation

VERDICTS: Final[tuple[Verdict, ...]] = ("approve", "refer", "decline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one policy answers: verdict, terms, and the rules that fired."""

    verdict: Verdict
    limit_fen: int
    rate_bps: int
    fired: tuple[str, ...]

    @classmethod
    def of(cls, evaluation: Evaluation) -> Answer:
        """What an evaluation answers; a waived rule did not count."""
        return cls(
            verdict=evaluation.verdict,
            limit_fen=evaluation.limit_fen,
            rate_bps=evaluation.rate_bps,
            fired=tuple(one.rule.code for one in evaluation.outcomes if one.waived_by is None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Live and shadow on one decision; a shadow that failed has no answer but an error."""

    decision_id: str
    as_of: date
    live: Answer
    shadow: Answer | None
    error: str | None = None

    @property
    def differs(self) -> bool:
        """Whether the shadow would have answered anything else."""
        return self.shadow != self.live


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeDifference:
    """A reason code that fired in only one of the two policies, and how often."""

    code: str
    only_live: int
    only_shadow: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowReport:
    """How a shadow version differed from what was decided."""

    policy_id: str
    version: str
    compared: int
    different: int
    failed: int
    complete: bool
    """False when there are more comparisons than one report reads."""
    verdicts: Mapping[tuple[Verdict, Verdict], int]
    """How often live said the first and the shadow the second."""
    codes: tuple[CodeDifference, ...]
    limit_fen_change: int
    """Sum over decisions that both approve."""
    rate_bps_change: int
    both_approved: int


def report_of(
    policy_id: str, version: str, comparisons: Iterable[Comparison], *, complete: bool
) -> ShadowReport:
    """Count the differences by reason code; the most frequent first."""
    every = tuple(comparisons)
    pairs = [(one.live, one.shadow) for one in every if one.shadow is not None]
    both = [pair for pair in pairs if pair[0].verdict == pair[1].verdict == "approve"]
    return ShadowReport(
        policy_id=policy_id,
        version=version,
        compared=len(every),
        different=sum(one.differs for one in every),
        failed=sum(one.shadow is None for one in every),
        complete=complete,
        verdicts=Counter((live.verdict, shadow.verdict) for live, shadow in pairs),
        codes=code_differences(pairs),
        limit_fen_change=sum(shadow.limit_fen - live.limit_fen for live, shadow in both),
        rate_bps_change=sum(shadow.rate_bps - live.rate_bps for live, shadow in both),
        both_approved=len(both),
    )


def code_differences(pairs: Iterable[tuple[Answer, Answer]]) -> tuple[CodeDifference, ...]:
    """The codes that fired in one of two answers only, the most frequent first."""
    only_live, only_shadow = Counter[str](), Counter[str]()
    for live, shadow in pairs:
        only_live.update(set(live.fired) - set(shadow.fired))
        only_shadow.update(set(shadow.fired) - set(live.fired))
    found = [
        CodeDifference(code=code, only_live=only_live[code], only_shadow=only_shadow[code])
        for code in only_live.keys() | only_shadow.keys()
    ]
    return tuple(sorted(found, key=lambda one: (-one.only_live - one.only_shadow, one.code)))
