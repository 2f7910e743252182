"""Record contact (登记催收触达): only what the rules allow is written, at its very instant."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import BusinessCalendar, Clock
from puhui.ids import derived_id
from puhui.tenancy import BankId
from servicing.classification_ports import Debtors
from servicing.collections_ports import CollectionFiles
from servicing.domain.collections.contacts import Channel, Contact, Outcome
from servicing.domain.collections.errors import ContactRefused
from servicing.domain.collections.file import CollectionFile, same_or_refuse
from servicing.domain.collections.rules import DEFAULT_RULES, CollectionRules

SAME: tuple[str, ...] = ("channel", "outcome", "third_person_id", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContactCommand:
    """Who approached whom about a loan, and what came of it; `key` makes a repetition one."""

    bank_id: BankId
    debtor_id: str
    loan_id: str
    by: str
    key: str
    channel: Channel
    outcome: Outcome
    third_person_id: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class RecordContact:
    """Keep a contact in the debtor's file and in the record for ever.

    Whether anything is overdue is asked of the books of this moment, not of last night's file.
    """

    debtors: Debtors
    files: CollectionFiles
    clock: Clock
    calendar: BusinessCalendar
    rules: CollectionRules = DEFAULT_RULES

    def __call__(self, command: RecordContactCommand) -> Contact:
        contact = Contact(
            contact_id=derived_id("ctc", command.bank_id, command.loan_id, command.by, command.key),
            loan_id=command.loan_id,
            by=command.by,
            at=self.clock.now(),
            channel=command.channel,
            outcome=command.outcome,
            third_person_id=command.third_person_id,
            note=command.note,
        )
        file = self._file(command)
        for known in file.contacts:
            if known.contact_id == contact.contact_id:
                return same_or_refuse(known, contact, SAME)
        self._check_overdue(command)
        self.files.save(file.contacted(contact, self.rules), contact)
        return contact

    def _file(self, command: RecordContactCommand) -> CollectionFile:
        file = self.files.find(command.bank_id, command.debtor_id)
        if file is None:
            raise _nothing_overdue()
        return file

    def _check_overdue(self, command: RecordContactCommand) -> None:
        loans = self.debtors.loans_of(
            command.bank_id, command.debtor_id, self.calendar.today(command.bank_id)
        )
        late = {one.position.loan_id for one in loans if one.position.days_overdue > 0}
        if command.loan_id not in late:
            raise _nothing_overdue()


def _nothing_overdue() -> ContactRefused:
    return ContactRefused("nothing is overdue", field="loan_id", rule="contact.overdue")
