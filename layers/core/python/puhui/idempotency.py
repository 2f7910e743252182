"""A client may repeat a request with the same key and gets the first answer, not a second effect.

    idempotency = DynamoIdempotency(FactoryRequestRow, clock, cipher)
    answer = idempotency.remember(bank_id, actor, key, payload_hash, run)     # run() -> dict

The key belongs to one actor of one bank. Another payload under the same key is a Conflict. While
the first run is under way a repetition is told to wait; when that run died, the repetition runs
again after the lease, so `run` itself must find what its first try left behind.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from puhui.attributes import EncryptedAttribute, InstantAttribute
from puhui.clock import Clock
from puhui.errors import Conflict
from puhui.field_cipher import FieldCipher
from puhui.rows import BaseRow, dynamo_errors
from puhui.strict_json import dumps, loads

Answer = dict[str, Any]

KEPT_FOR = timedelta(hours=24)
LEASE = timedelta(seconds=60)
"""Longer than API Gateway waits for a function (29 s)."""

_RUNNING = "running"
_DONE = "done"


class RequestInProgress(Conflict):
    """The first request with this key is still under way; repeat a little later."""

    retryable = True

    def __init__(self, message: str = "") -> None:
        """Name the header."""
        super().__init__(message, field="Idempotency-Key", rule="idempotency.in_progress")


class OtherPayload(Conflict):
    """This key was used for another request."""

    def __init__(self, message: str = "") -> None:
        """Name the header."""
        super().__init__(message, field="Idempotency-Key", rule="idempotency.payload")


class _Taken(Conflict):
    """Somebody else holds the row."""


class RequestRow(BaseRow):
    """A request that was made; subclass once per module and bind it to the table."""

    state = UnicodeAttribute()
    payload_hash = UnicodeAttribute()
    answer = EncryptedAttribute(null=True)
    plain_answer = UnicodeAttribute(null=True)
    leased_until = InstantAttribute()
    expires_at = TTLAttribute()


class IdempotentRequests(Protocol):
    """Runs a request once per key."""

    def remember(
        self, bank_id: str, actor: str, key: str, payload_hash: str, run: Callable[[], Answer]
    ) -> Answer:
        """Run the request, or answer what its first run answered."""
        ...


class DynamoIdempotency:
    """Keeps requests for a day in the module's table."""

    def __init__(
        self, row_class: type[RequestRow], clock: Clock, cipher: FieldCipher | None = None
    ) -> None:
        """Use the module's row class, bound to its table.

        Give a cipher unless every answer is free of personal data: answers are kept as they are.
        """
        self._row_class = row_class
        self._clock = clock
        self._cipher = cipher

    def remember(
        self, bank_id: str, actor: str, key: str, payload_hash: str, run: Callable[[], Answer]
    ) -> Answer:
        """Run the request, or answer what its first run answered."""
        row = self._row(bank_id, actor, key, payload_hash)
        known = self._claim(row)
        if known is not None:
            return self._answer_of(known)
        try:
            result = run()
        except BaseException:
            with dynamo_errors():
                row.delete()
            raise
        row.state = _DONE
        self._keep(row, result, bank_id)
        with dynamo_errors():
            row.save()
        return result

    def _keep(self, row: RequestRow, answer: Answer, bank_id: str) -> None:
        if self._cipher is None:
            row.plain_answer = dumps(answer)
        else:
            row.encrypt_field(self._cipher, "answer", dumps(answer), bank_id=bank_id)

    def _answer_of(self, row: RequestRow) -> Answer:
        if row.answer is None or self._cipher is None:
            kept = row.plain_answer
        else:
            kept = row.decrypt_field(self._cipher, "answer")
        answer: Answer = loads(kept)
        return answer

    def _claim(self, row: RequestRow) -> RequestRow | None:
        """Take the key for this run, or answer the row of the run that is done."""
        if self._saved(row):
            return None
        with dynamo_errors():
            known = self._row_class.get(row.pk, row.sk, consistent_read=True)
        now = self._clock.now()
        if known.expires_at > now:
            if known.payload_hash != row.payload_hash:
                raise OtherPayload()
            if known.state == _DONE:
                return known
            if known.leased_until > now:
                raise RequestInProgress()
        row.version = known.version
        if not self._saved(row):
            raise RequestInProgress()
        return None

    def _row(self, bank_id: str, actor: str, key: str, payload_hash: str) -> RequestRow:
        now: datetime = self._clock.now()
        return self._row_class(
            pk=f"BANK#{bank_id}#REQUESTS#{actor}",
            sk=f"KEY#{key}",
            state=_RUNNING,
            payload_hash=payload_hash,
            leased_until=now + LEASE,
            expires_at=now + KEPT_FOR,
        )

    @staticmethod
    def _saved(row: RequestRow) -> bool:
        try:
            with dynamo_errors(conflict=_Taken):
                row.save()
        except _Taken:
            return False
        return True
