"""The two closed calculations of a flow: the limit and the price, from named values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from risk.domain.errors import PolicyNotValid
from risk.domain.evaluation import Parameters
from risk.domain.inputs import Input, Word, number
from risk.domain.limit import limit_of
from risk.domain.policy.endings import World
from risk.domain.policy.kinds import LimitNode, PriceNode
from risk.domain.pricing import best_price


def limit_values(node: LimitNode, world: World, parameters: Parameters) -> dict[str, Input]:
    """The limit, where grade, sales and every cap are known."""
    values = world.values
    grade, requested = values[node.grade], scaled(values, "request.amount_fen")
    caps = [scaled(values, name) for name in (*node.caps, "request.max_amount_fen")]
    limit = None
    if isinstance(grade, Word) and grade.text is not None and requested is not None:
        limit = limit_of(
            parameters.limit,
            yearly_sales_fen=None if None in caps else _fen(values[node.sales]),
            grade=grade.text,
            requested_fen=requested,
            product_max_fen=min((cap for cap in caps if cap is not None), default=0),
        )
    world.limit = limit
    return {
        "limit.capacity_fen": number(None if limit is None else limit.capacity_fen),
        "limit.fen": number(None if limit is None else limit.fen),
    }


def price_values(
    node: PriceNode, world: World, parameters: Parameters, grades: Sequence[str]
) -> dict[str, Input]:
    """The price, where grade and probability are known."""
    values = world.values
    grade, pd_ppm = values[node.grade], scaled(values, node.pd)
    lowest = scaled(values, "request.min_rate_bps")
    highest = scaled(values, "request.max_rate_bps")
    if lowest is None or highest is None:
        raise PolicyNotValid(f"node {node.id} needs the product's rates")
    price = None
    if pd_ppm is not None and isinstance(grade, Word) and grade.text is not None:
        highest = min(highest, node.max_rate_bps)
        price = best_price(
            parameters.pricing,
            grades=grades[: grades.index(grade.text) + 1],
            pd_ppm=pd_ppm,
            min_bps=min(lowest, highest),
            max_bps=highest,
        )
    world.price = price
    return {
        "price.rate_bps": number(None if price is None else price.rate_bps),
        "price.profit_ppm": number(None if price is None else price.profit_ppm),
    }


def scaled(values: Mapping[str, Input], name: str) -> int | None:
    """A number as it is, or None where nothing is known."""
    found = values[name]
    return None if isinstance(found, Word) else found.scaled


def _fen(found: Input) -> int | None:
    """An amount in yuan as whole 分."""
    if isinstance(found, Word) or found.scaled is None:
        return None
    return int(Decimal(found.scaled).scaleb(2 - found.decimals))
