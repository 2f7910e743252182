"""What every row of every module has: keys, a version, explicit timeouts, translated errors.

Import it through `puhui.dynamodb`, which also has the attributes, the cipher and the inbox.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Self, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import UnicodeAttribute, VersionAttribute
from pynamodb.connection import Connection, TableConnection
from pynamodb.exceptions import DoesNotExist, PynamoDBException, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from puhui.errors import NotFound, PuhuiError, StaleVersion, UpstreamUnavailable
from puhui.field_cipher import FieldCipher, field_aad

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5
MAX_RETRY_ATTEMPTS = 2
MAX_POOL_CONNECTIONS = 10

_CONDITION_FAILED = {"ConditionalCheckFailedException", "TransactionConflictException"}
_REASONS_OF_PRESSURE = {"ThrottlingError", "ProvisionedThroughputExceeded"}
_REASONS_OF_CONFLICT = {"ConditionalCheckFailed", "TransactionConflict", "DuplicateItem"}

R = TypeVar("R", bound="BaseRow")

_CLIENT_VARIABLES = (
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ACCESS_KEY_ID",
)
_clients: dict[tuple[str | None, ...], Any] = {}
_clients_lock = threading.Lock()


class BaseRow(Model):
    """A row of a module's table: `pk`, `sk` and the version that optimistic locking checks."""

    class Meta:
        """Settings of every row; the table's name comes from `bind_table`."""

        table_name: str | None = None
        connect_timeout_seconds = CONNECT_TIMEOUT_SECONDS
        read_timeout_seconds = READ_TIMEOUT_SECONDS
        max_retry_attempts = MAX_RETRY_ATTEMPTS
        max_pool_connections = MAX_POOL_CONNECTIONS

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = VersionAttribute()

    def at_version(self, version: int) -> Self:
        """Let the row replace this version only; version 0 was never saved, so it is created."""
        if version:
            self.version = version
        return self

    def encrypt_field(
        self, cipher: FieldCipher, field: str, plaintext: str, *, bank_id: str
    ) -> None:
        """Set an encrypted attribute; call it after `pk` and `sk` are set."""
        setattr(self, field, cipher.encrypt(plaintext, self._aad(field), bank_id=bank_id))

    def decrypt_field(self, cipher: FieldCipher, field: str) -> str:
        """Read an encrypted attribute; one that was moved here raises `SealBroken`."""
        return cipher.decrypt(str(getattr(self, field)), self._aad(field))

    def _aad(self, field: str) -> str:
        table = type(self).Meta.table_name
        if not (table and self.pk and self.sk):
            raise ValueError("bind the table and set pk and sk before a field is encrypted")
        return field_aad(table, self.pk, self.sk, field)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        """Share one client between row classes: making one costs 100 ms of a cold start."""
        table: TableConnection = super()._get_connection()
        inner = table.connection
        if inner._client is None:
            inner._client = _shared_client(inner)
        return table


def bind_table(table_name: str, *row_classes: type[BaseRow]) -> None:
    """Tell row classes their table; each gets a Meta of its own, so tables never mix."""
    for row_class in row_classes:
        own = vars(row_class).get("Meta")
        if vars(own or object).get("table_name") != table_name:
            meta: Any = type("Meta", (row_class.Meta,), {"table_name": table_name})
            row_class.Meta = meta  # type: ignore[misc]
        row_class._connection = None


@contextmanager
def transaction(*, conflict: type[PuhuiError] = StaleVersion) -> Iterator[TransactWrite]:
    """Write up to 100 rows together or none: `write.save(row)`, `write.delete(row)`, …

    A failed condition raises `conflict`. Nothing is written when the block raises.
    """
    with dynamo_errors(conflict=conflict), TransactWrite(connection=connection()) as write:
        yield write


@contextmanager
def dynamo_errors(
    *,
    conflict: type[PuhuiError] = StaleVersion,
    missing: type[PuhuiError] = NotFound,
    passing: type[Exception] | tuple[type[Exception], ...] = (),
) -> Iterator[None]:
    """Translate DynamoDB's errors: failed condition, missing row, throttling, no answer.

        with dynamo_errors(missing=ApplicationNotFound):
            row = ApplicationRow.get(pk, sk)
        with dynamo_errors(conflict=DuplicateApplication):
            row.save()

    What is `passing` comes through untranslated when it is a failed condition, for adapters that
    read the reasons themselves; throttling is always translated.
    """
    try:
        yield
    except DoesNotExist as error:
        raise missing() from error
    except PynamoDBException as error:
        if isinstance(error, passing) and _is_conflict(error):
            raise
        raise (conflict() if _is_conflict(error) else _unavailable()) from error
    except (ClientError, BotoCoreError) as error:
        raise _unavailable() from error


def translate_write_errors(
    *,
    conflict: type[PuhuiError] = StaleVersion,
    passing: type[Exception] | tuple[type[Exception], ...] = (),
) -> AbstractContextManager[None]:
    """The same table for writes, which cannot miss a row: `with translate_write_errors(): …`."""
    return dynamo_errors(conflict=conflict, passing=passing)


def _is_conflict(error: PynamoDBException) -> bool:
    if not isinstance(error.cause, ClientError):
        return False  # no answer came; botocore then keeps `response = None`, PynamoDB trips on it
    if error.cause_response_code in _CONDITION_FAILED:
        return True
    reasons = error.cancellation_reasons if isinstance(error, TransactWriteError) else []
    codes = {reason.code for reason in reasons if reason}
    return bool(codes & _REASONS_OF_CONFLICT) and not codes & _REASONS_OF_PRESSURE


def _unavailable() -> UpstreamUnavailable:
    return UpstreamUnavailable("the table does not answer")


def connection() -> Connection:
    """A connection for `TransactWrite`; prefer `transaction()`, which translates errors too."""
    made = Connection(
        connect_timeout_seconds=CONNECT_TIMEOUT_SECONDS,
        read_timeout_seconds=READ_TIMEOUT_SECONDS,
        max_retry_attempts=MAX_RETRY_ATTEMPTS,
        max_pool_connections=MAX_POOL_CONNECTIONS,
    )
    made._client = _shared_client(made)
    return made


def _shared_client(owner: Connection) -> Any:
    key = (owner.region, owner.host, *map(os.environ.get, _CLIENT_VARIABLES))
    with _clients_lock:
        if key not in _clients:
            _clients[key] = owner.client
        return _clients[key]
