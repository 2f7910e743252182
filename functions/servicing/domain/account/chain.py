"""INV13: the log of a loan as a chain of hashes, so that an edit, a gap or a swap is found.

hash(n) = SHA-256(hash(n − 1) ‖ event n), hash(0) from the loan's id. The last one is kept beside
the account, which is written in the same transaction as the event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import reduce

from puhui.strict_json import dumps
from servicing.domain.account.event_values import values_of
from servicing.domain.account.events import LoanEvent


def first_link(loan_id: str) -> str:
    """What the chain of a loan begins with."""
    return _sha256(loan_id)


def linked(previous: str, event: LoanEvent) -> str:
    """The chain after one more event."""
    record = [
        event.event_id,
        event.sequence,
        event.value_date.isoformat(),
        event.entered_on.isoformat(),
        event.entered_by,
        event.posting_id or "",
        values_of(event.what),
    ]
    return _sha256(previous + dumps(record))


def head_of(loan_id: str, events: Iterable[LoanEvent]) -> str:
    """The end of a whole log's chain."""
    return reduce(linked, events, first_link(loan_id))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
