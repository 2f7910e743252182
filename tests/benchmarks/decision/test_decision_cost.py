"""What a decision costs, stage by stage, beside what the obvious way would: ratios, no promises.

    python -m pytest tests/benchmarks/decision -s

Every figure is the median of process CPU time, because a neighbour on the same machine doubles the
wall clock and leaves ratios alone. The peers compute the same values, which is checked; nothing is
asserted about time.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from puhui.columns import decode_invoices
from puhui.contracts.facts import InvoiceDocument
from risk.domain.indicators.compute import invoice_indicators
from risk.domain.indicators.months import AsOf
from risk.usecases.decide import Decide
from tests.support.risk import (
    AS_OF,
    MODELS,
    Row,
    a_decide,
    a_document,
    a_reference,
    a_request,
    an_invoice,
    numbered,
)
from tests.unit.risk.slow_indicators import slow_values

SIZES = (1_000, 5_000, 34_000)
SLOW_SIZE = 1_000
"""The obvious implementation is compared at this size only; it takes seconds."""
ROUNDS = 5
MEBIBYTE = 1024 * 1024


def a_busy_firm(count: int) -> list[Row]:
    """Invoices of three years, about as many kinds as a real firm's."""
    random = Random(42)
    first = AS_OF - timedelta(days=1_000)
    return numbered(
        an_invoice(
            direction=random.choice(["out", "out", "in"]),
            issued_on=first + timedelta(days=random.randrange(1_000)),
            counterparty=f"B{int(random.paretovariate(1.1)) % 3_000:05d}",
            amount_fen=random.randrange(-50_000, 5_000_000),
            status="void" if random.random() < 0.05 else "valid",
        )
        for _ in range(count)
    )


def cpu_ms(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median CPU time of some runs, in milliseconds."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        run()
        times.append((time.process_time() - started) * 1_000)
    return statistics.median(times)


def deciding(body: bytes) -> Callable[[], object]:
    """A whole decision with the stores in memory, never one that is already kept."""
    reference = a_reference(body)
    request = a_request([reference])

    def run() -> object:
        decide: Decide = a_decide({reference.key or "": body})
        return decide(request)

    return run


@pytest.mark.full
@pytest.mark.parametrize("count", SIZES)
def test_the_cost_of_a_decision_by_stage(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    body = a_document(a_busy_firm(count))
    columns = decode_invoices(body)
    values = invoice_indicators(columns, AsOf(AS_OF))
    inputs = [values[one.indicator].number for one in MODELS.card("sme_application_score").inputs]

    stages = {
        "decode to columns": cpu_ms(lambda: decode_invoices(body)),
        "130 indicators": cpu_ms(lambda: invoice_indicators(columns, AsOf(AS_OF))),
        "scorecard": cpu_ms(lambda: MODELS.contributions_e4("sme_application_score", inputs)),
        "whole decision": cpu_ms(deciding(body)),
    }
    peers = {
        "json.loads alone": cpu_ms(lambda: json.loads(body)),
        "pydantic alone": cpu_ms(lambda: InvoiceDocument.model_validate_json(body)),
    }
    if count == SLOW_SIZE:
        document = json.loads(body)
        assert {name: (v.state.value, v.decimal) for name, v in values.items()} == slow_values(
            document, AS_OF
        )
        peers["pure Python, obvious"] = cpu_ms(lambda: slow_values(document, AS_OF), rounds=1)

    whole = stages["whole decision"]
    with capsys.disabled():
        sys.stdout.write(f"\n{count} invoices, {len(body) / MEBIBYTE:.1f} MiB\n")
        for name, milliseconds in (stages | peers).items():
            ratio = milliseconds / whole
            sys.stdout.write(f"  {name:<22}{milliseconds:9.2f} ms {ratio:8.2f} x a decision\n")
