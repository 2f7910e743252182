"""What the API of exceptions and snoozes takes and shows."""

from __future__ import annotations

from datetime import date

from puhui.contracts.common import Code, Contract, Identifier, ShortText
from puhui.tenancy import BankId
from risk.domain.exceptions import SCOPE_NAMES, STATUS_NAMES, Waiver, WaiverScope, WaiverStatus
from risk.lists_schemas import ActView
from risk.usecases.propose_waiver import ProposeWaiverCommand


class WaiverBody(Contract):
    """Which rule shall not count, for whom, why, until when; a snooze names nobody."""

    scope: WaiverScope
    scope_id: Identifier | None = None
    rule_code: Code
    reason: ShortText
    expires_on: date

    def to_command(self, bank_id: BankId, by: str, key: str) -> ProposeWaiverCommand:
        """The proposal of one person."""
        return ProposeWaiverCommand(bank_id=bank_id, by=by, key=key, **dict(self))


class WaiverView(Contract):
    """A waiver as risk's staff see it."""

    waiver_id: Identifier
    scope: WaiverScope
    scope_name: str
    scope_id: str
    rule_code: Code
    reason: str
    valid_from: date
    expires_on: date
    status: WaiverStatus
    status_name: str
    proposed: ActView | None
    decided: ActView | None
    revoked: ActView | None

    @classmethod
    def of(cls, waiver: Waiver) -> WaiverView:
        """Show a waiver."""
        return cls(
            waiver_id=waiver.waiver_id,
            scope=waiver.scope,
            scope_name=SCOPE_NAMES[waiver.scope],
            scope_id=waiver.scope_id,
            rule_code=waiver.rule_code,
            reason=waiver.reason,
            valid_from=waiver.valid_from,
            expires_on=waiver.expires_on,
            status=waiver.status,
            status_name=STATUS_NAMES[waiver.status],
            proposed=ActView.of(waiver.proposed),
            decided=ActView.of(waiver.decided),
            revoked=ActView.of(waiver.revoked),
        )


class WaiverList(Contract):
    """Every waiver of the bank."""

    count: int
    items: tuple[WaiverView, ...]
