"""Find waivers (查找例外): which rules do not count for this application on this day?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from puhui.tenancy import BankId
from risk.domain.exceptions import waived_on
from risk.waiver_ports import WaiverRegister


@dataclass(frozen=True)
class FindWaivers:
    """`risk.waiver_ports.Waivers`: the narrowest waiver of each rule; an expired one never."""

    register: WaiverRegister

    def __call__(
        self, bank_id: BankId, application_id: str, customer_id: str, as_of: date
    ) -> Mapping[str, str]:
        """The ids of waivers by the code of the rule that each waives."""
        return waived_on(self.register.about(bank_id, application_id, customer_id), as_of)
