"""The price of a loan: the rate at which the bank expects to earn most from such a customer.

A higher rate earns more from those who take it and loses more of those who would have. The share
of customers lost at a rate is a smooth curve per grade, fitted to a published table:
churn(r) = ceiling · (1 − e^(−speed · (r − start))), rate in percent, between 0 and 1.

The model M18 (`models.rate_pricing`) answers another question: the least rate that pays for
funding, work, expected loss and capital. Its floor can be the `min_bps` of the search here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

PPM = 1_000_000
BPS = 10_000
BPS_PER_PERCENT = 100
SHARE = 10**9
"""Shares of customers are integers in parts of this."""
MARGIN = BPS * PPM * PPM
"""Margins are integers in parts of this."""


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
    parameters: PricingParameters,
    *,
    grades: Sequence[str],
    pd_ppm: int,
    min_bps: int,
    max_bps: int,
) -> Price:
    """Choose the rate with the highest expected profit; of equals, the lowest.

    `grades` are the customer's own (last) and every better one. A worse grade may be less
    sensitive to the rate and still never pays less than a better one would at the same
    probability of default, so that no missing fact can lower a price.
    """
    slope, cost = _margin(parameters, pd_ppm)
    best, share = min_bps, 0
    for grade in grades:
        kept = _kept(parameters.curves[grade], min_bps, max_bps, parameters.step_bps)
        offers = [(share * (slope * rate - cost), -rate) for rate, share in kept.items()]
        best = max(best, -max(offers)[1])
        share = kept[best]
    profit = Fraction(share * (slope * best - cost), SHARE * MARGIN)
    return Price(
        rate_bps=best,
        profit_ppm=round(profit * PPM),
        lost_ppm=PPM - round(Fraction(share * PPM, SHARE)),
    )


def _margin(parameters: PricingParameters, pd_ppm: int) -> tuple[int, int]:
    """What a year earns per basis point, and what it costs, in parts of `MARGIN`.

    Interest from those who pay, minus the loss on those who do not, minus funding and operating.
    """
    lost = pd_ppm * parameters.lgd_ppm * BPS
    spent = (parameters.funding_bps + parameters.operating_bps) * PPM * PPM
    return (PPM - pd_ppm) * PPM, lost + spent


@lru_cache(maxsize=64)
def _kept(curve: ChurnCurve, min_bps: int, max_bps: int, step_bps: int) -> dict[int, int]:
    """The share of customers kept at each rate on offer, in parts of `SHARE`."""
    rates = sorted({*range(min_bps, max_bps + 1, step_bps), max_bps})
    return {rate: int((1 - curve.lost(rate)) * SHARE) for rate in rates}
