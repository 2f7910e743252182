"""The limit of a loan: what the firm's sales carry, what its grade allows, what it asks for.

Policies call `limit_of`. The model M17 (`models.credit_limit`) weighs more bounds and computes
those that both know with the same two functions, `sales_capacity` and `whole_steps`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitParameters:
    """What a limit depends on besides the customer."""

    sales_share_ppm: int
    """The share of recognised yearly net sales that a loan may reach."""
    step_fen: int
    grade_caps_fen: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The limit and each of the bounds whose least it is."""

    capacity_fen: int | None
    """None when the yearly sales are not known."""
    grade_cap_fen: int
    product_max_fen: int
    requested_fen: int
    fen: int | None
    """Rounded down to a whole step; None when the capacity is not known."""


def sales_capacity(yearly_sales_fen: int, share_ppm: int) -> int:
    """The share of recognised yearly net sales that a loan may reach; of a loss nothing."""
    return max(yearly_sales_fen, 0) * share_ppm // PPM


def whole_steps(fen: int, step_fen: int) -> int:
    """An amount rounded down to a whole step."""
    return fen - fen % step_fen


def limit_of(
    parameters: LimitParameters,
    *,
    yearly_sales_fen: int | None,
    grade: str,
    requested_fen: int,
    product_max_fen: int,
) -> Limit:
    """The least of capacity, grade cap, product maximum and request, in whole 万元."""
    cap = parameters.grade_caps_fen[grade]
    if yearly_sales_fen is None:
        capacity = least = None
    else:
        capacity = sales_capacity(yearly_sales_fen, parameters.sales_share_ppm)
        least = min(capacity, cap, requested_fen, product_max_fen)
        least = whole_steps(least, parameters.step_fen)
    return Limit(
        capacity_fen=capacity,
        grade_cap_fen=cap,
        product_max_fen=product_max_fen,
        requested_fen=requested_fen,
        fen=least,
    )
