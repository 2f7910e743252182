"""Routing (路由): which connectors to ask, in which order, and why.

The order is a function of the route table's version and the request id only, so that a replay
years later explains itself with the same words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from extdata.domain.errors import RouteTableNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to a product."""

    connector_id: str
    provider_id: str
    priority: int
    """1 is asked first; routes of one priority share the load by weight."""
    weight: int = 100
    cost_fen: int = 0
    """What a call is expected to cost; the cheaper one goes first where weights are 0."""
    quality: int | None = None
    """Expected quality 0 to 100, breaks ties of cost; kept tables have the provider's score here
    where none was written, so that their order never changes with a later score."""
    regions: tuple[str, ...] = ()
    """GB/T 2260 prefixes it covers (`34`, `3401`); empty covers all."""
    effective_from: date = date.min
    effective_to: date = date.max

    def covers(self, region_code: str | None, on: date) -> bool:
        """In force on the day, for the region; an unknown region only by a route for all."""
        if not self.effective_from <= on <= self.effective_to:
            return False
        if not self.regions:
            return True
        return region_code is not None and region_code.startswith(self.regions)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTable:
    """How a product is obtained: routes, deadline, caching."""

    product: str
    version: int
    routes: tuple[Route, ...]
    deadline_ms: int = 3_000
    """Time for the whole query, all routes and tries together."""
    max_routes: int = 3
    cache_days: int = 0
    """How long an answer may be given again; 0 asks every time."""
    stale_after_days: int = 30
    """An answer older than this is given as `stale`."""
    negative_cache_seconds: int = 3_600
    """How long "nothing known" is believed without asking again; 0 asks every time."""
    pending_seconds: int = 600
    """How long a provider may take for a callback or a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A route with the sentence that says why it stands where it stands."""

    route: Route
    because: str


def choose_routes(
    table: RouteTable, *, request_id: str, region_code: str | None, on: date
) -> tuple[Choice, ...]:
    """Order the routes that fit: priority, then a stable draw by weight, then cost and quality."""
    fitting = [route for route in table.routes if route.covers(region_code, on)]
    if not fitting:
        raise RouteTableNotFound(
            f"no route for {table.product} fits", field="product", rule="route.none"
        )
    ordered: list[Choice] = []
    for priority in sorted({route.priority for route in fitting}):
        group = [route for route in fitting if route.priority == priority]
        ordered.extend(_draw(table, group, request_id))
    return tuple(ordered[: table.max_routes])


def _draw(table: RouteTable, group: Sequence[Route], request_id: str) -> list[Choice]:
    """Draw without replacement; what weighs nothing follows by cost, then quality, then name."""
    weighted = sorted((r for r in group if r.weight > 0), key=lambda r: r.connector_id)
    rest = sorted(
        (r for r in group if r.weight <= 0),
        key=lambda r: (r.cost_fen, -(r.quality or 0), r.connector_id),
    )
    drawn: list[Choice] = []
    turn = 0
    while weighted:
        total = sum(route.weight for route in weighted)
        point = _point(table, request_id, turn, total)
        position = 0
        for route in weighted:
            position += route.weight
            if point < position:
                break
        alone = len(group) == 1
        because = (
            f"priority {route.priority}"
            if alone
            else f"priority {route.priority}, draw {point} of {total} by weight {route.weight}"
        )
        drawn.append(Choice(route=route, because=because))
        weighted.remove(route)
        turn += 1
    drawn.extend(
        Choice(
            route=r, because=f"priority {r.priority}, cost {r.cost_fen} fen, quality {r.quality}"
        )
        for r in rest
    )
    return drawn


def _point(table: RouteTable, request_id: str, turn: int, total: int) -> int:
    text = f"{table.product}|{table.version}|{request_id}|{turn}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % total
