"""M01 客户准入模型: whether somebody may become a borrower at all: pass, refer or reject.

Every fact is asked of the kinds of customer that have it. A fact that is not known counts as the
worst that it could be (`incomplete` says when nothing else stands in the way). The white list may
spare a person's look at soft findings that the bank names; it never lifts a reject.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from puhui.china import industries, regions
from risk.domain.models.answer import ModelReason, require
from risk.domain.models.findings import Asked, Finding, worst
from risk.domain.models.whole_months import add_months, full_months, full_years

CustomerKind = Literal["firm", "sole_proprietor", "farmer", "consumer"]
Decision = Literal["pass", "refer", "reject"]
ListLevel = Literal["white", "none", "grey", "black", "unidentified"]
Status = Literal["active", "revoked", "cancelled", "moved_out", "other"]
TaxGrade = Literal["A", "B", "M", "C", "D", "ungraded"]
ORDER: Final = ("pass", "refer", "reject")
REGISTERED: Final = frozenset({"firm", "sole_proprietor"})
PERSONS: Final = frozenset({"sole_proprietor", "farmer", "consumer"})
STATUS_NAMES: Final[Mapping[str, str]] = {
    "active": "存续",
    "revoked": "吊销",
    "cancelled": "注销",
    "moved_out": "迁出",
    "other": "其他",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Who asks, and what the sources say; None is what no source said."""

    customer_kind: CustomerKind
    as_of: date
    term_months: int
    born_on: date | None = None
    """Of the borrower; of a firm it is not asked."""
    registration_status: Status | None = None
    established_on: date | None = None
    abnormal_operation: bool | None = None
    """On the list of abnormal operations (经营异常名录) now."""
    serious_illegal: bool | None = None
    """On the list of serious offenders (严重违法失信名单) now."""
    industry_code: str | None = None
    """GB/T 4754-2017, two to four digits."""
    region_code: str | None = None
    """GB/T 2260, six digits: where the business is, or where the person lives."""
    tax_grade: TaxGrade | None = None
    """Of a firm (纳税信用级别)."""
    dishonest: bool | None = None
    """失信被执行人 now, the firm or its owner."""
    restricted: bool | None = None
    """限制高消费 now."""
    enforced: bool | None = None
    """被执行人 now."""
    bankruptcy: bool | None = None
    criminal: bool | None = None
    bad_debt_count: int | None = None
    """呆账 or 代偿 accounts in the bureau report."""
    bureau_overdue_fen: int | None = None
    """Overdue now at any lender."""
    overdue_m3_l24m_count: int | None = None
    """Months of the last 24 in which some account was overdue 90 days or more."""
    query_org_l3m_count: int | None = None
    """Lenders that asked the bureau for a loan or a card in the last three months."""
    lender_org_l3m_count: int | None = None
    """Lenders asked in the last three months, by the multi-lender source."""
    own_bank_npa: bool | None = None
    """Has a non-performing or written-off loan at this bank."""
    related_npa: bool | None = None
    """Somebody related has one at this bank."""
    bank_insider: bool | None = None
    """Is a related party of the bank (关联方): the bank's own approval rules apply."""
    list_level: ListLevel | None = None
    """What model M02 answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The bank's bounds."""

    min_age_years: int
    max_age_at_maturity_years: int
    min_months_since_established: int
    licensed_prefectures: tuple[str, ...]
    """Where the bank may lend: the first four digits of a GB/T 2260 code."""
    reject_industries: tuple[str, ...]
    """Sections by letter, or the first digits of a code."""
    refer_industries: tuple[str, ...]
    reject_tax_grades: tuple[TaxGrade, ...]
    reject_overdue_m3_months: int
    reject_bureau_overdue_fen: int
    refer_query_orgs: int
    refer_lender_orgs: int
    white_lifts: tuple[str, ...]
    """Codes of refer findings that a white entry spares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The decision with all that speaks against the customer, the gravest first."""

    decision: Decision
    incomplete: bool
    """Rejected only for facts that are not known: complete them and ask again."""
    lifted: tuple[str, ...]
    """Codes that the white list spared."""
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """The gravest finding decides; a white entry spares only known refer findings it may spare."""
    require(inputs.term_months > 0, "term_months", "must be positive")
    found = [
        *_person(inputs, parameters),
        *_registration(inputs, parameters),
        *_industry(inputs, parameters),
        *_region(inputs, parameters),
        *_judicial(inputs),
        *_bureau(inputs, parameters),
        *_relations(inputs),
        *_lists(inputs),
    ]
    spared = [one for one in found if inputs.list_level == "white" and _may_spare(one, parameters)]
    counting = sorted(
        (one for one in found if one not in spared), key=lambda one: -ORDER.index(one.grade)
    )
    rejects = [one for one in counting if one.grade == "reject"]
    told = [one.reason for one in counting] or [ModelReason("ADMITTED", "符合准入条件")]
    return Answer(
        decision=_decision(worst(counting, ORDER)),
        incomplete=bool(rejects) and all(one.unknown for one in rejects),
        lifted=tuple(one.code for one in spared),
        reasons=tuple(told),
    )


