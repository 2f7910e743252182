"""Builders of signing: everything defaulted, every plan adding up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from infra.config import ROOT
from puhui.clock import UTC
from puhui.contracts.disclosure import CostDisclosure, DisclosureConfirmation
from puhui.contracts.party import Party
from puhui.contracts.signing import ContractTerms, PrepareContract
from puhui.money import Money
from puhui.tenancy import bank_id
from signing.domain.contract import (
    Consent,
    ContractStatus,
    Draft,
    LoanContract,
    StoredDocument,
    contract_id_of,
)
from signing.domain.loan_document import ContractFacts

FONT_DIR = str(ROOT / "node_modules" / "@expo-google-fonts")
FONTS = tuple(
    sorted(
        path
        for path in Path(FONT_DIR).rglob("*.ttf")
        if path.parent.name in ("400Regular", "700Bold")
    )
)
NORTH = bank_id("north")
BANK_NAME = "北方测试农村商业银行股份有限公司"
NOON = datetime(2026, 8, 3, 4, 0, tzinfo=UTC)
TODAY = date(2026, 8, 3)
DAY_SECONDS = 86_400
TERMS_SHA256 = "7e" * 32


def a_party(**changes: Any) -> Party:
    """A firm with valid synthetic codes."""
    return Party.model_validate(
        {
            "kind": "firm",
            "name": "合成测试商贸有限公司",
            "uscc": "91341200TE5T00016Q",
            "legal_person_name": "测试人",
            "legal_person_id": "11010519491231002X",
            "phone": "13800000000",
            "address": "安徽省阜阳市测试路1号",
            "region_code": "341200",
            "payout_account": "6217000012345678",
            **changes,
        }
    )


def a_plan(principal_fen: int, months: int, start: date = TODAY) -> list[dict[str, Any]]:
    """Equal principal, one per cent interest a month: simple numbers that add up."""
    lines: list[dict[str, Any]] = []
    balance, begin = principal_fen, start
    for n in range(1, months + 1):
        due = date(start.year + (start.month - 1 + n) // 12, (start.month - 1 + n) % 12 + 1, 3)
        principal = balance if n == months else principal_fen // months
        interest = balance // 100
        balance -= principal
        lines.append(
            {
                "n": n,
                "from_date": begin,
                "due_date": due,
                "days": (due - begin).days,
                "principal_fen": principal,
                "interest_fen": interest,
                "total_fen": principal + interest,
                "balance_fen": balance,
            }
        )
        begin = due
    return lines


def some_terms(principal_fen: int = 30_000_000, months: int = 12, **changes: Any) -> ContractTerms:
    """A year's loan of 300,000 yuan."""
    plan = a_plan(principal_fen, months)
    return ContractTerms.model_validate(
        {
            "product_code": "sme-invoice-loan",
            "product_name": "税票贷",
            "principal_fen": principal_fen,
            "annual_rate_bps": 1_200,
            "apr_pct": Decimal("12.6825"),
            "term_months": months,
            "method": "EQUAL_INSTALLMENT",
            "purpose": "采购原材料",
            "disbursement_date": TODAY,
            "maturity_date": plan[-1]["due_date"],
            "total_interest_fen": sum(line["interest_fen"] for line in plan),
            "instalments": plan,
            **changes,
        }
    )


def a_disclosure(terms: ContractTerms | None = None, **changes: Any) -> CostDisclosure:
    """The cost disclosure of these terms, as servicing would issue it without fees."""
    terms = terms or some_terms()
    interest = {
        "kind": "interest",
        "name": "贷款利息",
        "charged_how": "等额本息，按还款计划逐期收取",
        "annual_pct": Decimal("12.0000"),
        "amount_fen": terms.total_interest_fen,
        "collector": BANK_NAME,
    }
    late = ("合同利率加收50%，即年利率18.00%", Decimal(18), BANK_NAME)
    return CostDisclosure.model_validate(
        {
            "lender": BANK_NAME,
            "principal_fen": terms.principal_fen,
            "annual_rate_bps": terms.annual_rate_bps,
            "term_months": terms.term_months,
            "method": terms.method,
            "method_name": "等额本息",
            "rate_basis": "固定利率，借款期限内利率不作调整",
            "disbursement_date": terms.disbursement_date,
            "maturity_date": terms.maturity_date,
            "schedule_sha256": "5c" * 32,
            "items": [interest],
            "total_cost_fen": terms.total_interest_fen,
            "apr_pct": terms.apr_pct,
            "convention": "内部收益率法，单利年化",
            "contingent": [
                _contingent("overdue", "逾期罚息", "未按期归还的本金，自逾期之日起", *late),
                _contingent(
                    "misuse",
                    "挪用罚息",
                    "未按约定用途使用的本金，自违约之日起",
                    "合同利率加收100%，即年利率24.00%",
                    Decimal(24),
                    BANK_NAME,
                ),
                _contingent("compound", "复利", "未按期支付的利息，自逾期之日起", *late),
                _contingent("prepayment", "提前还款违约金", "可以提前还款", "不收取", None, "无"),
            ],
            "statement": "除本表列明的项目外，不收取任何其他利息、费用。",
            **changes,
        }
    )


def _contingent(
    code: str, name: str, when: str, standard: str, annual_pct: Decimal | None, collector: str
) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "charged_when": when,
        "standard": standard,
        "annual_pct": annual_pct,
        "collector": collector,
    }


