"""Who asks: sealed as parties are, opened for the lists and the graph only, named blindly there."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from puhui.blind_index import BlindIndex
from puhui.contracts.risk import DecisionRequest
from puhui.data_keys import SealBroken
from puhui.observability import logger
from puhui.sealed_parties import party_context
from puhui.sealing import Sealer
from puhui.strict_json import dumps
from puhui.tenancy import BankId, bank_id
from risk.domain.asking import AskedSubject
from risk.domain.graph.learned import KnownParty
from risk.domain.matching import SubjectKind
from risk.domain.name_lists import Subject

FIELD_OF_KIND: Final[dict[SubjectKind, str]] = {"firm": "uscc", "person": "id_number"}
KNOWN: Final = tuple(one.name for one in fields(KnownParty))


@dataclass(frozen=True)
class BlindFingerprints:
    """`risk.lists_ports.Fingerprints` under the platform's secret."""

    index: BlindIndex

    def of(self, kind: SubjectKind, code: str) -> str:
        """32 hex digits; a USCC and an identity number never share one."""
        return self.index.index(FIELD_OF_KIND[kind], code)


@dataclass(frozen=True)
class SealedSubjects:
    """The ports `lists_ports.Subjects`, `graph_ports.KnownParties` and `asking_ports.SubjectSeals`.

    The key of a seal is remembered: who opens it again asks KMS no more.
    """

    sealer: Sealer
    fingerprints: BlindFingerprints

    def of(self, request: DecisionRequest) -> tuple[Subject, ...]:
        """The firm and its legal person, or the person, known or not; a broken seal is nobody."""
        party = self._opened(request)
        return () if party is None else self._subjects(party)

    def known(self, request: DecisionRequest) -> KnownParty | None:
        """The applicant as far as the seal tells; a question of the API tells no keys."""
        party = self._opened(request)
        if party is None:
            return None
        told: dict[str, Any] = {name: party.get(name) for name in KNOWN}
        return KnownParty(**told)

    def seal(self, subject: AskedSubject, bank: BankId, application_id: str) -> str:
        """A text that opens for this application only."""
        return self.sealer.seal(asdict(subject), party_context(bank, application_id))

    def index(self, subject: AskedSubject) -> str:
        """The same for the same subject."""
        return self.fingerprints.index.index("decision_subject", dumps(asdict(subject)))

    def _opened(self, request: DecisionRequest) -> dict[str, Any] | None:
        if request.party_sealed is None:
            return None
        context = party_context(bank_id(request.bank_id), request.application_id)
        try:
            return self.sealer.open(request.party_sealed, context)
        except SealBroken as error:
            logger.error("party unreadable", error=error, application_id=request.application_id)
            return None

    def _subjects(self, party: dict[str, Any]) -> tuple[Subject, ...]:
        found = []
        if party["kind"] != "person":
            found.append(self._subject("firm", party.get("name"), party.get("uscc")))
            name = party.get("legal_person_name")
        else:
            name = party.get("legal_person_name") or party.get("name")
        found.append(self._subject("person", name, party.get("legal_person_id")))
        return tuple(found)

    def _subject(self, kind: SubjectKind, name: str | None, code: str | None) -> Subject:
        index = self.fingerprints.of(kind, code) if code else None
        return Subject(kind=kind, name=name or "", code_index=index)
