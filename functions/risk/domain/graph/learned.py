"""What an application tells about who belongs to whom: its party's own keys and its documents.

Only who has a code becomes a node: a name alone is no person and no firm, because others have the
same. A shareholder is therefore known when the party or the register's list of related firms tells
the code that belongs to the name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from puhui.errors import Unprocessable
from risk.domain.documents import Document
from risk.domain.facts import Fact
from risk.domain.graph.edges import WHOLE_BPS, EdgeKind
from risk.domain.graph.nodes import KEY_KINDS, KeyKind, NodeKind
from risk.domain.graph.relations import Named, Relation, plain_value
from risk.domain.indicators.values import State

MAX_LEARNED: Final = 300
"""Relations of one application. All of them touch the applicant (at most four with one neighbour)
or its legal person (at most two), so whenever some are left out one of the two has more neighbours
than `Caps.max_degree`: it is a hub, is not expanded, and counts as the worst."""
DEVICE: Final = "device/1"
REGISTRATION: Final = "registration/1"
FIELDS_TOLD: Final = {
    DEVICE: {"events": frozenset({"happened_on", "kind", "device", "staff"})},
    REGISTRATION: {
        "shareholders": frozenset({"name", "kind", "share_bps"}),
        "network": frozenset({"relation", "name", "uscc", "share_bps"}),
    },
}
"""By product and table what is read besides the snapshots; documents are decoded for no more."""
OWN_USE: Final = frozenset({"register", "login"})
"""Who applied from a device nearby need not be the applicant; who signed in there is."""
FIRM_KINDS: Final[dict[str, EdgeKind]] = {"investment": "ownership", "branch": "controller"}
"""How the firm stands to a related one. An affiliate (关联企业) has no kind and no direction in the
register's list, so nothing is said about it."""
LEGAL_PERSON_POST: Final = "legal_person_post"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownParty:
    """The applicant as its sealed party tells it; what is not told is None."""

    kind: Literal["firm", "sole_proprietor", "person"]
    uscc: str | None = field(default=None, repr=False)
    legal_person_name: str | None = field(default=None, repr=False)
    legal_person_id: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    payout_account: str | None = field(default=None, repr=False)

    @property
    def subject(self) -> Named | None:
        """The party itself: a firm or sole proprietor by its code, a person by the number."""
        if self.kind == "person":
            return self.person
        return _named("firm", self.uscc)

    @property
    def person(self) -> Named | None:
        """The person, or the person who answers for the firm."""
        return _named("person", self.legal_person_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What one application says, the applicant's own relations first."""

    subject: Named
    relations: tuple[Relation, ...]
    keys_not_known: tuple[KeyKind, ...]
    """The kind of each key that a source should have told and did not, by the order of `KEY_KINDS`:
    a firm's address comes from the party and from the register, so it can be there twice."""


def learned_from(party: KnownParty, facts: Iterable[Fact], as_of: date) -> Learned | None:
    """Everything that is told about the applicant; None where nobody can tell who it is.

    The same party and documents say the same, in whatever order they came.
    """
    subject = party.subject
    if subject is None:
        return None
    documents = {fact.product: fact for fact in facts if fact.state is State.OK}
    register = Document.of(documents.get(REGISTRATION), as_of)
    if not _is_about(register, party):
        register = Document(None, as_of)
    device = Document.of(documents.get(DEVICE), as_of)
    keys = [*_keys(party, register, device)]
    own = [
        *(Relation(source=subject, target=key, kind=kind) for kind, key in keys if key is not None),
        *_owners(subject, party, register),
        *_related_firms(subject, register),
    ]
    relations = [*_unique(own), *_unique(_posts(subject, party, register))]
    gaps = [kind for kind, key in keys if key is None]
    return Learned(
        subject=subject,
        relations=tuple(relations[:MAX_LEARNED]),
        keys_not_known=tuple(sorted(gaps, key=KEY_KINDS.index)),
    )


def _is_about(register: Document, party: KnownParty) -> bool:
    """A register's entry of another code is another firm's; a person has none."""
    code = _named("firm", register.text("uscc"))
    return party.kind != "person" and (code is None or code == party.subject)


def _keys(
    party: KnownParty, register: Document, device: Document
) -> Iterator[tuple[KeyKind, Named | None]]:
    """What each source tells of the applicant's own keys; None where it should and does not."""
    told: list[tuple[KeyKind, str | None]] = [
        ("phone", party.phone),
        ("address", party.address),
        ("payee", party.payout_account),
    ]
    used = sorted(_devices(device))
    told += [("device", one) for one in used] or [("device", None)]
    if party.kind != "person":
        told.append(("address", register.text("address")))
    for kind, value in told:
        yield kind, _named(kind, value)


def _devices(document: Document) -> set[str]:
    """The applicant's own devices; our staff's are everybody's."""
    found: set[str] = set()
    signed_in: set[str] = set()
    events = zip(
        document.values("events", "happened_on"),
        document.codes("events", "kind"),
        document.texts("events", "device"),
        document.values("events", "staff"),
        strict=True,
    )
    for day, kind, device, staff in events:
        if device is None or staff or day is None or day > document.day_number:
            continue
        found.add(device)
        if kind in OWN_USE:
            signed_in.add(device)
    return signed_in or (found if len(found) == 1 else set())


def _owners(subject: Named, party: KnownParty, register: Document) -> Iterator[Relation]:
    """The legal person, and the shareholders whose codes are told."""
    person = party.person
    if party.kind != "person" and person is not None:
        yield Relation(source=person, target=subject, kind="legal_person")
    codes = _codes_of_names(register)
    names = register.texts("shareholders", "name")
    rows = zip(
        names,
        register.codes("shareholders", "kind"),
        register.values("shareholders", "share_bps"),
        strict=True,
    )
    counts = Counter(names)
    for name, kind, share in rows:
        if name is None or counts[name] > 1:
            continue
        owner = codes.get(name) if kind == "firm" else None
        if kind == "person" and name == party.legal_person_name:
            owner = person
        if owner is not None:
            yield Relation(source=owner, target=subject, kind="ownership", share_bps=share)


def _codes_of_names(register: Document) -> dict[str, Named]:
    """Related firms by a name that is one firm's only."""
    found: dict[str, Named] = {}
    taken: set[str] = set()
    rows = zip(register.texts("network", "name"), register.texts("network", "uscc"), strict=True)
    for name, code in rows:
        firm = _named("firm", code)
        if name is None or firm is None:
            continue
        if found.setdefault(name, firm) != firm:
            taken.add(name)
    return {name: firm for name, firm in found.items() if name not in taken}


def _related_firms(subject: Named, register: Document) -> Iterator[Relation]:
    """Whom the firm owns, and its branches."""
    for relation, firm, share in _network(register):
        kind = FIRM_KINDS.get(relation)
        if kind is not None:
            owned = share if kind == "ownership" else None
            yield Relation(source=subject, target=firm, kind=kind, share_bps=owned)


def _posts(subject: Named, party: KnownParty, register: Document) -> Iterator[Relation]:
    """Where else the legal person is one."""
    for relation, firm, _ in _network(register):
        if relation == LEGAL_PERSON_POST and party.person is not None and firm != subject:
            yield Relation(source=party.person, target=firm, kind="legal_person")


def _network(register: Document) -> Iterator[tuple[str, Named, int | None]]:
    rows = zip(
        register.codes("network", "relation"),
        register.texts("network", "uscc"),
        register.values("network", "share_bps"),
        strict=True,
    )
    for relation, code, share in rows:
        firm = _named("firm", code)
        if relation is not None and firm is not None:
            yield relation, firm, share


def _unique(relations: Iterable[Relation]) -> list[Relation]:
    """Each once with its gravest share, in an order of their own; nobody is related to itself."""
    found: dict[tuple[str, str, str], Relation] = {}
    for one in relations:
        about = one.kind, one.source.value, one.target.value
        known = found.get(about, one)
        if one.source != one.target:
            found[about] = max(known, one, key=_share)
    return [found[about] for about in sorted(found)]


def _share(one: Relation) -> int:
    """What is not known counts as more than the whole, as among statements of one day."""
    return WHOLE_BPS + 1 if one.share_bps is None else one.share_bps


def _named(kind: NodeKind, value: str | None) -> Named | None:
    """In one spelling; None for what is no code or says nothing."""
    if value is None:
        return None
    try:
        return Named(kind=kind, value=plain_value(Named(kind=kind, value=value)))
    except Unprocessable:
        return None
