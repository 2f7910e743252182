"""What operators are told when a message knows more than the books do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from puhui.observability import metrics
from servicing.domain.errors import LedgerBehind


@contextmanager
def regress_is_told(bank_id: str) -> Iterator[None]:
    """Count it and go on failing: the message waits until the books are what they were."""
    try:
        yield
    except LedgerBehind:
        metrics.count("LedgerBehind", bank_id=bank_id)
        raise
