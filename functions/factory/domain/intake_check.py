"""The rules an application must pass before any data is bought for it (进件检查)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from puhui.china import resident_id, uscc
from puhui.contracts.common import Reason
from puhui.contracts.intake import ApplicationSubmitted
from puhui.contracts.operations import BankProfile, LoanProduct
from puhui.contracts.party import Party
from puhui.errors import PuhuiError

MIN_AGE_YEARS = 18
"""Full civil capacity, 民法典 art. 18; the same bound as rules.md §3.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeFile:
    """Everything the intake check looks at, as of one business date."""

    submission: ApplicationSubmitted
    party: Party
    product: LoanProduct
    bank: BankProfile
    other_open_applications: tuple[str, ...]
    on: date


PRODUCT_UNKNOWN = Reason(
    code="product_unknown",
    text="产品不存在或未发布",
    customer_text="该产品当前未开放申请。",
)


def check_intake(file: IntakeFile) -> tuple[Reason, ...]:
    """All the reasons against the application; none means it is accepted for processing."""
    rules = (
        identity_is_valid,
        applicant_is_adult,
        product_is_on_sale,
        amount_is_within_product,
        term_and_method_are_offered,
        customer_kind_is_served,
        region_is_licensed,
        consents_are_live,
        no_other_application_is_open,
    )
    return tuple(reason for rule in rules for reason in rule(file))


def _reason(code: str, text: str, customer_text: str) -> Iterator[Reason]:
    yield Reason(code=code, text=text, customer_text=customer_text)


def identity_is_valid(file: IntakeFile) -> Iterable[Reason]:
    """The resident id (GB 11643) and the credit code (GB 32100) have right check digits."""
    try:
        resident_id.validate(file.party.legal_person_id)
    except PuhuiError as error:
        yield from _reason(
            "identity_invalid", f"身份证号不合规：{error.rule}", "证件信息校验未通过，请核对。"
        )
    if file.party.kind != "person":
        try:
            uscc.validate(file.party.uscc or "")
        except PuhuiError as error:
            yield from _reason(
                "uscc_invalid",
                f"统一社会信用代码不合规：{error.rule}",
                "统一社会信用代码校验未通过，请核对。",
            )


def applicant_is_adult(file: IntakeFile) -> Iterable[Reason]:
    """The legal person must be 18 or older on the business date."""
    born = birth_date(file.party.legal_person_id)
    if born is not None and _years_between(born, file.on) < MIN_AGE_YEARS:
        yield from _reason("under_age", "法定代表人未满18周岁", "申请人须年满18周岁。")


def birth_date(identity: str) -> date | None:
    """The birth date inside a resident id, where it is one; identity_is_valid reports others."""
    try:
        return date(int(identity[6:10]), int(identity[10:12]), int(identity[12:14]))
    except ValueError:
        return None


def _years_between(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def product_is_on_sale(file: IntakeFile) -> Iterable[Reason]:
    """The product version is effective on the business date."""
    product = file.product
    ended = product.effective_to is not None and file.on > product.effective_to
    if file.on < product.effective_from or ended:
        yield from _reason("product_not_on_sale", "产品不在有效期内", "该产品当前未开放申请。")


def amount_is_within_product(file: IntakeFile) -> Iterable[Reason]:
    """The amount lies between the product's minimum and maximum, both included."""
    product, amount = file.product, file.submission.amount_fen
    if not product.min_amount_fen <= amount <= product.max_amount_fen:
        yield from _reason(
            "amount_out_of_range", "申请金额超出产品范围", "申请金额不在该产品可贷范围内。"
        )


def term_and_method_are_offered(file: IntakeFile) -> Iterable[Reason]:
    """The product offers this term and this repayment method."""
    if file.submission.term_months not in file.product.term_months:
        yield from _reason("term_not_offered", "产品不提供该期限", "该产品不支持所选期限。")
    if file.submission.repayment_method not in file.product.repayment_methods:
        yield from _reason(
            "method_not_offered", "产品不提供该还款方式", "该产品不支持所选还款方式。"
        )


def customer_kind_is_served(file: IntakeFile) -> Iterable[Reason]:
    """The product is meant for this kind of customer."""
    if file.submission.customer_kind not in file.product.customer_kinds:
        yield from _reason("kind_not_served", "产品不面向该类客户", "该产品不适用于您的客户类型。")


def region_is_licensed(file: IntakeFile) -> Iterable[Reason]:
    """The borrower is inside the bank's licensed regions (rules.md §3.15, no cross-region).

    A licensed prefecture (341200) covers its counties; a licensed province all of its codes.
    """
    region = file.submission.region_code
    if not any(region.startswith(_prefix(licensed)) for licensed in file.bank.licensed_regions):
        yield from _reason(
            "region_not_licensed", f"经营地区{region}不在展业范围", "您所在地区暂未开展本业务。"
        )


def _prefix(region: str) -> str:
    if region.endswith("0000"):
        return region[:2]
    return region[:4] if region.endswith("00") else region


def consents_are_live(file: IntakeFile) -> Iterable[Reason]:
    """Every consent the product needs was given and has not expired (expiry day included)."""
    live = {c.scope for c in file.submission.consents if c.expires_on >= file.on}
    for scope in file.product.required_consents:
        if scope not in live:
            yield from _reason(
                "consent_missing", f"缺少有效授权：{scope}", "授权不完整或已过期，请重新授权。"
            )


def no_other_application_is_open(file: IntakeFile) -> Iterable[Reason]:
    """A customer has one open application for a product at a time."""
    if file.other_open_applications:
        yield from _reason(
            "duplicate_application",
            f"已有在途申请{file.other_open_applications[0]}",
            "您已有一笔在途申请，请勿重复提交。",
        )
