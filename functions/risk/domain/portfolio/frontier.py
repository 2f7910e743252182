"""The expected-profit frontier of a firm: the best rate at every amount that it may be offered.

At one rate the profit is a straight line in the amount; at the best rate it is the greatest of
these lines, which is convex. Rates that are best at no amount can be left out without losing
anything: a handful of 221 is left. And because every line is below nothing at amount 0, the best
profit per yuan never falls with the amount: a firm that cannot pay at its cap cannot pay at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from risk.domain.portfolio.candidate import Candidate
from risk.domain.portfolio.terms import UNIT, Terms
from risk.domain.pricing import MARGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A rate, and the amounts (in steps) at which no other rate is expected to bring more."""

    rate_bps: int
    kept_ppm: int
    slope: int
    """Profit of one more step, in parts of `UNIT`."""
    fixed: int
    """What does not grow with the amount, in parts of `UNIT`."""
    least_steps: int
    most_steps: int

    def profit(self, steps: int) -> int:
        """The expected profit of an amount, exact, in parts of `UNIT`."""
        return self.slope * steps - self.fixed


def options_of(candidate: Candidate, terms: Terms) -> tuple[Option, ...]:
    """The rates worth offering, smallest amounts first; none where no rate covers its costs."""
    if candidate.pd_ppm is None or candidate.grade is None:
        return ()
    least = -(-terms.min_fen // terms.step_fen)
    most = candidate.cap_fen(terms) // terms.step_fen
    if most < least:
        return ()
    floor = least_rate_bps(candidate, terms)
    lines = _lines(candidate.pd_ppm, candidate.grade, terms, floor)
    if _best(lines, most).profit(most) <= 0:
        return ()
    return tuple(
        Option(
            rate_bps=line.rate_bps,
            kept_ppm=line.kept_ppm,
            slope=line.slope,
            fixed=line.fixed,
            least_steps=first,
            most_steps=last,
        )
        for line, first, last in _segments(lines, least, most)
    )


def least_rate_bps(candidate: Candidate, terms: Terms) -> int:
    """A worse grade never pays less than a better one would for the same loan and probability.

    A worse grade may be more sensitive to the rate as well as less; without this bound a missing
    fact that lowers a grade could lower a price. The loan compared is the firm's cap.
    """
    if candidate.pd_ppm is None or candidate.grade is None:
        return terms.max_bps
    floor, steps = terms.min_bps, candidate.cap_fen(terms) // terms.step_fen
    for better in terms.grades[: terms.grades.index(candidate.grade)]:
        floor = _best(_lines(candidate.pd_ppm, better, terms, floor), steps).rate_bps
    return floor


def profit_fen(exact: int) -> int:
    """An exact profit in whole fen, rounded down."""
    return exact // UNIT


@dataclass(frozen=True, slots=True)
class _Line:
    rate_bps: int
    kept_ppm: int
    slope: int
    fixed: int

    def profit(self, steps: int) -> int:
        return self.slope * steps - self.fixed


def _lines(pd_ppm: int, grade: str, terms: Terms, floor: int) -> list[_Line]:
    """One line for every rate from a floor up, the lowest rate first."""
    lines = []
    for rate, kept in terms.all_kept_ppm(grade).items():
        if rate < floor:
            continue
        slope = kept * terms.margin(pd_ppm, rate, kept) * terms.step_fen
        fixed = kept * terms.cost_per_loan_fen * MARGIN + terms.cost_per_offer_fen * UNIT
        lines.append(_Line(rate, kept, slope, fixed))
    return lines


def _best(lines: Sequence[_Line], steps: int) -> _Line:
    """The line that brings most at an amount; of equals, that of the lowest rate."""
    return max(lines, key=lambda line: (line.profit(steps), -line.rate_bps))


def _segments(lines: Sequence[_Line], least: int, most: int) -> list[tuple[_Line, int, int]]:
    """Who is greatest from where to where: a line that is so at two amounts is so between them.

    The greatest line grows steeper with the amount, so between two amounts only the lines matter
    whose slopes lie between those of the greatest at both.
    """
    first, last = _best(lines, least), _best(lines, most)
    if first == last:
        return [(first, least, most)]
    among = [line for line in lines if first.slope <= line.slope <= last.slope]
    middle = (least + most) // 2
    before, after = _segments(among, least, middle), _segments(among, middle + 1, most)
    (line, start, _), (other, _, end) = before[-1], after[0]
    if line == other:
        return [*before[:-1], (line, start, end), *after[1:]]
    return [*before, *after]
