"""Builders of the factory: everything defaulted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from factory.domain.application import LoanApplication
from factory.domain.intake_check import IntakeFile
from factory.ports import PaymentOrder
from puhui.clock import UTC
from puhui.contracts.disclosure import CostDisclosure, DisclosureConfirmation
from puhui.contracts.intake import ApplicationSubmitted, ConsentReference
from puhui.contracts.operations import BankProfile, LoanProduct
from puhui.contracts.party import Party
from puhui.contracts.servicing import Instalment, Quote
from puhui.money import Money
from puhui.tenancy import BankId, bank_id

NORTH = bank_id("north")


TODAY = date(2020, 3, 1)
NOON = datetime(2020, 3, 1, 4, 0, tzinfo=UTC)


SHA = "a" * 64


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


def a_product(**changes: Any) -> LoanProduct:
    """A one-year loan for small firms."""
    return LoanProduct.model_validate(
        {
            "code": "sme-invoice-loan",
            "name": "税票贷",
            "customer_kinds": ("firm", "sole_proprietor"),
            "min_amount_fen": 10_000_000,
            "max_amount_fen": 100_000_000,
            "min_rate_bps": 400,
            "max_rate_bps": 1_500,
            "term_months": (12,),
            "repayment_methods": ("EQUAL_INSTALLMENT", "INTEREST_FIRST"),
            "required_facts": ("invoice/1",),
            "required_consents": ("tax_invoice",),
            "effective_from": date(2020, 1, 1),
            **changes,
        }
    )


def a_bank(**changes: Any) -> BankProfile:
    """A bank licensed for one prefecture."""
    return BankProfile.model_validate(
        {
            "bank_id": "north",
            "name": "北方测试村镇银行",
            "licensed_regions": ("341200",),
            "branch_ids": ("b1",),
            "rule_edition": "2026-11",
            **changes,
        }
    )


def a_consent(**changes: Any) -> ConsentReference:
    """A live consent to read invoices."""
    return ConsentReference.model_validate(
        {
            "consent_id": "con-1",
            "scope": "tax_invoice",
            "version": "1",
            "expires_on": date(2020, 12, 31),
            **changes,
        }
    )


def a_submission(**changes: Any) -> ApplicationSubmitted:
    """A submitted application for 300,000 yuan."""
    return ApplicationSubmitted.model_validate(
        {
            "application_id": "app-1",
            "branch_id": "b1",
            "customer_id": "cus-1",
            "customer_kind": "firm",
            "product_code": "sme-invoice-loan",
            "amount_fen": 30_000_000,
            "term_months": 12,
            "repayment_method": "EQUAL_INSTALLMENT",
            "purpose": "采购原材料",
            "region_code": "341202",
            "industry_section": "F",
            "relationship_manager_id": "rm-1",
            "submitted_on": TODAY,
            "party_sealed": "sealed",
            "consents": (a_consent(),),
            "documents": (
                {
                    "product": "invoice/1",
                    "state": "ok",
                    "bucket": "documents",
                    "key": "k",
                    "sha256": SHA,
                },
            ),
            **changes,
        }
    )


def an_application(**changes: Any) -> LoanApplication:
    """An application just received; `submission` fields go in a_submission."""
    return LoanApplication(**{"bank_id": NORTH, "submission": a_submission(), **changes})


def an_intake_file(**changes: Any) -> IntakeFile:
    """A file that passes every rule."""
    return IntakeFile(
        **{
            "submission": a_submission(),
            "party": a_party(),
            "product": a_product(),
            "bank": a_bank(),
            "other_open_applications": (),
            "on": TODAY,
            **changes,
        }
    )


def a_disclosure(**changes: Any) -> CostDisclosure:
    """The cost of that plan; the factory only carries the table and knows its hash."""
    return CostDisclosure.model_validate(
        {
            "lender": "北方测试村镇银行",
            "principal_fen": 30_000_000,
            "annual_rate_bps": 600,
            "term_months": 12,
            "method": "EQUAL_INSTALLMENT",
            "method_name": "等额本息",
            "rate_basis": "固定利率",
            "disbursement_date": TODAY,
            "maturity_date": date(2021, 3, 1),
            "schedule_sha256": SHA,
            "items": (
                {
                    "kind": "interest",
                    "name": "贷款利息",
                    "charged_how": "等额本息，按还款计划逐期收取",
                    "annual_pct": Decimal("6.0000"),
                    "amount_fen": 1_000_000,
                    "collector": "北方测试村镇银行",
                },
            ),
            "total_cost_fen": 1_000_000,
            "apr_pct": Decimal("6.1678"),
            "convention": "单利年化",
            "contingent": (),
            "statement": "不收取其他费用。",
            **changes,
        }
    )


def a_confirmation(**changes: Any) -> DisclosureConfirmation:
    """A customer who read that table for a quarter of an hour."""
    return DisclosureConfirmation.model_validate(
        {
            "disclosure_sha256": a_disclosure().sha256,
            "channel": "online",
            "confirmed_at": NOON,
            "confirmed_by": "sub-cus-1",
            "shown_at": NOON - timedelta(minutes=15),
            "reading_seconds": 10,
            **changes,
        }
    )


def a_quote(**changes: Any) -> Quote:
    """A one-instalment plan, enough for the factory, which only carries it."""
    disclosure = a_disclosure()
    return Quote.model_validate(
        {
            "principal_fen": 30_000_000,
            "annual_rate_bps": 600,
            "term_months": 12,
            "method": "EQUAL_INSTALLMENT",
            "disbursement_date": TODAY,
            "total_interest_fen": 1_000_000,
            "total_fen": 31_000_000,
            "apr_pct": Decimal("6.1678"),
            "instalments": (
                Instalment(
                    n=1,
                    from_date=TODAY,
                    due_date=date(2021, 3, 1),
                    days=365,
                    principal_fen=30_000_000,
                    interest_fen=1_000_000,
                    total_fen=31_000_000,
                    balance_fen=0,
                ),
            ),
            "schedule_sha256": SHA,
            "disclosure": disclosure,
            "disclosure_sha256": disclosure.sha256,
            **changes,
        }
    )


def an_order(**changes: Any) -> PaymentOrder:
    """Pay 300,000 yuan out."""
    return PaymentOrder(
        **{
            "bank_id": BankId("north"),
            "serial_no": "dsb-app-1-1",
            "amount": Money(30_000_000),
            "payee_account": "6217000012345678",
            "payee_name": "合成测试商贸有限公司",
            "purpose": "采购原材料",
            **changes,
        }
    )
