"""The definitions of the fact products, and what is made from them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from infra import fact_schemas as published
from infra.generated import differences
from puhui.contracts.facts import FACT_PRODUCTS, MAX_DOCUMENT_BYTES, FactReference
from puhui.fact_schemas import PRODUCTS, Field
from puhui.fact_schemas.json_schema import json_schema
from puhui.fact_schemas.structs import (
    broken_declaration,
    decoder_of,
    outside_period,
)
from tests.support.fact_documents import a_fact_document, fact_bytes, fact_documents

HAN = re.compile(r"[\u4e00-\u9fff]")
NAME = re.compile(r"[a-z][a-z0-9_]*")
ENDINGS = {"fen": "_fen", "date": "_on"}
SOURCES_OF_THE_GRIDS: dict[str, dict[str, Collection[str]]] = {
    "bureau/1": {
        "accounts.product": {"card", "biz_loan", "mortgage", "consumer_loan", "farm_loan"},
        "payments.overdue_level": (),
        "queries.reason": {"loan", "card", "guarantee"},
        "public_records.kind": {"civil_judgment", "enforcement", "tax_arrears", "admin_penalty"},
    },
    "tax/1": {
        "returns.vat_paid_fen": (),
        "returns.cit_paid_fen": (),
        "returns.filed_on": (),
        "penalties.kind": {"late_filing"},
        "snapshot.credit_grade": {"A", "B", "M", "C", "D"},
    },
    "invoice/1": {"rows.direction": {"out", "in"}, "rows.status": {"valid", "void"}},
    "registration/1": {
        "changes.kind": {"legal_person", "shareholder", "capital", "address", "scope"},
        "network.relation": {"investment", "branch", "affiliate", "legal_person_post"},
        "anomalies.kind": {"abnormal_operation", "penalty", "pledge", "freeze"},
    },
    "judicial/1": {
        "cases.cause": {"loan", "trade", "labour"},
        "enforcements.kind": {"enforced", "dishonest", "restricted", "terminated"},
        "enforcements.subject": {"ent", "own"},
    },
    "bank_flow/1": {
        "transactions.balance_fen": (),
        "transactions.kind": {"payroll", "tax", "loan_repayment", "pos", "interest"},
        "transactions.related": (),
        "statements.opening_fen": (),
    },
    "multi_lender/1": {
        "queries.key": {"id", "cell"},
        "queries.org_kind": {"bank", "micro", "cons_fin"},
        "queries.queried_hour": (),
    },
    "social_security/1": {"contributions.kind": {"social", "fund"}, "headcounts.left": ()},
    "utility/1": {"bills.kind": {"power", "water", "gas"}, "bills.peak_usage": ()},
    "agriculture/1": {
        "crops.crop": {"grain", "oil", "tea", "vegetable", "fruit"},
        "livestock.kind": {"pig", "poultry", "aquatic", "cattle_sheep"},
        "payments.kind": {"subsidy", "premium", "claim"},
        "vegetation.ndvi": (),
    },
    "device/1": {
        "events.grid": (),
        "forms.measure": {"fill_time", "edits", "paste", "idle", "retry"},
        "checks.kind": {"face", "liveness", "three_factor", "number_age"},
    },
    "relationship/1": {
        "balances.kind": {"demand", "term", "wealth"},
        "repayments.days_past_due": (),
        "activities.kind": {"login", "transfer", "payroll", "qr_pos"},
    },
}
"""One line for each group of grids of the indicator catalogue: where it gets its facts from."""


def fields() -> list[tuple[str, Field]]:
    """Every field of every product."""
    return [
        (f"{product.code} {path}", field)
        for product in PRODUCTS.values()
        for path, field in product.paths().items()
    ]


def follows(product: str, document: Any) -> bool:
    """Does the decoder take it?"""
    try:
        decoder_of(product).decode(fact_bytes(document))
    except msgspec.ValidationError:
        return False
    return True


def test_there_are_twelve_products_with_a_chinese_name_and_a_bound_in_bytes() -> None:
    assert list(FACT_PRODUCTS) == list(MAX_DOCUMENT_BYTES) == list(SOURCES_OF_THE_GRIDS)
    assert all(HAN.search(name) for name in FACT_PRODUCTS.values())


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_grid_of_the_catalogue_finds_its_facts(product: str) -> None:
    for path, codes in SOURCES_OF_THE_GRIDS[product].items():
        field = PRODUCTS[product].find(path)

        assert field is not None, path
        assert set(codes) <= set(field.codes), path


def test_every_field_is_named_in_chinese_and_has_a_level_and_a_name_of_its_kind() -> None:
    wrong = [
        path
        for path, field in fields()
        if not (
            HAN.search(field.title)
            and 1 <= field.level <= 5
            and NAME.fullmatch(path.split(".")[1])
            and path.endswith(ENDINGS.get(field.kind, ""))
            and (field.kind == "fen") == path.endswith("_fen")
            and bool(field.codes) == (field.kind == "code")
            and all(map(HAN.search, field.codes.values()))
        )
    ]

    assert [path for path in wrong if not _named_by_custom(path)] == []


def _named_by_custom(path: str) -> bool:
    """`customer_since` and `term_to` are dates that everybody calls so."""
    return path.split(".")[1] in {"customer_since", "term_to"}


def test_whatever_identifies_somebody_is_sensitive_and_can_be_masked() -> None:
    identifying = [(path, field) for path, field in fields() if field.identifying]

    assert len(identifying) >= 25
    assert all(field.maskable and field.level >= 2 for _, field in identifying)


@pytest.mark.parametrize("product", PRODUCTS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_decoder_and_published_schema_give_the_same_verdict(
    product: str, data: st.DataObject
) -> None:
    document = data.draw(fact_documents(product))
    places = [document, *(row for table in PRODUCTS[product].tables for row in document[table])]
    target = data.draw(st.sampled_from([*places, document.get("snapshot", document)]))
    name = data.draw(st.sampled_from([*sorted(target), "unknown"]))
    change = data.draw(st.sampled_from(["leave", "set", "remove"]))
    if change == "set":
        target[name] = data.draw(
            st.none()
            | st.booleans()
            | st.integers(-(10**14), 10**14)
            | st.sampled_from(["", "甲" * 5_000, "2026-02-30", "2026-13", "1.2345678", 0.5, [], {}])
        )
    elif change == "remove":
        target.pop(name, None)

    validator = Draft202012Validator(
        json_schema(PRODUCTS[product]), format_checker=FormatChecker(["date"])
    )

    assert follows(product, document) is validator.is_valid(document)


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_schema_is_a_valid_schema_with_a_versioned_id(product: str) -> None:
    schema = json_schema(PRODUCTS[product])

    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:puhui:fact:{product.replace('/', ':')}"


def test_the_published_pages_are_those_of_the_definitions() -> None:
    assert differences(published.documents()) == []


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_document_keeps_its_own_declaration(product: str) -> None:
    def broken(**changes: Any) -> str | None:
        document = a_fact_document(product, 2, **changes)
        return broken_declaration(product, decoder_of(product).decode(fact_bytes(document)))

    assert broken() is None
    assert broken(row_count=1) == "rows"
    assert broken(period_from="2026-12-01") == "period"


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_row_outside_the_period_is_found_where_the_definition_says_so(product: str) -> None:
    for path, field in PRODUCTS[product].paths().items():
        if field.in_period:
            table, name = path.split(".")
            document = a_fact_document(product, 2)
            document[table][1][name] = "2026-03" if field.kind == "month" else "2026-02-21"
            decoded = decoder_of(product).decode(fact_bytes(document))

            assert outside_period(product, decoded) == path


def test_a_reference_without_columns_reads_as_it_did_before_there_were_any() -> None:
    reference = FactReference(product="tax/1", state="missing")

    assert reference.model_dump_json() == (
        '{"product":"tax/1","state":"missing","document_id":null,"bucket":null,'
        '"key":null,"sha256":null,"size_bytes":null}'
    )


def test_a_reference_from_a_provider_says_its_columns_raw_hash_instant_and_query() -> None:
    told = {
        "product": "tax/1",
        "state": "ok",
        "bucket": "documents",
        "key": "k",
        "sha256": "a" * 64,
        "columns_key": "c",
        "raw_sha256": "b" * 64,
        "document_at": "2026-03-01T08:00:00Z",
        "query_id": "qry-1",
    }

    reference = FactReference.model_validate(told)

    assert told.items() <= reference.model_dump(mode="json").items()
