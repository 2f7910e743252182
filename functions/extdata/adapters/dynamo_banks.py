"""Which banks there are, in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence

from extdata.adapters.rows_audit import BANKS_PK, BankNameRow
from puhui.dynamodb import dynamo_errors
from puhui.errors import StaleVersion
from puhui.tenancy import BankId


class DynamoBanks:
    """`extdata.ports.Banks`: noted when a bank's first audit record is chained."""

    def __init__(self) -> None:
        self._noted: set[str] = set()

    def all(self) -> Sequence[BankId]:
        """One query."""
        with dynamo_errors():
            return [BankId(row.sk) for row in BankNameRow.query(BANKS_PK, consistent_read=True)]

    def note(self, bank_id: str) -> None:
        """Remember a bank; each process writes each bank once at most."""
        if bank_id in self._noted:
            return
        try:
            with dynamo_errors():
                BankNameRow(BANKS_PK, bank_id).save()
        except StaleVersion:
            pass  # it is there already
        self._noted.add(bank_id)
