"""Builders and fakes for collections."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from puhui.clock import CHINA, UTC, Clock
from puhui.events import Envelope, Event
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.adapters.collections_envelopes import collection_envelope
from servicing.domain.account.position import LoanStatus
from servicing.domain.classification.facts import DebtorLoan
from servicing.domain.classification.history import LoanHistory
from servicing.domain.collections.case import CaseFacts, line_of
from servicing.domain.collections.contacts import Channel, Contact, Outcome
from servicing.domain.collections.errors import CollectionChanged
from servicing.domain.collections.file import CollectionFile
from servicing.domain.collections.rules import DEFAULT_RULES
from servicing.domain.model_errors import ModelUnavailable
from tests.support.classification import DAY, a_debtor_loan
from tests.support.servicing import NORTH

RULES = DEFAULT_RULES
NOON = datetime(2026, 8, 3, 12, 0, tzinfo=CHINA)


def a_late_loan(
    days: int = 40,
    loan_id: str = "loan-1",
    *,
    repaid: Sequence[tuple[date, Money]] = (),
    **changes: Any,
) -> DebtorLoan:
    """A loan that is late by so many days, with 9,000 yuan overdue."""
    values: dict[str, Any] = {
        "days_overdue": days,
        "status": LoanStatus.OVERDUE,
        "principal_overdue": Money.of_yuan(9_000),
        "overdue_since": DAY - timedelta(days=days),
    } | changes
    history = LoanHistory(disbursed_on=date(2025, 8, 3), repaid=tuple(repaid))
    return a_debtor_loan(loan_id, history=history, **values)


def a_file(*loans: DebtorLoan, points: int | None = 500, **changes: Any) -> CollectionFile:
    """The file of cus-1 with these overdue loans."""
    lines = tuple(line_of(one, points, DAY) for one in loans or (a_late_loan(),))
    values: dict[str, Any] = {
        "bank_id": NORTH,
        "debtor_id": "cus-1",
        "branch_id": "b1",
        "lines": lines,
    }
    return CollectionFile(**values | changes)


def a_contact(at: datetime = NOON, **changes: Any) -> Contact:
    """A call that nobody answered."""
    values: dict[str, Any] = {
        "contact_id": f"ctc-{at.astimezone(UTC).isoformat()}",
        "loan_id": "loan-1",
        "by": "collector-1",
        "at": at,
        "channel": Channel.CALL,
        "outcome": Outcome.NO_ANSWER,
    }
    return Contact(**values | changes)


@dataclass
class SpokenScore:
    """`CollectionScore` that answers what it is told to; None: an outage."""

    answer: int | None = 500
    asked: list[CaseFacts] = field(default_factory=list)

    def points(self, bank_id: BankId, facts: CaseFacts) -> int:
        """The points, or an outage."""
        self.asked.append(facts)
        if self.answer is None:
            raise ModelUnavailable
        return self.answer


@dataclass
class InMemoryCollectionFiles:
    """`CollectionFiles` in memory, with the promises of the table."""

    clock: Clock
    kept: dict[tuple[BankId, str], CollectionFile] = field(default_factory=dict)
    recorded: list[tuple[BankId, str, Contact]] = field(default_factory=list)
    events: list[Envelope] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def find(self, bank_id: BankId, debtor_id: str) -> CollectionFile | None:
        """The file."""
        return self.kept.get((bank_id, debtor_id))

    def save(
        self,
        file: CollectionFile,
        contact: Contact | None = None,
        told: Sequence[Event] = (),
    ) -> None:
        """Write the file, a contact and events."""
        with self.lock:
            key = (file.bank_id, file.debtor_id)
            known = self.kept.get(key)
            if (known.version if known else 0) != file.version:
                raise CollectionChanged
            self.kept[key] = replace(file, version=file.version + 1)
            if contact is not None:
                self.recorded.append((*key, contact))
            self.events.extend(collection_envelope(file, one, self.clock) for one in told)

    def contacts(self, bank_id: BankId, debtor_id: str) -> Sequence[Contact]:
        """Every contact, the latest first."""
        found = [c for bank, debtor, c in self.recorded if (bank, debtor) == (bank_id, debtor_id)]
        return sorted(found, key=lambda one: one.at, reverse=True)

    def worst_first(self, bank_id: BankId, branch_id: str | None) -> Sequence[CollectionFile]:
        """Those with something overdue."""
        found = [
            file
            for (bank, _), file in self.kept.items()
            if bank == bank_id and file.lines and branch_id in (None, file.branch_id)
        ]
        return sorted(found, key=_place)


def _place(file: CollectionFile) -> tuple[int, int, str]:
    worst = file.worst
    assert worst is not None
    return -worst.days_overdue, -file.overdue.minor, file.debtor_id
