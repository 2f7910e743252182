"""A canary: one firm's names and numbers go through every module, and are looked for everywhere.

Looked through: all output (logs and metrics), every table, the workflow's history, every queue and
dead-letter queue. What is encrypted or sealed cannot be read there, and so is not found.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.config import existing_modules
from tests.support.loan_walk import LoanWalk, walking
from tests.support.walked_loan import Loan
from tests.workflows.conftest import QUICK_QUERIES

MODULES = ("intake", "extdata", "risk", "servicing", "operations", "signing", "factory", "sandbox")
SECRETS = (
    "name",
    "uscc",
    "legal_person_name",
    "legal_person_id",
    "phone",
    "address",
    "payout_account",
)


@pytest.fixture(scope="module")
def walk() -> Iterator[LoanWalk]:
    """Every module: consents of the firm are told to external data too."""
    with walking(QUICK_QUERIES, modules=existing_modules()) as everything:
        yield everything


def canaries(loan: Loan) -> list[str]:
    party = loan.firm.party
    return [str(getattr(party, field)) for field in SECRETS if getattr(party, field)]


def routes() -> list[tuple[str, str, str]]:
    return [
        (module, route.method, route.path)
        for module in MODULES
        for route in importlib.import_module(f"{module}.api").routes.table()
    ]


def attack_every_route(walk: LoanWalk, loan: Loan) -> None:
    """Each route once with a body full of secrets and once as a stranger of the same bank."""
    party = loan.firm.party.model_dump(mode="json")
    stranger = walk.token("customer", customer="cust-stranger")
    for module, method, path in routes():
        for name in ("application_id", "customer_id"):
            path = path.replace("{" + name + "}", getattr(loan, name))
        filled = "/".join("unknown-1" if part.startswith("{") else part for part in path.split("/"))
        body: Any = None if method in ("GET", "DELETE") else {**party, "amount_fen": -1}
        for token in (walk.manager, walk.auditor, stranger):
            answer = walk.cloud.request(
                method,
                f"/{module}{filled}",
                token=token,
                body=body,
                headers={"Idempotency-Key": "canary"},
            )
            assert answer.status < 500, (module, method, path, answer.body)


def everything_kept(walk: LoanWalk, loan: Loan) -> dict[str, str]:
    """Tables, histories and queues as text."""
    cloud = walk.cloud
    kept: dict[str, str] = {}
    for table in cloud.deployed.tables:
        pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        items = [item for page in pages for item in page["Items"]]
        kept[f"table {table}"] = json.dumps(items, ensure_ascii=False, default=str)
    for arn in loan.execution_arns:
        kept[f"history {arn}"] = json.dumps(cloud.history(arn), ensure_ascii=False, default=str)
    for name, queue in cloud.deployed.queues.items():
        answer = cloud.client("sqs").receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10)
        kept[f"queue {name}"] = json.dumps(answer.get("Messages", []), ensure_ascii=False)
    return kept


@pytest.mark.parametrize("ending", ["disbursed", "failed"])
def test_no_name_or_number_of_a_person_is_readable_anywhere(
    walk: LoanWalk, capfd: pytest.CaptureFixture[str], ending: str
) -> None:
    loan = walk.ready_to_pay()
    if ending == "failed":
        walk.break_function("post-disbursement")
    loan.sign()
    attack_every_route(walk, loan)
    walk.cloud.settle()

    captured = capfd.readouterr()
    places = {"output": captured.out + captured.err, **everything_kept(walk, loan)}

    found = [
        (place, secret)
        for place, text in places.items()
        for secret in canaries(loan)
        if secret in text
    ]
    assert loan.outcome == ending
    assert "application_id" in places["output"], "the search looks at real log lines"
    assert found == []
