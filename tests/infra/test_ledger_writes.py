"""INV4 in IAM: nobody who writes to the ledger's table can do so outside a transaction."""

from __future__ import annotations

from typing import Any

from tests.infra.templates import Template, many

WRITES = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
OUTSIDE_TRANSACTIONS = {
    "ForAllValues:StringNotEquals": {"dynamodb:EnclosingOperation": ["TransactWriteItems"]}
}


def test_every_writer_of_the_ledger_is_denied_single_writes(
    templates: dict[str, Template],
) -> None:
    servicing = templates["servicing"]
    writers = {
        name: servicing.statements(function["Role"])
        for name, function in servicing.functions.items()
        if _writes(servicing.statements(function["Role"]))
    }

    assert "post-disbursement" in writers
    assert {name for name, found in writers.items() if not _denied(found)} == set()


def test_nobody_may_delete_from_the_ledger(templates: dict[str, Template]) -> None:
    servicing = templates["servicing"]
    deleters = {
        name
        for name, function in servicing.functions.items()
        for statement in servicing.statements(function["Role"])
        if statement["Effect"] == "Allow" and "dynamodb:DeleteItem" in many(statement["Action"])
    }

    assert deleters == set()


def _writes(statements: list[dict[str, Any]]) -> bool:
    return any(
        statement["Effect"] == "Allow" and WRITES & set(many(statement["Action"]))
        for statement in statements
    )


def _denied(statements: list[dict[str, Any]]) -> bool:
    return any(
        statement["Effect"] == "Deny"
        and set(many(statement["Action"])) == WRITES
        and statement.get("Condition") == OUTSIDE_TRANSACTIONS
        for statement in statements
    )
