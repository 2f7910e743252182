"""M20 asked with the line that the customer has here, and the firms that the register names.

What related firms owe here, the bank's own capital and its list of related parties are in no fact
document: until somebody gives them there is no headroom.
"""

from __future__ import annotations

from typing import Final

from risk.domain.documents import Document
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
        members=None if register is None else (_borrower(known, here), *_related(register)),
        net_capital_fen=None,
        tier1_fen=None,
        is_related_party=None,
    )


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
    return [
        Member(member_id=f"related-{place}", loan_fen=None, exposure_fen=None, deductible_fen=None)
        for place in range(1, firms + 1)
    ]
