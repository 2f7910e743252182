"""The books of the demonstration in memory are closed and verified by the product's own code."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from infra.demo.extdata.in_memory_bank import InMemoryBank
from infra.demo.extdata.in_memory_onboarding import BANK
from tests.support.extdata import a_connector, a_provider
from tests.support.extdata_bills import MONTH, PROVIDER, Row, statement_bytes
from tests.support.extdata_records import NOON, TODAY, a_meter_event, a_price, a_query

NOWHERE = "http://127.0.0.1:1"
HIT = ["no-1", "2026-11-02", "sbx-tax-returns", "查得", "是", "0.80", "0.80"]
TOP_UP = ["", MONTH, "sbx-old", "保底补差", "是", "5.00", "5.00"]


def a_bank() -> InMemoryBank:
    """One hit at eighty 分, and a retired connector whose minimum of five yuan runs on."""
    bank = InMemoryBank(NOWHERE, NOWHERE, TODAY)
    ports = bank.ports
    ports.providers.save(a_provider(bank_id=BANK), NOON)
    ports.connectors.save(a_connector(bank_id=BANK))
    ports.connectors.save(a_connector("retired", bank_id=BANK, connector_id="sbx-old"))
    ports.prices.add(BANK, a_price(), "steward-1", NOON)
    runs_on = a_price(connector_id="sbx-old", minimum_yuan=Decimal(5))
    ports.prices.add(BANK, runs_on, "steward-1", NOON)
    asked = a_query(bank_id=BANK, version=0)
    ports.queries.finish(asked, meters=[a_meter_event(bank_id=BANK)])
    return bank


def books_of(bank: InMemoryBank, *rows: Row) -> Any:
    return bank.close_books(MONTH, {PROVIDER: statement_bytes(rows)})


def test_a_retired_connectors_fee_is_in_the_books_as_in_every_bill() -> None:
    books = books_of(a_bank(), HIT, TOP_UP)

    assert (books.cost_fen, books.gap_fen, books.disputes) == (580, 0, 0)


def test_what_the_statement_lacks_is_the_gap() -> None:
    books = books_of(a_bank(), HIT)

    assert (books.gap_fen, books.disputes_by_kind) == (500, {"fee_differs": 1})


def test_the_records_of_the_queries_are_chained_sealed_and_verified() -> None:
    audit = a_bank().verify_audit()

    assert (audit.records, audit.chains, list(audit.faults)) == (1, 1, [])


def test_a_record_of_a_day_that_nobody_chains_is_no_verified_day() -> None:
    bank = a_bank()
    queries = bank.ports.queries
    queries.chain_audit = lambda chains: 0  # type: ignore[attr-defined]

    audit = bank.verify_audit()

    assert list(audit.faults) == ["1 records are in no chain"]
