"""普惠型小微 and 涉农 (rules 3.8): whose loan it is, and how large the whole line is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from risk.domain.labels.evidence import LabelEvidence
from risk.domain.labels.firm_size import is_small, missing_measures
from risk.domain.labels.label import UNDETERMINED, Check, Evidence, Label, all_of
from risk.domain.labels.rules import LabelRules

TOTAL_LINE: Final = "total_line_fen"
AGRICULTURE: Final = "A"
COUNTY_DIGITS: Final = slice(4, 6)


def inclusive(label: str, evidence: LabelEvidence, rules: LabelRules, day: date) -> Label:
    """A small borrower's business loan whose whole line at this bank is within the limit."""
    row = rules.on(label, day)
    checks = (
        _small_borrower(evidence, day),
        _business(evidence),
        _line(evidence, row.value["max_line_fen"]),
    )
    value, clause, missing = all_of(
        checks, "小微企业、个体工商户或小微企业主经营性贷款，单户授信总额在限额内"
    )
    return _label(label, rules, day, evidence, (value, clause, missing))


def agriculture_related(evidence: LabelEvidence, rules: LabelRules, day: date) -> Label:
    """A farmer's loan, a rural firm's, or one for agriculture itself; any of these is enough."""
    value = _is_agricultural(evidence, rules, day)
    if value is None:
        clause, missing = UNDETERMINED, _unknown_of_agriculture(evidence)
    elif value:
        clause, missing = _agricultural_because(evidence), ()
    else:
        clause, missing = "借款人既非农户，也非农村企业，且行业不属农林牧渔业", ()
    return _label("agriculture_related", rules, day, evidence, (value, clause, missing))


def inclusive_agriculture(evidence: LabelEvidence, rules: LabelRules, day: date) -> Label:
    """A farming household's business loan, or a small firm's agriculture-related one."""
    row = rules.on("inclusive_agriculture", day).value
    related = Check(
        _is_agricultural(evidence, rules, day),
        "不属于涉农贷款",
        _unknown_of_agriculture(evidence),
    )
    if evidence.customer_kind == "firm":
        borrower, limit = _small_borrower(evidence, day), row["max_firm_line_fen"]
    elif evidence.is_farmer:
        borrower, limit = Check(True, ""), row["max_farmer_line_fen"]
    else:
        borrower = Check(evidence.is_farmer, "借款人不是农户", ("is_farmer",))
        limit = row["max_farmer_line_fen"]
    checks = (related, borrower, _business(evidence), _line(evidence, limit))
    found = all_of(checks, "农户经营性贷款或涉农小微企业贷款，授信总额在限额内")
    return _label("inclusive_agriculture", rules, day, evidence, found)


def _small_borrower(evidence: LabelEvidence, day: date) -> Check:
    """小微企业, 个体工商户 or 小微企业主."""
    if evidence.customer_kind == "sole_proprietor":
        return Check(True, "")
    if evidence.customer_kind == "person":
        return Check(evidence.owns_small_firm, "借款人不是小微企业主", ("owns_small_firm",))
    missing = missing_measures(evidence, day) or ("industry_code",)
    return Check(is_small(evidence, day), "企业规模为中型或大型", missing)


def _business(evidence: LabelEvidence) -> Check:
    """A firm's loan is for its business; a person's may be for anything."""
    if evidence.customer_kind == "firm":
        return Check(True, "")
    return Check(evidence.business_purpose, "贷款不用于生产经营", ("business_purpose",))


def _line(evidence: LabelEvidence, limit_fen: int) -> Check:
    """The whole line counts; a part of it that is too large already decides."""
    if evidence.total_line_fen is not None:
        return Check(evidence.total_line_fen <= limit_fen, "单户授信总额超过限额")
    within = False if evidence.least_line_fen > limit_fen else None
    return Check(within, "单户授信总额超过限额", (TOTAL_LINE,))


def _is_agricultural(evidence: LabelEvidence, rules: LabelRules, day: date) -> bool | None:
    grounds = (
        evidence.industry_section == AGRICULTURE,
        evidence.is_farmer if evidence.customer_kind != "firm" else False,
        _is_rural(evidence, rules, day),
    )
    if True in grounds:
        return True
    return None if None in grounds else False


def _is_rural(evidence: LabelEvidence, rules: LabelRules, day: date) -> bool | None:
    """A county is rural; a city district has rural townships too, so it decides nothing."""
    if evidence.customer_kind == "person":
        return False
    first = int(rules.on("agriculture_related", day).value["first_county_number"])
    return True if int(evidence.region_code[COUNTY_DIGITS]) >= first else None


def _agricultural_because(evidence: LabelEvidence) -> str:
    if evidence.industry_section == AGRICULTURE:
        return "行业属农、林、牧、渔业"
    return "借款人为农户" if evidence.is_farmer else "注册地位于县域"


def _unknown_of_agriculture(evidence: LabelEvidence) -> tuple[str, ...]:
    person = evidence.customer_kind != "firm" and evidence.is_farmer is None
    return ("is_farmer",) * person + ("rural_township",) * (evidence.customer_kind != "person")


def _label(
    label: str,
    rules: LabelRules,
    day: date,
    evidence: LabelEvidence,
    found: tuple[bool | None, str, Sequence[str]],
) -> Label:
    row = rules.on(label, day)
    value, clause, missing = found
    return Label(
        label=label,
        name=rules.name(label),
        value=value,
        clause=clause,
        source=row.source,
        confidence=row.confidence.value,
        evidence=_evidence(evidence, row.value),
        missing=missing,
    )


def _evidence(evidence: LabelEvidence, limits: dict[str, int]) -> Evidence:
    found: dict[str, str | int | bool] = {
        name: value
        for name in (TOTAL_LINE, "lines_here_fen", "is_farmer", "business_purpose")
        if (value := getattr(evidence, name)) is not None
    }
    return {
        "customer_kind": evidence.customer_kind,
        "industry_section": evidence.industry_section,
        "region_code": evidence.region_code,
        "least_line_fen": evidence.least_line_fen,
        **found,
        **limits,
    }
