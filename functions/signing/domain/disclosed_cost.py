"""The confirmed 综合融资成本明示表 as the contract repeats it: same items, same hash."""

from __future__ import annotations

from typing import Any, Final

from puhui.china.amounts import day, figures, percent
from puhui.clock import CHINA
from puhui.contracts.disclosure import ContingentCost, CostDisclosure, DisclosureConfirmation
from puhui.contracts.signing import ContractTerms, PrepareContract
from puhui.disclosure import DisclosureNotConfirmed, ensure_confirmed
from puhui.money import Money
from signing.domain.errors import TermsInconsistent

NO_FEES: Final = ["担保、保险、服务等其他费用", "不收取", "0.00%", "0.00", "无"]
CHANNEL_TEXTS: Final = {"online": "在线阅读并确认", "on_site": "现场签字确认"}


def disclosed(command: PrepareContract) -> tuple[CostDisclosure, DisclosureConfirmation]:
    """The table and its confirmation: without both, of the same hash, there is no contract."""
    table = command.disclosure
    confirmation = ensure_confirmed(None if table is None else table.sha256, command.confirmation)
    if table is None:
        raise DisclosureNotConfirmed(rule="disclosure.issued")
    return table, confirmation


def ensure_same_loan(table: CostDisclosure, terms: ContractTerms, bank_name: str) -> None:
    """What was disclosed is what is contracted."""
    for name, shown, agreed in (
        ("lender", table.lender, bank_name),
        ("principal", table.principal_fen, terms.principal_fen),
        ("rate", table.annual_rate_bps, terms.annual_rate_bps),
        ("term", table.term_months, terms.term_months),
        ("method", table.method, terms.method),
        ("start", table.disbursement_date, terms.disbursement_date),
        ("maturity", table.maturity_date, terms.maturity_date),
        ("interest", table.items[0].amount_fen, terms.total_interest_fen),
        ("apr", table.apr_pct, terms.apr_pct),
    ):
        if shown != agreed:
            rule = f"disclosure.{name}"
            raise TermsInconsistent(
                f"the terms are not those of the cost disclosure: {rule}",
                field="disclosure",
                rule=rule,
            )


def cost_rows(table: CostDisclosure, confirmation: DisclosureConfirmation) -> dict[str, Any]:
    """The table as texts for the template."""
    items = [
        [
            item.name,
            item.charged_how,
            percent(item.annual_pct),
            figures(Money(item.amount_fen)),
            item.collector,
        ]
        for item in table.items
    ]
    confirmed_on = day(confirmation.confirmed_at.astimezone(CHINA).date())
    return {
        "principal": figures(Money(table.principal_fen)),
        "items": items if len(items) > 1 else [*items, NO_FEES],
        "total": figures(Money(table.total_cost_fen)),
        "apr": percent(table.apr_pct),
        "contingent": [
            [cost.name, cost.charged_when, cost.standard, cost.collector]
            for cost in table.contingent
        ],
        "statement": table.statement,
        "rate_basis": table.rate_basis,
        "sha256": table.sha256,
        "confirmed": f"乙方已于{confirmed_on}{CHANNEL_TEXTS[confirmation.channel]}本表。",
    }


def default_clauses(table: CostDisclosure) -> dict[str, str]:
    """What the contract's articles say of default interest and prepayment, as disclosed."""
    costs = {cost.code: cost for cost in table.contingent}
    return {
        "overdue": _charged(costs["overdue"], "罚息，直至清偿之日", "乙方未按期归还本金的，"),
        "misuse": (
            "乙方未按约定用途使用借款的，自违约使用之日起，对违约使用部分按"
            f"{costs['misuse'].standard}的标准计收罚息。"
        ),
        "compound": _charged(costs["compound"], "复利", "乙方未按期支付利息的，"),
        "prepayment": f"{costs['prepayment'].charged_when}；"
        f"提前还款违约金：{costs['prepayment'].standard}",
    }


def _charged(cost: ContingentCost, what: str, otherwise: str) -> str:
    if cost.annual_pct is None:
        return f"{otherwise}甲方不计收{what.partition('，')[0]}。"
    return f"乙方{cost.charged_when}，按{cost.standard}的标准计收{what}。"
