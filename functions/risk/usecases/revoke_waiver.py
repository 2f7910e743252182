"""Revoke waiver (撤销例外或暂停): the rule counts again, from the next decision on."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.tenancy import BankId
from risk.domain.exceptions import Waiver, WaiverStatus
from risk.waiver_ports import WaiverRegister


@dataclass(frozen=True)
class RevokeWaiver:
    """One person is enough: it only tightens."""

    waivers: WaiverRegister
    clock: Clock

    def __call__(self, bank_id: BankId, waiver_id: str, *, by: str) -> Waiver:
        """Answer the revoked waiver; revoking it again changes nothing."""
        waiver = self.waivers.get(bank_id, waiver_id)
        if waiver.status is WaiverStatus.REVOKED:
            return waiver
        return self.waivers.save(waiver.revoke(by, self.clock.now()))