def _decision(grade: str) -> Decision:
    return "reject" if grade == "reject" else "refer" if grade == "refer" else "pass"


def _may_spare(finding: Finding, parameters: Parameters) -> bool:
    """A white entry never lifts a reject, and never what is not known."""
    soft = finding.grade == "refer" and not finding.unknown
    return soft and finding.code in parameters.white_lifts


def _person(inputs: Inputs, parameters: Parameters) -> list[Finding]:
    """A borrower is of age when asking and not too old when the loan ends."""
    if inputs.customer_kind not in PERSONS:
        return []
    asked = Asked("AGE", "年龄", "reject")
    if inputs.born_on is None:
        return asked.unknown()
    age = full_years(inputs.born_on, inputs.as_of)
    ends = full_years(inputs.born_on, add_months(inputs.as_of, inputs.term_months))
    if age < parameters.min_age_years:
        return asked.found(f"申请时未满{parameters.min_age_years}周岁")
    if ends > parameters.max_age_at_maturity_years:
        return asked.found(f"贷款到期时{ends}周岁，超过{parameters.max_age_at_maturity_years}周岁")
    return []


def _registration(inputs: Inputs, parameters: Parameters) -> list[Finding]:
    """A business is registered and active, old enough, and on no list of offenders."""
    if inputs.customer_kind not in REGISTERED:
        return []
    status, since = inputs.registration_status, inputs.established_on
    asked = Asked("REGISTRATION_STATUS", "登记状态", "reject")
    young = Asked("YOUNG_BUSINESS", "成立时间", "refer")
    found: list[Finding] = []
    if status is None:
        found += asked.unknown()
    elif status != "active":
        found += asked.found(f"登记状态为{STATUS_NAMES[status]}")
    if since is None:
        found += young.unknown()
    elif full_months(since, inputs.as_of) < parameters.min_months_since_established:
        found += young.found(f"成立不满{parameters.min_months_since_established}个月")
    found += Asked("ABNORMAL_OPERATION", "列入经营异常名录", "refer").flag(
        inputs.abnormal_operation
    )
    found += Asked("SERIOUS_ILLEGAL", "列入严重违法失信名单", "reject").flag(inputs.serious_illegal)
    return found + _tax(inputs, parameters)


def _tax(inputs: Inputs, parameters: Parameters) -> list[Finding]:
    if inputs.customer_kind != "firm":
        return []
    asked = Asked("TAX_GRADE", "纳税信用级别", "reject")
    if inputs.tax_grade is None:
        return asked.unknown()
    low = inputs.tax_grade in parameters.reject_tax_grades
    return asked.found(f"纳税信用级别为{inputs.tax_grade}级") if low else []


