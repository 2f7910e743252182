"""Contracts as rows and back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from puhui.clock import utc_from_text, utc_text
from puhui.dynamodb import FieldCipher
from puhui.tenancy import bank_id
from signing.adapters.rows import ContractRow
from signing.domain.contract import (
    Consent,
    ContractStatus,
    Delivery,
    Draft,
    Failure,
    LoanContract,
    Seal,
    StoredDocument,
)

_SORT_KEY = "CONTRACT"
_BANK_PREFIX = "BANK#"
_SAME = (
    "bank_name",
    "branch_id",
    "application_id",
    "customer_id",
    "offer_id",
    "terms_sha256",
    "product_name",
    "principal",
    "party_sealed",
    "sent_at",
    "deadline",
    "issue",
    "ended_at",
)
"""Fields that a row keeps as the contract has them."""


def contract_key(bank: str, contract_id: str) -> tuple[str, str]:
    """Where a contract lies."""
    return f"{_BANK_PREFIX}{bank}#CONTRACT#{contract_id}", _SORT_KEY


def to_row(contract: LoanContract, cipher: FieldCipher) -> ContractRow:
    """A row that may only replace the version the contract was read at."""
    pk, sk = contract_key(contract.bank_id, contract.contract_id)
    row = ContractRow(
        pk=pk,
        sk=sk,
        status=contract.status.value,
        delivery=contract.delivery.value,
        draft=_plain(contract.draft),
        consent=_plain(contract.consent),
        seal=_plain(contract.seal),
        failure=_plain(contract.failure),
        **{name: getattr(contract, name) for name in _SAME},
    )
    if contract.version:
        row.version = contract.version
    row.encrypt_field(cipher, "task_token", contract.task_token, bank_id=contract.bank_id)
    return row


def to_domain(row: ContractRow, cipher: FieldCipher) -> LoanContract:
    """The contract in a row."""
    bank, _, contract_id = row.pk.removeprefix(_BANK_PREFIX).partition("#CONTRACT#")
    values: dict[str, Any] = {name: getattr(row, name) for name in _SAME}
    values["issue"] = int(row.issue)
    return LoanContract(
        bank_id=bank_id(bank),
        contract_id=contract_id,
        task_token=row.decrypt_field(cipher, "task_token"),
        status=ContractStatus(row.status),
        delivery=Delivery(row.delivery),
        draft=None if row.draft is None else _draft(row.draft),
        consent=None if row.consent is None else _consent(row.consent),
        seal=None if row.seal is None else _seal(row.seal),
        failure=None if row.failure is None else Failure(**row.failure),
        version=int(row.version or 0),
        **values,
    )


def _plain(value: Draft | Consent | Seal | Failure | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {
        name: utc_text(item) if isinstance(item, datetime) else item
        for name, item in asdict(value).items()
    }


def _draft(kept: dict[str, Any]) -> Draft:
    documents = {name: StoredDocument(**kept[name]) for name in ("document", "marks")}
    return Draft(**{**kept, **documents})


def _consent(kept: dict[str, Any]) -> Consent:
    return Consent(**{**kept, "at": utc_from_text(kept["at"])})


def _seal(kept: dict[str, Any]) -> Seal:
    return Seal(
        document=StoredDocument(**kept["document"]),
        sealed_at=utc_from_text(kept["sealed_at"]),
        certificates=tuple(kept["certificates"]),
    )
