"""The price of a loan: the rate at which the bank expects to earn most from such a customer.

A higher rate earns more from those who take it and loses more of those who would have. The share
of customers lost at a rate is a smooth curve per grade, fitted to a published table:
churn(r) = ceiling · (1 − e^(−speed · (r − start))), rate in percent, between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

PPM = 1_000_000
BPS = 10_000
BPS_PER_PERCENT = 100


@dataclass(frozen=True, slots=True)
class ChurnCurve:
    """How the share of lost customers grows with the rate; it never falls."""

    ceiling: Decimal
    speed: Decimal
    start: Decimal

    def lost(self, rate_bps: int) -> Decimal:
        """The share of customers lost at a rate."""
        above = Decimal(rate_bps) / BPS_PER_PERCENT - self.start
        if above <= 0:
            return Decimal(0)
        return min(self.ceiling * (1 - (-self.speed * above).exp()), Decimal(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingParameters:
    """What a price depends on besides the customer."""

    lgd_ppm: int
    funding_bps: int
    operating_bps: int
    step_bps: int
    curves: Mapping[str, ChurnCurve]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The chosen rate and what it is expected to bring."""

    rate_bps: int
    profit_ppm: int
    """Expected profit of a year, in parts per million of the principal offered."""
    lost_ppm: int
    """Expected share of customers lost at this rate."""


def best_price(
    parameters: PricingParameters, *, grade: str, pd_ppm: int, min_bps: int, max_bps: int
) -> Price:
    """Choose the rate with the highest expected profit; of equals, the lowest."""
    kept = _kept(parameters.curves[grade], min_bps, max_bps, parameters.step_bps)
    chance = Decimal(pd_ppm) / PPM
    cost = Decimal(parameters.funding_bps + parameters.operating_bps) / BPS
    loss = chance * parameters.lgd_ppm / PPM + cost
    best_rate, best_profit, best_kept = min_bps, Decimal("-Infinity"), Decimal(0)
    for rate_bps, share in kept:
        profit = share * (Decimal(rate_bps) / BPS * (1 - chance) - loss)
        if profit > best_profit:
            best_rate, best_profit, best_kept = rate_bps, profit, share
    return Price(rate_bps=best_rate, profit_ppm=_ppm(best_profit), lost_ppm=PPM - _ppm(best_kept))


@lru_cache(maxsize=64)
def _kept(
    curve: ChurnCurve, min_bps: int, max_bps: int, step_bps: int
) -> tuple[tuple[int, Decimal], ...]:
    """The share of customers kept at each rate on offer."""
    rates = sorted({*range(min_bps, max_bps + 1, step_bps), max_bps})
    return tuple((rate, 1 - curve.lost(rate)) for rate in rates)


def _ppm(share: Decimal) -> int:
    return int((share * PPM).to_integral_value(ROUND_HALF_EVEN))
