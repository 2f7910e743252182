"""What the models before a loan are asked: lists, admission, identity, statements."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from risk.domain.model_inputs import (
    admission_policy,
    document_authenticity,
    identity_consistency,
    name_list_match,
)
from risk.domain.model_inputs.known import Known, NotAsked
from risk.domain.models.admission_policy import Inputs as Admission
from risk.domain.models.document_authenticity import Lines
from risk.domain.models.identity_consistency import Inputs as Identity
from risk.domain.models.name_list_match import Found, Screened
from tests.support.asked_models import DAY, a_screening, asked, given_of, known_of, told_of, whole


def admission(documents: dict[str, Any], known: Known | None = None) -> Admission:
    return admission_policy.inputs(known or known_of(documents), {})


def identity(documents: dict[str, Any]) -> Identity:
    found = identity_consistency.inputs(known_of(documents), {})
    assert isinstance(found, Identity)
    return found


def lines(documents: dict[str, Any]) -> Lines:
    found = document_authenticity.inputs(known_of(documents), {})
    assert isinstance(found, Lines)
    return found


def test_the_hits_of_the_screening_are_what_the_list_model_reads() -> None:
    found = name_list_match.inputs(known_of({}, screening=a_screening("grey")), {})

    assert isinstance(found, Screened)
    assert [one.counts_as for one in found.hits] == ["grey"]
    assert found.gaps == ()


def test_who_could_not_be_looked_for_is_unidentified() -> None:
    told = told_of(known_of({}, screening=a_screening(state="missing")))

    assert told["name_list_match"].answer.level == "unidentified"


def test_a_black_hit_of_somebody_unidentified_is_still_black() -> None:
    told = told_of(known_of({}, screening=a_screening("black", state="missing")))

    assert told["name_list_match"].answer.level == "black"


def test_where_nobody_looked_the_list_model_is_not_asked() -> None:
    known = known_of({})
    unscreened = type(known)(
        **{name: getattr(known, name) for name in known.__slots__} | {"given": given_of(None)}
    )

    assert name_list_match.inputs(unscreened, {}) == NotAsked("not_screened")


def test_admission_reads_every_source_that_answers() -> None:
    found = admission(whole())

    assert found == Admission(
        customer_kind="firm",
        as_of=DAY,
        term_months=12,
        registration_status="active",
        established_on=date(2015, 6, 1),
        abnormal_operation=False,
        serious_illegal=False,
        industry_code="5123",
        region_code="340100",
        tax_grade="B",
        dishonest=False,
        restricted=False,
        enforced=False,
        bankruptcy=False,
        criminal=False,
        bad_debt_count=0,
        bureau_overdue_fen=0,
        overdue_m3_l24m_count=0,
        query_org_l3m_count=1,
        lender_org_l3m_count=1,
    )


def test_without_documents_admission_knows_only_the_question() -> None:
    found = admission({})

    assert found == Admission(customer_kind="firm", as_of=DAY, term_months=12, region_code="340100")


def test_the_day_of_establishment_is_the_registers_and_not_the_applicants() -> None:
    documents = whole()
    documents["registration/1"]["snapshot"]["established_on"] = None

    assert asked().established_on is not None
    assert admission(documents).established_on is None


@pytest.mark.parametrize(("subject", "removed"), [("ent", None), ("own", "2026-01-01")])
def test_a_court_record_that_is_open_on_the_day_counts(subject: str, removed: str | None) -> None:
    documents = whole()
    record = {"subject": subject, "kind": "dishonest", "listed_on": "2024-05-01"}
    documents["judicial/1"]["enforcements"] = [record | {"removed_on": removed}]

    assert admission(documents).dishonest is True


def test_a_court_record_that_was_removed_does_not_count() -> None:
    documents = whole()
    record = {"subject": "ent", "kind": "dishonest", "listed_on": "2024-05-01"}
    documents["judicial/1"]["enforcements"] = [record | {"removed_on": "2024-09-01"}]

    assert admission(documents).dishonest is False


def test_an_institution_that_asked_for_a_loan_and_a_card_is_one() -> None:
    documents = whole()
    documents["bureau/1"]["queries"] = [
        {"queried_on": "2025-01-10", "reason": "loan", "org": "甲行"},
        {"queried_on": "2025-01-11", "reason": "card", "org": "甲行"},
        {"queried_on": "2025-01-12", "reason": "card", "org": "乙行"},
        {"queried_on": "2025-01-13", "reason": "post_loan", "org": "丙行"},
        {"queried_on": "2024-09-13", "reason": "loan", "org": "丁行"},
    ]

    assert admission(documents).query_org_l3m_count == 2


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"customer_kind": "firm"}, "firm"),
        ({"customer_kind": "sole_proprietor"}, "sole_proprietor"),
        ({"customer_kind": "person", "industry_section": "A"}, "farmer"),
        ({"customer_kind": "person", "industry_section": "G"}, "consumer"),
    ],
)
def test_admission_takes_customers_for_what_they_are(changes: dict[str, Any], kind: str) -> None:
    assert admission({}, known_of({}, asked(**changes))).customer_kind == kind


def test_a_stale_document_says_as_little_as_none() -> None:
    """The register's declared period ends in February 2025; a year later nobody believes it."""
    later = known_of({"registration/1": whole()["registration/1"]}, asked(as_of=date(2026, 3, 1)))

    assert admission({}, later).registration_status is None


