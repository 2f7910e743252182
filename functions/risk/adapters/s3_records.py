"""Decision records, in a bucket where nothing can be changed: one record for one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from puhui.tenancy import BankId
from risk.adapters.immutable_objects import get, put_first
from risk.domain.errors import RecordBroken

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX: Final = "decisions/"
JSON: Final = "application/json"


@dataclass(frozen=True)
class S3Records:
    """Records by bank and decision; the bucket's Object Lock keeps each as it was written.

    The key is made of the question alone and must be free. So of several that decide one question
    at once exactly one leaves a record, and no record is without a decision.
    """

    client: S3Client
    bucket: str

    def keep(self, bank_id: BankId, decision_id: str, body: bytes) -> bytes:
        """Keep the record and answer what is kept: this one, or who was faster's."""
        key = record_key(bank_id, decision_id)
        if put_first(self.client, self.bucket, key, body, JSON):
            return body
        return self.read(bank_id, decision_id)

    def read(self, bank_id: BankId, decision_id: str) -> bytes:
        """The record's bytes; whoever asks knows their hash."""
        body = get(self.client, self.bucket, record_key(bank_id, decision_id))
        if body is None:
            raise RecordBroken(f"the record of {decision_id} is gone")
        return body


def record_key(bank_id: BankId, decision_id: str) -> str:
    """Where a decision's record lies.

    >>> record_key(BankId("north"), "dec-12")
    'decisions/north/dec-12.json'
    """
    return f"{PREFIX}{bank_id}/{decision_id}.json"
