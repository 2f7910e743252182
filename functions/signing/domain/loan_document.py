"""What the loan contract says: every text, amount and date that the template sets in type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from puhui.china.amounts import capitals, day, figures, rate
from puhui.contracts.disclosure import CostDisclosure, DisclosureConfirmation
from puhui.contracts.party import CUSTOMER_KIND_NAMES, Party
from puhui.contracts.servicing import REPAYMENT_METHOD_NAMES
from puhui.contracts.signing import ContractTerms
from puhui.money import Money
from signing.domain.disclosed_cost import cost_rows, default_clauses, ensure_same_loan
from signing.domain.errors import TermsInconsistent

TEMPLATE: Final = "loan-contract-v2"
TITLES: Final = {
    "firm": "流动资金借款合同",
    "sole_proprietor": "个人经营性借款合同",
    "person": "个人经营性借款合同",
}
METHOD_TEXTS: Final = {
    "EQUAL_INSTALLMENT": "等额本息，按月还款",
    "EQUAL_PRINCIPAL": "等额本金，按月还款",
    "INTEREST_FIRST": "按月付息，到期一次还本",
    "BULLET": "到期一次还本付息",
    "REVOLVING": "随借随还，按月付息",
    "FLAT": "等本等息，按月还款",
    "FIXED_PRINCIPAL_PERCENT": "按比例还本，按月付息",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts:
    """All that a contract is made from."""

    contract_id: str
    bank_name: str
    terms: ContractTerms
    terms_sha256: str
    disclosure: CostDisclosure
    confirmation: DisclosureConfirmation
    party: Party
    made_on: date


def loan_document(facts: ContractFacts) -> dict[str, Any]:
    """The template's input: texts only, so that nothing of it can act as markup."""
    ensure_terms_add_up(facts.terms)
    ensure_same_loan(facts.disclosure, facts.terms, facts.bank_name)
    return {
        "title": TITLES[facts.party.kind],
        "number": facts.contract_id,
        "bank": facts.bank_name,
        "made_on": day(facts.made_on),
        "made_on_iso": facts.made_on.isoformat(),
        "terms_sha256": facts.terms_sha256,
        "borrower": _borrower(facts.party),
        "loan": _loan(facts) | default_clauses(facts.disclosure),
        "cost": cost_rows(facts.disclosure, facts.confirmation),
        "plan": _plan(facts.terms),
    }


def marks_document(facts: ContractFacts) -> dict[str, Any]:
    """The input of the two marks that the signatures show on the last page."""
    return {
        "number": facts.contract_id,
        "bank": facts.bank_name,
        "borrower": facts.party.name,
        "signatory": signatory_of(facts.party),
    }


def signatory_of(party: Party) -> str:
    """Who signs with their own hand: a firm's legal representative, otherwise the borrower."""
    return party.legal_person_name


def ensure_terms_add_up(terms: ContractTerms) -> None:
    """Principal and interest are the sums of the plan, whose lines and dates follow each other."""
    plan = terms.instalments
    _ensure(bool(plan), "terms.plan", "instalments")
    _ensure(
        [line.n for line in plan] == list(range(1, len(plan) + 1)), "terms.numbers", "instalments"
    )
    _ensure(
        all(line.principal_fen + line.interest_fen == line.total_fen for line in plan),
        "terms.lines",
        "instalments",
    )
    _ensure(
        sum(line.principal_fen for line in plan) == terms.principal_fen,
        "terms.principal",
        "principal_fen",
    )
    _ensure(
        sum(line.interest_fen for line in plan) == terms.total_interest_fen,
        "terms.interest",
        "total_interest_fen",
    )
    _ensure(plan[0].from_date == terms.disbursement_date, "terms.start", "disbursement_date")
    _ensure(plan[-1].due_date == terms.maturity_date, "terms.maturity", "maturity_date")
    _ensure(
        all(line.from_date < line.due_date for line in plan)
        and all(a.due_date == b.from_date for a, b in pairwise(plan)),
        "terms.dates",
        "instalments",
    )


def texts_of(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a template's input with its place: `("borrower.rows.0.1", "…")`."""
    if isinstance(value, str):
        yield path, value
        return
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in items:
        yield from texts_of(child, f"{path}.{key}" if path else str(key))


def _borrower(party: Party) -> dict[str, Any]:
    firm = party.kind == "firm"
    rows = [["借款人（乙方）", party.name], ["主体类型", CUSTOMER_KIND_NAMES[party.kind]]]
    if party.uscc:
        rows.append(["统一社会信用代码", party.uscc])
    rows += [
        ["法定代表人" if firm else "经营者", party.legal_person_name],
        ["居民身份证号码", party.legal_person_id],
        ["联系电话", party.phone],
        ["住所（送达地址）", party.address],
        ["收款账户", _grouped(party.payout_account)],
    ]
    return {
        "name": party.name,
        "signatory": signatory_of(party),
        "signatory_title": "法定代表人" if firm else "签署人",
        "account": _grouped(party.payout_account),
        "address": party.address,
        "phone": party.phone,
        "rows": rows,
    }


def _loan(facts: ContractFacts) -> dict[str, Any]:
    terms, name = facts.terms, facts.disclosure.method_name
    principal = Money(terms.principal_fen)
    plain = name == REPAYMENT_METHOD_NAMES[terms.method]
    return {
        "principal": figures(principal),
        "principal_capitals": capitals(principal),
        "product": terms.product_name,
        "purpose": terms.purpose,
        "term": f"{terms.term_months}个月",
        "from": day(terms.disbursement_date),
        "to": day(terms.maturity_date),
        "rate": rate(terms.annual_rate_bps),
        "method": METHOD_TEXTS[terms.method] if plain else name,
        "method_name": name,
        "account": _grouped(facts.party.payout_account),
    }


def _plan(terms: ContractTerms) -> dict[str, Any]:
    lines = [
        [
            str(line.n),
            line.due_date.isoformat(),
            str(line.days),
            figures(Money(line.principal_fen)),
            figures(Money(line.interest_fen)),
            figures(Money(line.total_fen)),
            figures(Money(line.balance_fen)),
        ]
        for line in terms.instalments
    ]
    principal, interest = Money(terms.principal_fen), Money(terms.total_interest_fen)
    return {
        "lines": lines,
        "principal": figures(principal),
        "interest": figures(interest),
        "total": figures(principal + interest),
    }


def _grouped(account: str) -> str:
    """Four digits at a time, as on a bank card."""
    return " ".join(account[start : start + 4] for start in range(0, len(account), 4))


def _ensure(holds: bool, rule: str, field: str) -> None:
    if not holds:
        raise TermsInconsistent(f"the terms do not add up: {rule}", field=field, rule=rule)
