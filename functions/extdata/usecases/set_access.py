"""Set who may ask for what (访问权限), and how often."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdata.domain.onboarding import check_access, check_limits
from extdata.domain.permission import AccessRules
from extdata.ports import AccessRulebook
from puhui.clock import Clock
from puhui.tenancy import BankId


@dataclass(frozen=True)
class SetAccess:
    """Replace a bank's permissions and limits; what is not written is denied."""

    rulebook: AccessRulebook
    clock: Clock

    def __call__(self, bank_id: BankId, rules: AccessRules, by: str) -> AccessRules:
        """Answer the rules in force; the same rules again change nothing."""
        check_access(rules)
        for kind, lines in (("caller", rules.caller_limits), ("product", rules.product_limits)):
            for name, limits in lines:
                check_limits(f"{kind}_limits.{name}", limits)
        known = self.rulebook.get(bank_id)
        wanted = replace(rules, version=known.version)
        if wanted == known:
            return known
        self.rulebook.save(bank_id, wanted, by, self.clock.now())
        return self.rulebook.get(bank_id)
