"""How much a slow provider costs the others: p99 of a healthy product with and without it.

    python -m tests.benchmarks.extdata.isolation

The gateway runs in memory with two products. The healthy provider answers in 20 ms; its queries
arrive at a fixed pace, so that a queue would show (no coordinated omission: time counts from the
moment at which a query was due). Beside it the other product is asked at the same pace, and its
provider answers in 20 ms, hangs for 2 s, or is dead; once more without bulkhead and breaker.
"""

from __future__ import annotations

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

from extdata.domain.answer import ProviderAnswer
from extdata.domain.errors import ProviderTimeout
from extdata.domain.permission import Permission
from extdata.provider_ports import ProviderRequest
from tests.support.extdata import (
    BANK,
    NOON,
    PURPOSE,
    a_connector,
    a_provider,
    a_route,
    a_route_table,
    access_rules,
    an_answer,
)
from tests.support.extdata_gateway import GatewayWorld

HEALTHY_SECONDS = 0.02
HANG_SECONDS = 2.0
PACE_SECONDS = 0.02
QUERIES = 300
WORKERS = 24
PLACES = 8
WITHOUT_BULKHEAD = 10_000
ROUNDS = 3
_numbers = count()


def a_world(places: int) -> GatewayWorld:
    """Two products of two providers."""
    made = GatewayWorld()
    slow = made.providers.get(BANK, "sbx-tax")
    made.providers.save(replace(slow, max_concurrent=places), NOON)
    healthy = a_provider(provider_id="sbx-invoice", max_concurrent=places)
    made.providers.save(healthy, NOON)
    made.connectors.save(
        a_connector(provider_id="sbx-invoice", connector_id="sbx-invoice-1", product="invoice/1")
    )
    route = a_route(provider_id="sbx-invoice", connector_id="sbx-invoice-1")
    made.route_tables.add(BANK, a_route_table(route, product="invoice/1"), "steward-1", NOON)
    lines = tuple(
        Permission(caller="factory", product=product, purposes=frozenset({PURPOSE}))
        for product in ("tax/1", "invoice/1")
    )
    known = made.rulebook.get(BANK)
    made.rulebook.save(
        BANK, access_rules(permissions=lines, version=known.version), "steward-1", NOON
    )
    made.calls.scripts["sbx-invoice-1"] = answers_after(HEALTHY_SECONDS)
    return made


class answers_after:  # noqa: N801  (reads as a verb where it is used)
    """A provider that answers after a time, or is dead after it."""

    def __init__(self, seconds: float, *, dead: bool = False) -> None:
        self._seconds = seconds
        self._dead = dead

    def __call__(self, request: ProviderRequest) -> ProviderAnswer:
        time.sleep(self._seconds)
        if self._dead:
            raise ProviderTimeout(rule="provider.timeout")
        return an_answer()


def run(world: GatewayWorld) -> list[float]:
    """Milliseconds from when each healthy query was due to when it was answered."""
    spent: list[float] = []

    def healthy(due: float) -> None:
        world.ask(product="invoice/1", request_id=f"h{next(_numbers)}", max_age_days=0)
        spent.append((time.perf_counter() - due) * 1000)

    def beside() -> None:
        world.ask(product="tax/1", request_id=f"b{next(_numbers)}", max_age_days=0)

    with ThreadPoolExecutor(WORKERS) as pool:
        start = time.perf_counter()
        for number in range(QUERIES):
            due = start + number * PACE_SECONDS
            time.sleep(max(due - time.perf_counter(), 0))
            pool.submit(beside)
            pool.submit(healthy, due)
    return spent


def p99(values: list[float]) -> float:
    """Nearest rank."""
    return sorted(values)[-(-len(values) * 99 // 100) - 1]


def main() -> None:
    """Print the table; each figure is the median of the rounds."""
    cases = {
        "both healthy": (PLACES, answers_after(HEALTHY_SECONDS)),
        "slow, bulkhead": (PLACES, answers_after(HANG_SECONDS)),
        "dead, bulkhead and breaker": (PLACES, answers_after(HANG_SECONDS, dead=True)),
        "slow, no bulkhead": (WITHOUT_BULKHEAD, answers_after(HANG_SECONDS)),
    }
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, (places, script) in cases.items():
            world = a_world(places)
            world.calls.scripts["sbx-tax-returns"] = script
            spent = run(world)
            seen[name].append((statistics.median(spent), p99(spent)))
    base = statistics.median(tail for _, tail in seen["both healthy"])
    lines = [
        f"{QUERIES} queries, {WORKERS} workers, {rounds} rounds",
        f"{'other provider':28} {'p50 ms':>8} {'p99 ms':>8} {'ratio':>6}",
    ]
    for name, figures in seen.items():
        middle, tail = (statistics.median(column) for column in zip(*figures, strict=True))
        lines.append(f"{name:28} {middle:8.1f} {tail:8.1f} {tail / base:6.2f}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
