"""挪用罚息: what principal costs that was used otherwise than agreed (银发〔2003〕251号).

From the day of the misuse until it is repaid, that principal bears the misuse rate instead of the
contract rate and instead of the overdue rate: the heavier of the two, never both. The contract
interest of principal that is not due yet is in its plan, so only the rest is charged on it here.
Money repays what was used rightly first; what is overdue counts as misused first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from servicing.domain.account.account import Account
from servicing.domain.account.dues import Due
from servicing.domain.account.events import Misuse
from servicing.domain.account.rules import PERCENT, PenaltyBase, ServicingRules
from servicing.domain.errors import EventRefused


@dataclass(frozen=True, slots=True)
class Misused:
    """Which principal bears the misuse rate for some days, and what that adds, as 积数."""

    of_dues: Sequence[int]
    """Part of each due's unpaid principal, which bears no overdue penalty then."""
    to_come: int
    """Part of the principal that is not due yet."""
    products: int


def misused(account: Account, what: Misuse) -> Account:
    """So much of the principal is misused from today on; nothing ends it (资金归位)."""
    fen = what.amount.minor
    if fen > account.principal:
        raise EventRefused(
            f"{account.principal} 分 are owed, not {fen}", field="amount", rule="misuse.amount"
        )
    if fen == account.misused:
        raise EventRefused(f"{fen} 分 are misused already", field="amount", rule="misuse.unchanged")
    marked = replace(account, misused=fen)
    if any(due.for_misuse for due in account.dues):
        return marked
    carrier = Due(
        n=len(account.dues) + 1, due_date=account.day, principal=0, interest=0, for_misuse=True
    )
    return replace(marked, dues=(*account.dues, carrier))


def bearing_misuse(account: Account, days: int, *, late: bool) -> Misused:
    """What the misused principal bears for so many days from the account's day on."""
    if account.misused == 0:
        return Misused([0] * len(account.dues), 0, 0)
    contract_rate, rules = account.contract.annual_rate_bps, account.rules
    left, of_dues = account.misused_principal, []
    for due in account.dues:
        part = min(due.principal_unpaid, left)
        of_dues.append(part)
        left -= part
    rate, uplift = rules.misuse_rate(contract_rate), contract_rate * rules.misuse_uplift_pct
    if rate < _overdue_rate(rules, contract_rate):
        of_dues = [0] * len(of_dues)
    if uplift < _uplift_before_due(rules, contract_rate, late=late):
        left = 0
    return Misused(of_dues, left, days * (sum(of_dues) * rate + left * uplift))


def _overdue_rate(rules: ServicingRules, contract_rate: int) -> int:
    return 0 if rules.penalty_base is PenaltyBase.NONE else rules.late_rate(contract_rate)


def _uplift_before_due(rules: ServicingRules, contract_rate: int, *, late: bool) -> int:
    """What principal that is not due bears above its plan while something is overdue."""
    if not late or rules.penalty_base is not PenaltyBase.WHOLE_PRINCIPAL:
        return 0
    return max(rules.late_rate(contract_rate) - contract_rate * PERCENT, 0)
