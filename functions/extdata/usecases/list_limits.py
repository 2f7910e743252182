"""List limits (配额使用): how much of every quota is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extdata.domain.limit import Admission, Gate
from extdata.ports import AccessRulebook, Gates, Providers
from puhui.clock import BusinessCalendar
from puhui.tenancy import BankId

ROLE = "role:"


@dataclass(frozen=True)
class ListLimits:
    """How much of every quota is used today and this month.

    What a role may, each of its people may: their counters are their own and not listed here.
    """

    providers: Providers
    rulebook: AccessRulebook
    gates: Gates
    calendar: BusinessCalendar

    def __call__(self, bank_id: BankId) -> Sequence[Admission]:
        """Providers, callers and products that are limited at all; nothing is counted."""
        rules, today = self.rulebook.get(bank_id), self.calendar.today()
        gates = [
            *(
                Gate(key=f"caller:{name}", limits=limits)
                for name, limits in rules.caller_limits
                if not name.startswith(ROLE)
            ),
            *(Gate(key=f"product:{name}", limits=limits) for name, limits in rules.product_limits),
            *(
                Gate(key=f"provider:{one.provider_id}", limits=one.limits)
                for one in self.providers.all(bank_id)
            ),
        ]
        return [
            self.gates.usage(bank_id, gate, on=today) for gate in gates if not gate.limits.unlimited
        ]
