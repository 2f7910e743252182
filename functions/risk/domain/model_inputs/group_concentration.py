"""M20 asked with the line that the customer has here, and everybody of its group.

The group is whom the register names beside the customer and whom the bank knows from its graph of
relations; somebody may be in both, which changes nothing while nobody says what they owe here.
What related firms owe here, the bank's own capital and its list of related parties are in no fact
document: until somebody gives them there is no headroom.
"""

from __future__ import annotations

from typing import Final

from risk.domain.documents import Document
from risk.domain.graph.groups import related_group
from risk.domain.graph.snapshot import graph_of, subject_of
from risk.domain.labels.gather import line_here
from risk.domain.model_inputs.known import REGISTRATION, RELATIONSHIP, Answers, Known, NotAsked
from risk.domain.models.group_concentration import Inputs, Member

RELATED: Final = frozenset({"investment", "affiliate", "legal_person_post"})
"""Relations of the register that may make a group; a branch is the firm itself."""
PRODUCTS_WITH_DEBT: Final = ("has_biz_loan", "has_mortgage", "has_card")


def inputs(known: Known, answers: Answers) -> Inputs | NotAsked:
    """The customer, and every firm and corporate shareholder that the register shows beside it."""
    register, here = known.document(REGISTRATION), known.document(RELATIONSHIP)
    if register is None and here is None:
        return NotAsked("no_group_facts")
    return Inputs(
        borrower_id=known.request.customer_id,
        requested_fen=known.request.amount_fen,
        members=_members(known, register, here),
        net_capital_fen=None,
        tier1_fen=None,
        is_related_party=None,
    )


def _members(
    known: Known, register: Document | None, here: Document | None
) -> tuple[Member, ...] | None:
    """None where the group may be larger than what is known of it."""
    connected = _connected(known)
    if register is None or connected is None:
        return None
    return (_borrower(known, here), *_related(register), *connected)


def _borrower(known: Known, here: Document | None) -> Member:
    """The whole line counts, drawn or not; nothing where no product could have one."""
    owed = None if here is None else line_here(here)
    if here is not None and owed is None:
        has = [here.number(name) for name in PRODUCTS_WITH_DEBT]
        owed = 0 if has == [0] * len(has) else None
    return Member(
        member_id=known.request.customer_id,
        loan_fen=owed,
        exposure_fen=owed,
        deductible_fen=None,
    )


def _related(register: Document) -> list[Member]:
    """Firms beside the customer: what they owe here is not in the register."""
    firms = sum(one in RELATED for one in register.codes("network", "relation"))
    firms += sum(one == "firm" for one in register.codes("shareholders", "kind"))
    return [_owing(f"related-{place}") for place in range(1, firms + 1)]


def _connected(known: Known) -> list[Member] | None:
    """The group in the graph, by fingerprint; None where it was not read, or not to its end."""
    snapshot = known.given.graph
    if snapshot is None:
        return None
    group = related_group(graph_of(snapshot), subject_of(snapshot), known.request.as_of)
    if not group.complete:
        return None
    return [_owing(one.node) for one in group.members if one.hops]


def _owing(member_id: str) -> Member:
    """Somebody of whom no document says what is owed here."""
    return Member(member_id=member_id, loan_fen=None, exposure_fen=None, deductible_fen=None)
