"""Rows whose whole body is encrypted: names, codes and what people wrote about somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from puhui.bodies import Body
from puhui.dynamodb import BaseRow, EncryptedAttribute, FieldCipher
from puhui.tenancy import BankId

T = TypeVar("T")


class SealedRow(BaseRow):
    """Keys and a ciphertext that opens in this row only."""

    body = EncryptedAttribute()


@dataclass(frozen=True)
class SealedBody(Generic[T]):
    """Writes and reads one frozen dataclass as the encrypted body of a row."""

    of: type[T]
    cipher: FieldCipher

    def write(self, row: SealedRow, value: T, bank_id: BankId) -> None:
        """Encrypt the object into the row, whose keys are set."""
        row.encrypt_field(self.cipher, "body", Body(self.of).write(value), bank_id=bank_id)

    def read(self, row: SealedRow) -> T:
        """The object inside the row."""
        return Body(self.of).read(row.decrypt_field(self.cipher, "body"))