def test_identity_reads_the_checks_of_the_device_document() -> None:
    found = identity(whole())

    assert (found.card_genuine, found.three_factor, found.liveness) == ("pass", "pass", "pass")
    assert (found.face_score, found.phone_months) == (930, 60)
    assert (found.device_accounts, found.device_staff) == (1, False)
    assert (found.name, found.id_number, found.phone, found.device_emulator) == (None,) * 4


def test_without_a_device_document_identity_is_not_asked() -> None:
    assert identity_consistency.inputs(known_of({}), {}) == NotAsked("no_device")


def test_the_lowest_face_score_of_the_last_day_counts() -> None:
    documents = whole()
    documents["device/1"]["checks"] = [
        {"kind": "face", "checked_on": day, "result": "pass", "score": score}
        for day, score in (("2025-02-01", 100), ("2025-02-20", 900), ("2025-02-20", 850))
    ]

    assert identity(documents).face_score == 850


def test_one_unknown_score_of_the_last_day_leaves_none() -> None:
    documents = whole()
    documents["device/1"]["checks"] = [
        {"kind": "face", "checked_on": "2025-02-20", "result": "pass", "score": score}
        for score in (900, None)
    ]

    assert identity(documents).face_score is None


@pytest.mark.parametrize(
    ("flags", "found"),
    [([False, True], True), ([False, None], None), ([None, True], True), ([], None)],
)
def test_a_device_is_nobodys_of_staff_only_where_every_event_says_so(
    flags: list[bool | None], found: bool | None
) -> None:
    documents = whole()
    (event,) = documents["device/1"]["events"]
    documents["device/1"]["events"] = [event | {"staff": flag} for flag in flags]

    assert identity(documents).device_staff is found


def test_a_failed_check_makes_an_identity_inconsistent() -> None:
    documents = whole()
    documents["device/1"]["checks"][2]["result"] = "fail"

    assert told_of(known_of(documents))["identity_consistency"].answer.result == "inconsistent"


def test_a_statement_that_fits_is_credible() -> None:
    assert told_of(known_of(whole()))["document_authenticity"].answer.level == "credible"


def test_without_a_bank_statement_nobody_is_asked_about_one() -> None:
    assert document_authenticity.inputs(known_of({}), {}) == NotAsked("no_bank_flow")


def test_lines_after_the_day_are_not_seen_and_the_closing_balance_is_not_known() -> None:
    documents = whole()
    earlier = known_of(documents, asked(as_of=date(2025, 2, 20)))

    found = document_authenticity.inputs(earlier, {})

    assert isinstance(found, Lines)
    assert found.columns.day.max() == date(2025, 2, 16).toordinal()
    assert [(one.to_on, one.closing_fen) for one in found.statements] == [(date(2025, 2, 20), None)]


def test_a_hit_is_kept_as_the_record_has_it() -> None:
    screened = name_list_match.inputs(known_of({}, screening=a_screening("black")), {})

    assert isinstance(screened, Screened)
    assert screened.hits == (
        Found(
            entry_id="ent-black", list="black", match="code", score_ppm=1_000_000, counts_as="black"
        ),
    )


def test_statements_of_an_account_are_declared_with_their_balances() -> None:
    (statement,) = lines(whole()).statements

    assert (statement.account, statement.opening_fen) == ("6222", 50_000_000)
