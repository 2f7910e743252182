"""Where a borrower's money goes (还款冲抵顺序): oldest first, by instalment or by component."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from servicing.domain.account.account import Account
from servicing.domain.account.events import Component
from servicing.domain.account.rules import AllocateBy

FLOW_OF: Final = {
    Component.FEE: "fees_paid",
    Component.PENALTY: "late_settled",
    Component.COMPOUND: "late_settled",
    Component.INTEREST: "interest_settled",
    Component.PRINCIPAL: "principal_repaid",
}
"""What a paid component adds to, of the account's flows."""


def allocate(account: Account, fen: int) -> tuple[Account, int]:
    """Pay what is due with an amount; answers the account and what is left over.

    The parts and the rest sum to the amount exactly.
    """
    dues, flows, left = list(account.dues), account.flows, fen
    for place, component in _targets(account):
        part = min(dues[place].unpaid(component, account.day, account.rules), left)
        if part == 0:
            continue
        dues[place] = dues[place].pay(component, part, account.day, account.rules)
        field = FLOW_OF[component]
        flows = replace(flows, **{field: getattr(flows, field) + part})
        left -= part
        if left == 0:
            break
    return replace(account, dues=tuple(dues), flows=flows), left


def _targets(account: Account) -> Iterator[tuple[int, Component]]:
    """Places and components in the order in which they are paid."""
    order = account.rules.component_order
    unsettled = [place for place, _ in account.unsettled()]
    if account.rules.allocate_by is AllocateBy.INSTALMENT:
        yield from ((place, component) for place in unsettled for component in order)
    else:
        yield from ((place, component) for component in order for place in unsettled)
