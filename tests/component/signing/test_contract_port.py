"""The table and its fake keep the same promises about contracts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from puhui.clock import FixedClock
from puhui.contracts.signing import ContractPrepared, ContractSealed
from puhui.data_keys import SealBroken
from puhui.dynamodb import FieldCipher, bind_table
from puhui.errors import StaleVersion
from signing.adapters.dynamo_contracts import DynamoContracts
from signing.adapters.rows import ROWS
from signing.domain.contract import ContractStatus, Failure, LoanContract, Seal
from signing.domain.errors import ContractNotFound
from signing.ports import Contracts
from tests.support.signing import (
    NOON,
    NORTH,
    a_contract,
    a_document,
    a_signing_contract,
)
from tests.support.signing_fakes import InMemoryContracts
from tests.support.signing_world import TABLE, World

PREPARED = ContractPrepared(contract_id="ctr-1", application_id="app-1", customer_id="cus-1")

SEALED = ContractSealed(contract_id="ctr-1", application_id="app-1", document_sha256="a" * 64)


@pytest.fixture(params=["memory", "dynamodb"])
def contracts(request: pytest.FixtureRequest) -> Contracts:
    if request.param == "memory":
        return InMemoryContracts()
    return in_table(request.getfixturevalue("world"))


def in_table(world: World) -> DynamoContracts:
    bind_table(TABLE, *ROWS)
    return DynamoContracts(FieldCipher(boto3.client("kms"), world.data_key), FixedClock(NOON))


def rich_contracts() -> list[LoanContract]:
    seal = Seal(document=a_document("s", "f"), sealed_at=NOON, certificates=("a" * 64, "b" * 64))
    return [
        a_contract(),
        a_signing_contract(),
        a_signing_contract().sealed(seal),
        a_contract().void(NOON + timedelta(hours=1)),
        a_contract(
            draft=None,
            status=ContractStatus.NOT_PREPARED,
            failure=Failure(error="GlyphMissing", text="no glyph for U+30EDD"),
        ),
    ]


@pytest.mark.parametrize("index", range(5))
def test_a_contract_comes_back_as_it_was_kept(contracts: Contracts, index: int) -> None:
    kept = rich_contracts()[index]

    contracts.issue(kept, [PREPARED])

    assert contracts.get(NORTH, kept.contract_id) == replace(kept, version=1)


def test_an_unknown_contract_is_not_found(contracts: Contracts) -> None:
    with pytest.raises(ContractNotFound):
        contracts.get(NORTH, "ctr-unknown")
    with pytest.raises(ContractNotFound):
        contracts.current_of(NORTH, "app-unknown")


def test_a_contract_of_another_bank_is_not_found(contracts: Contracts) -> None:
    contracts.issue(a_contract(), [])

    with pytest.raises(ContractNotFound):
        contracts.get(type(NORTH)("south"), a_contract().contract_id)


def test_the_same_contract_is_issued_once(contracts: Contracts) -> None:
    contracts.issue(a_contract(), [])

    with pytest.raises(StaleVersion):
        contracts.issue(a_contract(), [])


def test_a_stale_change_is_refused(contracts: Contracts) -> None:
    contracts.issue(a_contract(), [])
    first = contracts.get(NORTH, a_contract().contract_id)
    contracts.save(first.refuse(NOON), [])

    with pytest.raises(StaleVersion):
        contracts.save(first.void(NOON), [])


def test_the_last_issued_contract_is_the_current_one(contracts: Contracts) -> None:
    contracts.issue(a_contract(), [])
    contracts.issue(a_contract(contract_id="ctr-2", offer_id="off-2"), [])

    assert contracts.current_of(NORTH, "app-1").contract_id == "ctr-2"


def test_an_event_is_kept_with_its_contract_or_not_at_all(world: World) -> None:
    contracts = in_table(world)
    contracts.issue(a_contract(), [PREPARED])

    with pytest.raises(StaleVersion):
        contracts.issue(a_contract(), [SEALED])

    assert len(world.outbox("ContractPrepared")) == 1
    assert world.outbox("ContractSealed") == []


def test_a_task_token_moved_to_another_contract_does_not_open(world: World) -> None:
    contracts = in_table(world)
    contracts.issue(a_contract(), [])
    contracts.issue(a_contract(contract_id="ctr-2"), [])
    table = boto3.resource("dynamodb").Table(TABLE)
    mine, other = (f"BANK#north#CONTRACT#{c}" for c in (a_contract().contract_id, "ctr-2"))
    token = table.get_item(Key={"pk": mine, "sk": "CONTRACT"})["Item"]["task_token"]

    table.update_item(
        Key={"pk": other, "sk": "CONTRACT"},
        UpdateExpression="SET task_token = :t",
        ExpressionAttributeValues={":t": token},
    )

    with pytest.raises(SealBroken):
        contracts.get(NORTH, "ctr-2")