def a_confirmation(disclosure: CostDisclosure, **changes: Any) -> DisclosureConfirmation:
    """A customer who read the table for a quarter of an hour."""
    return DisclosureConfirmation.model_validate(
        {
            "disclosure_sha256": disclosure.sha256,
            "channel": "online",
            "confirmed_at": NOON,
            "confirmed_by": "sub-cus-1",
            "shown_at": NOON - timedelta(minutes=15),
            "reading_seconds": 10,
            **changes,
        }
    )


def some_facts(**changes: Any) -> ContractFacts:
    """What a contract is made from."""
    terms = changes.get("terms", some_terms())
    disclosure = changes.get("disclosure", a_disclosure(terms))
    return ContractFacts(
        **{
            "disclosure": disclosure,
            "confirmation": a_confirmation(disclosure),
            "contract_id": contract_id_of(NORTH, "app-1", "off-1"),
            "bank_name": BANK_NAME,
            "terms": some_terms(),
            "terms_sha256": TERMS_SHA256,
            "party": a_party(),
            "made_on": TODAY,
            **changes,
        }
    )


def a_command(**changes: Any) -> PrepareContract:
    """The command for one accepted offer whose cost disclosure was confirmed."""
    disclosure = changes.get("disclosure") or a_disclosure(changes.get("terms"))
    return PrepareContract.model_validate(
        {
            "disclosure": disclosure,
            "confirmation": a_confirmation(disclosure),
            "bank_id": "north",
            "bank_name": BANK_NAME,
            "branch_id": "b1",
            "application_id": "app-1",
            "customer_id": "cus-1",
            "correlation_id": "app-1",
            "offer_id": "off-1",
            "terms_sha256": TERMS_SHA256,
            "terms": some_terms(),
            "party_sealed": "sealed",
            "deadline_seconds": 3 * DAY_SECONDS,
            "task_token": "token-1",
            **changes,
        }
    )


def a_document(key: str = "draft", content: str = "d") -> StoredDocument:
    """A stored document that need not exist."""
    return StoredDocument(key=key, sha256=(content * 64)[:64], size_bytes=10)


def a_contract(**changes: Any) -> LoanContract:
    """A contract that waits for its borrower."""
    contract = LoanContract(
        bank_id=NORTH,
        bank_name=BANK_NAME,
        branch_id="b1",
        contract_id=contract_id_of(NORTH, "app-1", "off-1"),
        application_id="app-1",
        customer_id="cus-1",
        offer_id="off-1",
        terms_sha256=TERMS_SHA256,
        product_name="税票贷",
        principal=Money(30_000_000),
        party_sealed="sealed",
        task_token="token-1",
        sent_at=NOON,
        deadline=NOON + timedelta(days=3),
        draft=Draft(
            document=a_document(),
            marks=a_document("marks", "e"),
            template="loan-contract-v2",
            template_sha256="a" * 64,
            input_sha256="b" * 64,
        ),
    )
    return replace(contract, **changes)


def a_consent(**changes: Any) -> Consent:
    """The borrower's yes to the waiting document."""
    return Consent(
        **{
            "subject": "sub-cus-1",
            "at": NOON,
            "document_sha256": a_document().sha256,
            "cost_disclosure_read": True,
            "reading_seconds": 42,
            **changes,
        }
    )


def a_signing_contract(**changes: Any) -> LoanContract:
    """A contract whose borrower said yes."""
    return a_contract(status=ContractStatus.SIGNING, consent=a_consent(), **changes)


RARE_NAMES = [
    "龘䶮",
    "靐齉",
    "㛃瑾",
    "㙓明",
    "王䶮",
    "李珺",
    "陈祎",
    "赵喆",
    "钱堃",
    "孙犇",
    "周淼",
    "吴焱",
    "郑垚",
    "王龑",
    "冯翀",
    "陈燚",
    "褚骉",
    "卫鱻",
    "蒋馫",
    "沈麤",
    "韩毳",
    "杨猋",
    "朱飝",
    "秦灪",
    "尤爩",
    "许鸑",
    "何鷟",
    "吕夔",
    "施魃",
    "张魍",
    "孔魉",
    "曹饕",
    "严餮",
    "华麑",
    "金璟",
    "魏琎",
    "陶玥",
    "姜玘",
    "戚玙",
    "谢珩",
    "邹珞",
    "喻珪",
    "柏珧",
    "水琇",
    "窦琤",
    "章琬",
    "云瑄",
    "苏瑢",
    "潘璠",
    "葛璩",
    "奚瓒",
    "范旻",
    "彭昇",
    "郎昉",
    "鲁昀",
    "韦昶",
    "昌晞",
    "马暠",
    "苗曌",
    "凤朊",
    "花彧",
    "方禤",
    "俞逄",
    "任乜",
    "袁妫",
    "柳妘",
    "酆姞",
    "鲍嫪",
    "史仝",
    "唐佘",
    "费昝",
    "廉訾",
    "岑逯",
    "薛厍",
    "雷乜",
    "贺晁",
    "倪庹",
    "汤亓",
    "滕郤",
    "殷仉",
    "罗麴",
    "毕訾",
    "郝鄷",
    "邬戢",
]
"""Given and family names with characters that a GB 2312 font lacks."""
