"""What a loan of a portfolio may be and costs, and what it is expected to bring.

expected profit = kept(r) · ( a · margin(r) − cost per loan ) − cost per offer
margin(r)       = (1 − PD) · r − PD · LGD − funding − operating − capital charge
capital charge  = risk weight · capital ratio · (return asked of capital − funding)

Everything is an exact integer: amounts in fen, probabilities and shares in parts per million,
rates in basis points, profits in parts of a fen (`UNIT`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from risk.domain.pricing import BPS, MARGIN, PPM, ChurnCurve

UNIT: Final = PPM * MARGIN
"""Exact profits are integers in parts of a fen of this size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What all offers have in common."""

    grades: tuple[str, ...]
    """From the best to the worst."""
    refused_grades: frozenset[str]
    grade_caps_fen: Mapping[str, int]
    curves: Mapping[str, ChurnCurve]
    min_fen: int
    max_fen: int
    step_fen: int
    min_bps: int
    max_bps: int
    step_bps: int
    lgd_ppm: int
    funding_bps: int
    operating_bps: int
    risk_weight_ppm: int
    capital_ratio_ppm: int
    capital_return_bps: int
    cost_per_offer_fen: int
    """Looking at a firm, whether it takes the offer or not."""
    cost_per_loan_fen: int
    """Signing and serving a loan, whatever its amount; nothing where the offer is not taken."""
    adverse_selection_ppm: int
    """How much riskier those are who stay: PD · (1 + this · share lost). 0 says: not at all."""

    @property
    def capital_charge(self) -> int:
        """What a year of a loan's capital costs beyond its funding, in parts of `MARGIN`."""
        above = max(self.capital_return_bps - self.funding_bps, 0)
        return self.risk_weight_ppm * self.capital_ratio_ppm * above

    @property
    def rates(self) -> tuple[int, ...]:
        """The rates on offer, in basis points, the lowest first."""
        steps = range(self.min_bps, self.max_bps + 1, self.step_bps)
        return tuple(sorted({*steps, self.max_bps}))

    def kept_ppm(self, grade: str, rate_bps: int) -> int:
        """The share of customers who take the offer at a rate, rounded down."""
        return self.all_kept_ppm(grade)[rate_bps]

    def all_kept_ppm(self, grade: str) -> Mapping[int, int]:
        """The share of customers who take the offer, at each rate."""
        return _kept_ppm(self.curves[grade], self.rates)

    def taker_pd_ppm(self, pd_ppm: int, kept_ppm: int) -> int:
        """The probability of default of those who take the offer, rounded up."""
        more = -(-pd_ppm * self.adverse_selection_ppm * (PPM - kept_ppm) // (PPM * PPM))
        return min(pd_ppm + more, PPM)

    def margin(self, pd_ppm: int, rate_bps: int, kept_ppm: int) -> int:
        """What a fen lent for a year brings, in parts of `MARGIN`; negative where it costs."""
        pd = self.taker_pd_ppm(pd_ppm, kept_ppm)
        earned = (PPM - pd) * rate_bps * PPM
        lost = pd * self.lgd_ppm * BPS
        spent = (self.funding_bps + self.operating_bps) * PPM * PPM
        return earned - lost - spent - self.capital_charge

    def profit(self, *, pd_ppm: int, grade: str, amount_fen: int, rate_bps: int) -> int:
        """The expected profit of a year's offer, exact, in parts of `UNIT`."""
        kept = self.kept_ppm(grade, rate_bps)
        taken = amount_fen * self.margin(pd_ppm, rate_bps, kept) - self.cost_per_loan_fen * MARGIN
        return kept * taken - self.cost_per_offer_fen * UNIT


@lru_cache(maxsize=64)
def _kept_ppm(curve: ChurnCurve, rates: tuple[int, ...]) -> Mapping[int, int]:
    return {rate: int((1 - curve.lost(rate)) * PPM) for rate in rates}