def _industry(inputs: Inputs, parameters: Parameters) -> list[Finding]:
    """The industry is none that the bank keeps away from."""
    if inputs.customer_kind not in REGISTERED:
        return []
    asked = Asked("INDUSTRY", "所属行业", "reject")
    code = inputs.industry_code
    section = None if code is None else industries.section_of(code)
    if code is None or section is None:
        return asked.unknown()
    name = f"{industries.name_of(section)}（{code}）"
    if _is_listed(code, section, parameters.reject_industries):
        return asked.found(f"所属行业禁止准入：{name}")
    if _is_listed(code, section, parameters.refer_industries):
        return Asked("INDUSTRY_RESTRICTED", "所属行业", "refer").found(f"所属行业限制准入：{name}")
    return []


def _is_listed(code: str, section: str, listed: tuple[str, ...]) -> bool:
    return any(section == one or (one.isdigit() and code.startswith(one)) for one in listed)


def _region(inputs: Inputs, parameters: Parameters) -> list[Finding]:
    """The customer is at home where the bank may lend (§3.15, cross-region gate)."""
    asked = Asked("REGION", "所在地区", "reject")
    code = inputs.region_code
    if code is None or not regions.is_known(code):
        return asked.unknown()
    inside = code[:4] in parameters.licensed_prefectures
    return [] if inside else asked.found(f"所在地区不在展业范围：{regions.name_of(code)}（{code}）")


def _judicial(inputs: Inputs) -> list[Finding]:
    return [
        *Asked("DISHONEST", "当前为失信被执行人", "reject").flag(inputs.dishonest),
        *Asked("RESTRICTED", "当前被限制高消费", "reject").flag(inputs.restricted),
        *Asked("BANKRUPTCY", "处于破产程序", "reject").flag(inputs.bankruptcy),
        *Asked("CRIMINAL", "涉刑事案件", "reject").flag(inputs.criminal),
        *Asked("ENFORCED", "当前为被执行人", "refer").flag(inputs.enforced),
    ]


def _bureau(inputs: Inputs, parameters: Parameters) -> list[Finding]:
    due = Asked("BUREAU_OVERDUE", "当前逾期金额", "reject")
    overdue, least = inputs.bureau_overdue_fen, parameters.reject_bureau_overdue_fen
    return [
        *Asked("BAD_DEBT", "呆账或代偿账户", "reject").at_least(inputs.bad_debt_count, 1, "个"),
        *due.at_least(overdue, least, "分"),
        *Asked("OVERDUE_M3", "近24个月逾期90天以上月份", "reject").at_least(
            inputs.overdue_m3_l24m_count, parameters.reject_overdue_m3_months, "个"
        ),
        *Asked("BUREAU_QUERIES", "近3个月征信查询机构", "refer").at_least(
            inputs.query_org_l3m_count, parameters.refer_query_orgs, "家"
        ),
        *Asked("MULTI_LENDER", "近3个月申请贷款机构", "refer").at_least(
            inputs.lender_org_l3m_count, parameters.refer_lender_orgs, "家"
        ),
    ]


def _relations(inputs: Inputs) -> list[Finding]:
    return [
        *Asked("OWN_BANK_NPA", "在本行有不良或已核销贷款", "reject").flag(inputs.own_bank_npa),
        *Asked("RELATED_NPA", "关联方在本行有不良贷款", "refer").flag(inputs.related_npa),
        *Asked("BANK_INSIDER", "为本行关联方", "refer").flag(inputs.bank_insider),
    ]


def _lists(inputs: Inputs) -> list[Finding]:
    """Black is rejected, grey is looked at; whoever cannot be screened is not admitted."""
    asked = Asked("BLACK_LIST", "名单筛查结果", "reject")
    level = inputs.list_level
    if level is None or level == "unidentified":
        return asked.unknown()
    if level == "black":
        return asked.found("命中黑名单")
    return (
        Asked("GREY_LIST", "名单筛查结果", "refer").found("命中灰名单") if level == "grey" else []
    )
