"""M01 asked with the register, the courts, the bureau and the lists.

Nothing in a decision says when a person was born, whether the customer or somebody related has a
bad loan here, or whether the customer is a related party of the bank: a person looks.
"""

from __future__ import annotations

from typing import Final, get_args

from puhui.contracts.risk import DecisionRequest
from risk.domain.documents import Document
from risk.domain.indicators.months import AsOf, Window
from risk.domain.labels.gather import industry_digits
from risk.domain.model_inputs.known import (
    BUREAU,
    REGISTRATION,
    TAX,
    Answers,
    Known,
    field_of,
)
from risk.domain.models.admission_policy import CustomerKind, Inputs, TaxGrade
from risk.domain.models.catalogue import Segment

KINDS: Final[dict[Segment, CustomerKind]] = {
    "E": "firm",
    "T": "firm",
    "S": "sole_proprietor",
    "F": "farmer",
    "C": "consumer",
}
ASKED_FOR_CREDIT: Final = frozenset({"loan", "card"})


def inputs(known: Known, answers: Answers) -> Inputs:
    """Every fact from the one source that answers for it."""
    register, tax = known.document(REGISTRATION), known.document(TAX)
    grade = None if tax is None else tax.code("credit_grade")
    return Inputs(
        customer_kind=KINDS[known.segment],
        as_of=known.request.as_of,
        term_months=known.request.term_months,
        registration_status=None if register is None else register.code("status"),  # type: ignore[arg-type]  # the same codes
        established_on=None if register is None else register.snapshot_date("established_on"),
        abnormal_operation=known.any_of("ent.reg.anomaly.abnormal_operation.now.cnt"),
        serious_illegal=known.any_of("ent.reg.anomaly.serious_illegal.now.cnt"),
        industry_code=None if register is None else industry_digits(register.text("industry_code")),
        region_code=known.request.region_code,
        tax_grade=next((one for one in get_args(TaxGrade) if one == grade), None),
        dishonest=_listed(known, "dishonest"),
        restricted=_listed(known, "restricted"),
        enforced=_listed(known, "enforced"),
        bankruptcy=known.any_of("ent.jud.notice.bankruptcy.l24m.cnt"),
        criminal=known.any_of("ent.jud.case.criminal.l60m.cnt"),
        bad_debt_count=known.total(
            "own.bur.bad_debt.all.now.value", "own.bur.compensation.all.now.value"
        ),
        bureau_overdue_fen=known.fen("own.bur.current_overdue.all.now.amt"),
        overdue_m3_l24m_count=known.whole("own.bur.overdue.m3p.l24m.cnt_month"),
        query_org_l3m_count=_lenders_asked(known),
        lender_org_l3m_count=known.whole("own.mul.id.all.l3m.cnt_org"),
        list_level=field_of(answers, "name_list_match", "level"),
    )


def _listed(known: Known, kind: str) -> bool | None:
    """The firm or its owner stands on a court's list now."""
    return known.any_of(f"ent.jud.list.{kind}.now.cnt", f"own.jud.list.{kind}.now.cnt")


def _lenders_asked(known: Known) -> int | None:
    """Institutions that asked the bureau for a loan or a card, each once."""
    names = [f"own.bur.queries.{one}.l3m.cnt_org" for one in sorted(ASKED_FOR_CREDIT)]
    report = known.document(BUREAU)
    if report is None or known.total(*names) is None:
        return None
    return len(_orgs(report, known.request))


def _orgs(report: Document, request: DecisionRequest) -> set[int | None]:
    first, last = AsOf(request.as_of).span(Window.L3M)
    begin = first.toordinal() if first is not None else 0
    rows = zip(
        report.dates("queries", "queried_on"),
        report.codes("queries", "reason"),
        report.values("queries", "org"),
        strict=True,
    )
    return {
        org
        for day, reason, org in rows
        if reason in ASKED_FOR_CREDIT
        and day is not None
        and begin <= day.toordinal() <= last.toordinal()
    }
