"""What the gateway itself costs: everything of a query but the provider's own time.

    python -m tests.benchmarks.extdata.gateway_overhead [rounds]

Excluded: the ports are in memory and the provider answers at once without a network. Included: the
same provider over real HTTP on the loopback, and the call log, gates, archive, keys and breakers on
moto in this process; moto and the loopback then are most of the time. Permission, consent, cache,
gates, bulkhead, breaker, connector, schema, columns, archive, manifest, record: all of it is run.
Times are CPU times of the thread where the network is excluded and wall times where it is
included. The peer maps the same bytes by one JSONata expression and does nothing else.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any

import boto3
from jsonata import jsonata

from extdata.adapters.canonical_documents import DefinedDocuments
from extdata.adapters.dynamo_bulkheads import DynamoBulkheads
from extdata.adapters.dynamo_gates import DynamoGates
from extdata.adapters.dynamo_queries import DynamoCache, DynamoQueries
from extdata.adapters.powertools_breakers import PowertoolsBreakers, dynamo_stores
from extdata.adapters.provider_calls import HttpProviderCalls
from extdata.adapters.rows import ROWS
from extdata.adapters.s3_archive import S3Archive
from extdata.composition import Ports, compose
from puhui.dynamodb import bind_table
from puhui.fact_schemas import PRODUCTS
from tests.benchmarks.extdata.test_connector_cost import (
    PEER,
    STEPS,
    SilentProvider,
    _keys,
    a_secured_specification,
    an_answer,
)
from tests.support.aws import aws, create_table
from tests.support.extdata import BANK, NOON, a_connector, a_query_command
from tests.support.extdata_gateway import GatewayWorld

SIZES = (20, 200, 2_000)
SHOWN = ("none", "hmac-sha256", "aes-256-gcm", "rsa-sha256", "sm4-cbc", "sm2")
TABLE, ARCHIVE, DOCUMENTS = "extdata", "archive", "documents"
DEADLINE_MS = 28_000


def _world(name: str, calls: Any) -> GatewayWorld:
    """One published connector with these steps, nothing cached."""
    world = GatewayWorld(calls=calls)
    specification = a_secured_specification(name)
    document = specification["response"]["document"]
    document["tables"]["returns"]["fields"].pop("tax", None)
    document["absent"] = [name for name in PRODUCTS["tax/1"].tables if name != "returns"]
    known = world.connectors.published(BANK, "sbx-tax-returns")
    world.connectors.save(a_connector(version=known.version + 1, specification=specification))
    table = world.route_tables.current(BANK, "tax/1")
    world.route_tables.add(
        BANK,
        replace(table, version=table.version + 1, cache_days=0, deadline_ms=DEADLINE_MS),
        "steward-1",
        NOON,
    )
    return world


def _ports(world: GatewayWorld, calls: Any, **changes: Any) -> Ports:
    known = {
        name: getattr(world.gateway.answer_query, name)
        for name in ("fingerprints", "consents", "rulebook", "route_tables", "queries")
    }
    ask = world.gateway.answer_query.ask_route
    fields: dict[str, Any] = {
        **known,
        "cache": world.gateway.answer_query.find_cached.cache,
        "providers": world.providers,
        "connectors": world.connectors,
        "prices": world.prices,
        "gates": world.gates,
        "bulkheads": ask.bulkheads,
        "breakers": ask.breakers,
        "calls": calls,
        "documents": DefinedDocuments(),
        "archive": world.archive,
        "signals": world.signals,
        "clock": world.clock,
        "calendar": world.gateway.answer_query.calendar,
    }
    return Ports(**(fields | changes))


def _runner(world: GatewayWorld, ports: Ports) -> Callable[[], None]:
    gateway, numbers = compose(ports), count()

    def run() -> None:
        query = gateway.answer_query(a_query_command(request_id=f"r{next(numbers)}"))
        if query.status != "hit":
            raise RuntimeError(f"{query.status} {query.reason}")

    return run


def _timed(run: Callable[[], None], rounds: int, clock: Callable[[], int]) -> tuple[float, float]:
    run()
    times = []
    for _ in range(rounds):
        started = clock()
        run()
        times.append((clock() - started) / 1e6)
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.99)]


@contextmanager
def _loopback(answer: Any) -> Iterator[str]:
    """The silent provider's answer over real HTTP."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.wire)))
            self.end_headers()
            self.wfile.write(answer.wire)

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _included(name: str, provider: SilentProvider, keys: Any, rounds: int) -> tuple[float, float]:
    """Loopback HTTP and moto: call log, cache, gates, places, circuits, archive."""
    with aws(), _loopback(provider.answer) as base:
        create_table(TABLE)
        s3 = boto3.client("s3")
        for bucket in (ARCHIVE, DOCUMENTS):
            s3.create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "cn-north-1"}
            )
        bind_table(TABLE, *ROWS)
        dynamodb = boto3.client("dynamodb")
        calls = HttpProviderCalls(keys, sandbox_base=base)
        world = _world(name, calls)
        ports = _ports(
            world,
            calls,
            queries=DynamoQueries(),
            cache=DynamoCache(),
            gates=DynamoGates(dynamodb, TABLE),
            bulkheads=DynamoBulkheads(dynamodb, TABLE),
            breakers=PowertoolsBreakers(dynamo_stores(dynamodb, TABLE)),
            archive=S3Archive(s3, ARCHIVE, DOCUMENTS),
        )
        return _timed(_runner(world, ports), rounds, time.perf_counter_ns)


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    ours, theirs = _keys()
    peer = jsonata.Jsonata(PEER)
    peer.set_validate_input(False)
    print(  # noqa: T201
        f"{'rows':>5} {'step':12} {'excluded p50':>13} {'p99 ms':>7} {'included p50':>13} "
        f"{'p99 ms':>7} {'peer p50':>9} {'ratio':>6}"
    )
    for rows in SIZES:
        body = an_answer(rows)
        few = max(rounds * 20 // rows, 20) if rows > 20 else rounds
        peer_ms, _ = _timed(
            lambda body=body: peer.evaluate(json.loads(body)),  # type: ignore[misc]
            3,
            time.thread_time_ns,
        )
        for name in (step for step in STEPS if step in SHOWN):
            provider = SilentProvider(name, body, theirs)
            calls = HttpProviderCalls(
                ours,
                sandbox_base="http://127.0.0.1:1",
                transport=provider,  # type: ignore[arg-type]
            )
            world = _world(name, calls)
            out = _timed(_runner(world, _ports(world, calls)), few * 5, time.thread_time_ns)
            into = _included(name, provider, ours, min(few, 50))
            print(  # noqa: T201
                f"{rows:>5} {name:12} {out[0]:13.2f} {out[1]:7.2f} {into[0]:13.1f} {into[1]:7.1f} "
                f"{peer_ms:9.1f} {peer_ms / out[0]:6.1f}"
            )


if __name__ == "__main__":
    main()
