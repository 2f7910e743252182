"""Closes a month in memory, and walks the audit chains: the domain's rules on what was kept."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from datetime import date

from extdata.composition import Ports
from extdata.domain.archive import sha256
from extdata.domain.audit import SHARDS, ChainId, faults
from extdata.domain.bill import MonthBill
from extdata.domain.month_close import PriceList, close
from extdata.domain.reconciliation import Reconciliation, reconcile
from extdata.domain.statement import Statement, StatementFormat, read_statement
from infra.demo.extdata.bank import AuditResult, Books
from infra.demo.extdata.in_memory import InMemoryAuditChains, InMemoryQueries
from infra.demo.extdata.memory_onboarding import BANK


def close_books(
    ports: Ports, queries: InMemoryQueries, month: str, statements: Mapping[str, bytes]
) -> Books:
    """Bill every call of the month, and hold each provider's statement against it."""
    lists = [
        PriceList(
            provider_id=connector.provider_id,
            connector_id=connector.connector_id,
            product=connector.product,
            prices=tuple(ports.prices.of(BANK, connector.connector_id)),
        )
        for connector in ports.connectors.all(BANK)
        if connector.stage == "published"
    ]
    bill = close(BANK, month, lists, queries.of_month(BANK, month))
    found = [
        _reconciled(bill, _statement(provider_id, month, content), ports.calendar.today())
        for provider_id, content in sorted(statements.items())
    ]
    disputes = [dispute for one in found for dispute in one.disputes]
    return Books(
        cost_fen=bill.total_fen,
        statement_fen=sum(one.their_fen for one in found),
        disputes=len(disputes),
        disputed_fen=sum(dispute.amount_fen for dispute in disputes),
        gap_fen=bill.total_fen - sum(one.acknowledged_fen for one in found),
        disputes_by_kind=dict(Counter(str(dispute.kind) for dispute in disputes)),
    )


def verify_audit(queries: InMemoryQueries, today: date) -> AuditResult:
    """Chain what the queries left behind, as the stream's consumer does; then verify."""
    chains = InMemoryAuditChains(queries)
    queries.chain_audit(chains)
    day = today.isoformat()
    expected = set(chains.expected_records(BANK, day))
    chained: list[str] = []
    found: list[str] = []
    used = 0
    for shard in range(SHARDS):
        chain = ChainId(bank_id=BANK, day=day, shard=shard)
        links = list(chains.links(chain))
        used += bool(links)
        chained += [link.record_id for link in links]
        found += faults(links, chains.head(chain))
    if sorted(chained) != sorted(expected):
        found.append(f"{len(expected)} records were written, {len(chained)} are chained")
    return AuditResult(records=len(chained), chains=used, faults=found)


def _reconciled(bill: MonthBill, statement: Statement, today: date) -> Reconciliation:
    return reconcile(bill, statement, provider_id=statement.provider_id, opened_on=today)


def _statement(provider_id: str, month: str, content: bytes) -> Statement:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return read_statement(
        enumerate(rows, start=1),
        StatementFormat(),
        provider_id=provider_id,
        month=month,
        sha256=sha256(content),
    )
