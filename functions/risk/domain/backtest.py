"""A back-test (回测): what two policies would have answered to the same applicants of one day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from puhui.contracts.risk import DecisionRequest, Verdict
from risk.domain.canonical import sha256_of
from risk.domain.evaluation import Parameters
from risk.domain.facts import Fact
from risk.domain.policy import Policy
from risk.domain.record import ServedModel
from risk.domain.shadow import VERDICTS, Answer, CodeDifference, code_differences

WHOLE_BP: Final = 10_000
LIMIT_EDGES_FEN: Final = (
    *(-50_000_000, -20_000_000, -10_000_000, -5_000_000, -1),
    *(0, 5_000_000, 10_000_000, 20_000_000, 50_000_000),
)
PRICE_EDGES_BPS: Final = (-200, -100, -50, -20, -1, 0, 20, 50, 100, 200)
"""A bar holds what lies above one edge up to the next; from −1 to 0 is what did not change."""
QUANTILES: Final = (5, 25, 50, 75, 95)
"""Per cent."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Applicant:
    """Who asked, with the facts of then, and whether they defaulted where that is known."""

    subject: str
    request: DecisionRequest
    facts: tuple[Fact, ...]
    defaulted: bool | None = None

    @property
    def sha256(self) -> str:
        """The hash of all that both policies see of the applicant, and of the outcome."""
        facts = sorted((fact.product, fact.state.value, fact.sha256 or "") for fact in self.facts)
        asked = self.request.model_dump(mode="json")
        return sha256_of([self.subject, asked, facts, self.defaulted])


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One applicant under both policies."""

    defaulted: bool | None
    old: Answer
    new: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some applicants: how many, how many of them with a known outcome, how many of those bad."""

    count: int
    labelled: int
    bad: int

    @property
    def bad_rate_bp(self) -> int | None:
        """Bad ones among those whose outcome is known; nothing where it is known of none."""
        return None if self.labelled == 0 else _rounded(self.bad * WHOLE_BP, self.labelled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How many changes are above `over` up to and including `up_to`; None is without end."""

    over: int | None
    up_to: int | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a number changed, old to new, over the applicants that both policies approve."""

    count: int
    raised: int
    lowered: int
    sum_old: int
    sum_new: int
    quantiles: Mapping[int, int]
    """The change by per cent, nearest rank; empty without applicants."""
    least: int | None
    most: int | None
    histogram: tuple[Bar, ...]

    @property
    def mean_e2(self) -> int | None:
        """The mean change in hundredths."""
        if self.count == 0:
            return None
        return _rounded((self.sum_new - self.sum_old) * 100, self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one policy answers to everybody."""

    groups: Mapping[Verdict, Group]
    shares_bp: Mapping[Verdict, int]
    """They sum to 10,000, or are all zero where nobody asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """What would have been different; the first of a pair is the old policy's verdict."""

    everybody: Group
    old: Side
    new: Side
    swaps: Mapping[tuple[Verdict, Verdict], Group]
    """All nine pairs."""
    limit_fen: Change
    rate_bps: Change
    codes: tuple[CodeDifference, ...]
    """Live is the old policy, shadow the new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a back-test was made with."""

    old: Policy
    new: Policy
    models: tuple[ServedModel, ...]
    """Those that either policy calls, and those whose answers it reads."""
    parameters: Parameters
    population_sha256: str


def back_test_of(trials: Sequence[Trial]) -> BackTest:
    """Count everything that differs."""
    pairs = [(one.old, one.new) for one in trials]
    both = [(old, new) for old, new in pairs if old.verdict == new.verdict == "approve"]
    return BackTest(
        everybody=_group(trials),
        old=_side([(one.old.verdict, one) for one in trials]),
        new=_side([(one.new.verdict, one) for one in trials]),
        swaps={
            (old, new): _group(
                [one for one in trials if (one.old.verdict, one.new.verdict) == (old, new)]
            )
            for old in VERDICTS
            for new in VERDICTS
        },
        limit_fen=change_of([(old.limit_fen, new.limit_fen) for old, new in both], LIMIT_EDGES_FEN),
        rate_bps=change_of([(old.rate_bps, new.rate_bps) for old, new in both], PRICE_EDGES_BPS),
        codes=code_differences(pairs),
    )


def change_of(pairs: Sequence[tuple[int, int]], edges: Sequence[int]) -> Change:
    """How the second numbers differ from the first."""
    changes = sorted(new - old for old, new in pairs)
    bounds = [None, *edges, None]
    return Change(
        count=len(changes),
        raised=sum(one > 0 for one in changes),
        lowered=sum(one < 0 for one in changes),
        sum_old=sum(old for old, _ in pairs),
        sum_new=sum(new for _, new in pairs),
        quantiles={share: _nearest_rank(changes, share) for share in QUANTILES if changes},
        least=changes[0] if changes else None,
        most=changes[-1] if changes else None,
        histogram=tuple(
            Bar(over=over, up_to=up_to, count=sum(_within(one, over, up_to) for one in changes))
            for over, up_to in pairwise(bounds)
        ),
    )


def shares_bp(counts: Mapping[Verdict, int]) -> dict[Verdict, int]:
    """Shares in 0.01 % that sum to exactly 100 %: the largest remainders are rounded up."""
    total = sum(counts.values())
    if total == 0:
        return dict.fromkeys(counts, 0)
    exact = {key: divmod(count * WHOLE_BP, total) for key, count in counts.items()}
    left = WHOLE_BP - sum(whole for whole, _ in exact.values())
    upwards = sorted(exact, key=lambda key: -exact[key][1])[:left]
    return {key: whole + (key in upwards) for key, (whole, _) in exact.items()}


def population_sha256(applicants: Iterable[str]) -> str:
    """Name a population by the hashes of its applicants, whatever their order."""
    return sha256_of(sorted(applicants))


def _side(answered: Sequence[tuple[Verdict, Trial]]) -> Side:
    groups = {
        verdict: _group([one for said, one in answered if said == verdict]) for verdict in VERDICTS
    }
    return Side(
        groups=groups, shares_bp=shares_bp({key: group.count for key, group in groups.items()})
    )


def _group(trials: Sequence[Trial]) -> Group:
    outcomes = Counter(one.defaulted for one in trials)
    return Group(count=len(trials), labelled=outcomes[True] + outcomes[False], bad=outcomes[True])


def _within(value: int, over: int | None, up_to: int | None) -> bool:
    return (over is None or over < value) and (up_to is None or value <= up_to)


def _nearest_rank(ordered: Sequence[int], percent: int) -> int:
    """The least value that so many per cent of all values do not exceed."""
    return ordered[max(-(-len(ordered) * percent // 100) - 1, 0)]


def _rounded(numerator: int, denominator: int) -> int:
    """Half away from zero."""
    whole, rest = divmod(abs(numerator), denominator)
    return (whole + (2 * rest >= denominator)) * (-1 if numerator < 0 else 1)
