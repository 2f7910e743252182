"""Facts of a firm's standing: its registration, its lawsuits, its devices."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sandbox.domain.providers.books import Books
from sandbox.domain.providers.facts import Facts, Row

SUED = 70
"""From this stress on creditors go to court."""
COURT = "沙箱市人民法院"
SCOPES = {
    "A": "种植、养殖及农产品销售",
    "C": "产品制造、加工及销售",
    "E": "建筑劳务、工程施工",
    "F": "批发、零售日用品及建材",
}
ANY_SCOPE = "一般经营项目"
CHECKS = ("face", "liveness", "name_id", "three_factor", "bank_card", "id_document")


def registration_facts(books: Books) -> Facts:
    """The register agrees with the party: name, code, legal person, first day, region, trade."""
    rng = books.rng("registration")
    applicant, party = books.applicant, books.applicant.party
    capital = rng.choice((50, 100, 200, 300, 500)) * 10_000_00
    anomalies: list[Row] = []
    if books.stress >= 85:
        listed = books.as_of - timedelta(days=rng.randrange(30, 400))
        anomalies.append({"kind": "abnormal_operation", "listed_on": listed, "removed_on": None})
    changes: list[Row] = []
    if books.stress >= 55:
        day = max(books.as_of - timedelta(days=rng.randrange(20, 500)), applicant.established_on)
        changes.append({"kind": rng.choice(("legal_person", "address")), "changed_on": day})
    owner = {"name": party.legal_person_name, "kind": "person"}
    return Facts(
        period_from=min(applicant.established_on, books.period_from),
        period_to=books.period_to,
        tables={
            "shareholders": [owner | {"share_bps": 10_000, "subscribed_fen": capital}],
            "changes": changes,
            "network": [],
            "anomalies": anomalies,
        },
        snapshot=_register_entry(books, rng, capital),
    )


def _register_entry(books: Books, rng: Random, capital: int) -> Row:
    applicant, party = books.applicant, books.applicant.party
    sole = party.kind != "firm"
    return {
        "name": party.name,
        "uscc": party.uscc,
        "legal_person_name": party.legal_person_name,
        "kind": "sole_proprietor" if sole else "company",
        "status": "active",
        "established_on": applicant.established_on,
        "approved_on": applicant.established_on,
        "term_to": None,
        "cancelled_on": None,
        "registered_capital_fen": None if sole else capital,
        "paid_in_capital_fen": None if sole else capital * rng.randint(2, 10) // 10,
        "industry_code": applicant.industry_section,
        "region_code": applicant.region_code,
        "address": party.address,
        "business_scope": SCOPES.get(applicant.industry_section, ANY_SCOPE),
        "insured_count": books.headcount,
        "employee_count": books.headcount,
        "last_report_year": books.as_of.year - 1,
        "micro_firm": True,
        "high_tech": False,
    }


def judicial_facts(books: Books) -> Facts:
    """A calm firm has no lawsuits; a tight one is sued, a desperate one is enforced against."""
    rng = books.rng("court")
    cases: list[Row] = []
    enforcements: list[Row] = []
    for index in range(max(books.stress - SUED, -5) // 6 + 1):
        filed = books.as_of - timedelta(days=rng.randrange(30, 700))
        amount = books.yearly_fen * rng.randint(2, 9) // 100 + 10_000_00
        cases.append(
            {
                "case_no": _case_no(filed, "民初", rng.randrange(1, 9_000)),
                "subject": "ent" if index % 2 == 0 else "own",
                "role": "defendant",
                "cause": rng.choice(("trade", "loan", "labour")),
                "criminal": False,
                "filed_on": filed,
                "closed_on": None,
                "amount_fen": amount,
                "court": COURT,
            }
        )
    if books.stress >= 85:
        listed = books.as_of - timedelta(days=rng.randrange(10, 200))
        enforcements.append(
            {
                "case_no": _case_no(listed, "执", rng.randrange(1, 9_000)),
                "subject": "ent",
                "kind": "enforced",
                "listed_on": listed,
                "removed_on": None,
                "amount_fen": books.yearly_fen * 3 // 100 + 10_000_00,
                "court": COURT,
            }
        )
    return Facts(
        period_from=books.period_from,
        period_to=books.period_to,
        tables={"cases": cases, "enforcements": enforcements, "notices": []},
    )


def _case_no(day: date, kind: str, number: int) -> str:
    return f"（{day.year}）沙箱{kind}{number}号"


def device_facts(books: Books) -> Facts:
    """One phone, one grid; a desperate applicant's phone has been used by others too."""
    rng = books.rng("device")
    period_from = books.as_of - timedelta(days=90)
    device, account = f"dv-{rng.randrange(10**10):010d}", f"ac-{books.number[-12:]}"
    ip, grid = f"ip-{rng.randrange(10**8):08d}", f"gd-{rng.randrange(10**6):06d}"
    others = [f"ac-{rng.randrange(10**12):012d}" for _ in range(max(books.stress - 70, 0) // 8)]
    events = [
        {
            "happened_on": books.as_of - timedelta(days=rng.randrange(1, 90)),
            "happened_hour": rng.randrange(7, 24),
            "kind": kind,
            "device": device,
            "account": who,
            "ip": ip,
            "grid": grid,
            "staff": False,
        }
        for who in (account, *others)
        for kind in ("register", "login", "apply")
    ]
    forms = [
        {"measure": measure, "measured_on": books.period_to, "value": value, "median": median}
        for measure, value, median in (
            ("fill_time", rng.randint(180, 700), 420),
            ("edits", rng.randint(1, 12), 5),
            ("paste", rng.randint(0, 2) + books.stress // 40, 1),
            ("idle", rng.randint(10, 120), 60),
            ("retry", rng.randint(0, 3), 1),
        )
    ]
    return Facts(
        period_from=period_from,
        period_to=books.period_to,
        tables={"events": events, "forms": forms, "checks": _checks(books, rng)},
    )


def _checks(books: Books, rng: Random) -> list[Row]:
    checks: list[Row] = [
        {"kind": kind, "checked_on": books.period_to, "result": "pass", "score": None}
        for kind in CHECKS
    ]
    checks[0]["score"] = rng.randint(820, 990)
    months = {"kind": "number_age", "result": "pass", "months": rng.randint(6, 160)}
    return [*checks, months | {"checked_on": books.period_to}]
