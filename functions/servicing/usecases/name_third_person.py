"""Name third person (登记第三人): who agreed to be contacted about a debtor, until he does not."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.tenancy import BankId
from servicing.collections_ports import CollectionFiles
from servicing.domain.collections.errors import ThirdPersonNotFound
from servicing.domain.collections.file import CollectionFile, ThirdPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class NameThirdPersonCommand:
    """Who it is to the debtor, and which document proves that he agreed."""

    bank_id: BankId
    debtor_id: str
    branch_id: str
    person_id: str
    relation: str
    consent_document_id: str
    by: str


@dataclass(frozen=True)
class NameThirdPerson:
    """Keep a consent; the same document again changes nothing, a withdrawn one never returns."""

    files: CollectionFiles
    clock: Clock

    def __call__(self, command: NameThirdPersonCommand) -> ThirdPerson:
        file = self.files.find(command.bank_id, command.debtor_id) or CollectionFile(
            bank_id=command.bank_id, debtor_id=command.debtor_id, branch_id=command.branch_id
        )
        for known in file.third_persons:
            same = (known.person_id, known.consent_document_id) == (
                command.person_id,
                command.consent_document_id,
            )
            if same:
                return known
        person = ThirdPerson(
            person_id=command.person_id,
            relation=command.relation,
            consent_document_id=command.consent_document_id,
            recorded_by=command.by,
            recorded_at=self.clock.now(),
        )
        self.files.save(file.naming(person))
        return person

    def withdraw(self, bank: BankId, debtor_id: str, person_id: str) -> ThirdPerson:
        """He is not contacted again, unless he agrees anew in another document."""
        file = self.files.find(bank, debtor_id)
        if file is None:
            raise ThirdPersonNotFound(f"no person {person_id}")
        changed = file.without(person_id, self.clock.now())
        if changed != file:
            self.files.save(changed)
        return next(one for one in changed.third_persons if one.person_id == person_id)
