"""The envelopes of collections' events."""

from __future__ import annotations

from puhui.clock import Clock
from puhui.contracts.servicing_collections import ComplaintRaised, PromiseBroken
from puhui.events import Envelope, Event
from servicing.domain.collections.file import CollectionFile


def collection_envelope(file: CollectionFile, event: Event, clock: Clock) -> Envelope:
    """What the bus hears; a repetition makes no second event."""
    if isinstance(event, PromiseBroken):
        dedup = event.promise_id
    elif isinstance(event, ComplaintRaised):
        dedup = event.complaint_id
    else:
        raise TypeError(f"collections tell nothing of {type(event).__name__}")
    return event.envelope(
        bank_id=file.bank_id,
        subject=event.loan_id,
        correlation_id=file.debtor_id,
        clock=clock,
        dedup=dedup,
    )
