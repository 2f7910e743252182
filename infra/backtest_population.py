"""A population to back-test on: a folder of applicants in any of three formats.

* the contest's files (`labelled_…`, `unlabelled_…`), `是否违约` being the outcome;
* a bank's own files (docs/data-format.md), with `是否违约` where the bank knows it;
* one `<id>.json` each: {subject, documents: {product: document}, label?, request?}.

What a folder does not say of a request is taken from `DEFAULTS`, and a firm that names no day of
establishment existed at the latest on the day of its first invoice.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
from pydantic import ValidationError

from infra.backtest_firm_files import PopulationNotReadable, has_firms, listed_firms
from infra.indicator_documents import FactsNotReadable, facts_of, told
from puhui.contracts.facts import INVOICE_SCHEMA
from puhui.contracts.risk import DecisionRequest
from risk.domain.backtest import Applicant
from risk.domain.facts import Fact
from risk.domain.indicators.values import State

FEN_PER_YUAN: Final = 100
EPOCH: Final = date(1970, 1, 1)
BANK: Final = "backtest"
DEFAULTS: Final[Mapping[str, Any]] = {
    "branch_id": BANK,
    "customer_kind": "firm",
    "product_code": "sme-invoice-loan",
    "min_amount_fen": 10_000_000,
    "max_amount_fen": 100_000_000,
    "min_rate_bps": 400,
    "max_rate_bps": 1_500,
    "term_months": 12,
    "region_code": "340100",
    "industry_section": "F",
}
"""The contest's terms: 10 to 100 万, a year, 4 % to 15 %."""
ASKABLE: Final = frozenset({*DEFAULTS, "amount_fen", "established_on"})
"""What a file may say of its request."""
SAFE_ID = re.compile(r"[A-Za-z0-9_\-]{1,80}")


class _File(msgspec.Struct, forbid_unknown_fields=True):
    subject: str
    documents: dict[str, msgspec.Raw]
    label: bool | None = None
    request: dict[str, Any] = {}


def read_population(folder: Path, as_of: date, *, amount_yuan: int) -> Iterator[Applicant]:
    """Every applicant of the folder, one by one, so that only one is in memory."""
    if not folder.is_dir():
        raise PopulationNotReadable(f"--population: rule folder: {folder} is not a folder")
    asked = {**DEFAULTS, "as_of": as_of.isoformat(), "amount_fen": amount_yuan * FEN_PER_YUAN}
    if has_firms(folder):
        yield from _of_firms(folder, asked)
        return
    files = sorted(folder.glob("*.json"))
    if not files:
        raise PopulationNotReadable(
            f"--population: rule files: {folder} has no enterprises.csv, "
            "no labelled_enterprises.csv.gz and no <id>.json"
        )
    subjects: dict[str, Path] = {}
    for file in files:
        applicant = _of_file(file, asked)
        before = subjects.setdefault(applicant.subject, file)
        if before != file:
            raise PopulationNotReadable(
                f"{file}: field subject: rule unique: the same as in {before.name}"
            )
        yield applicant


def _of_firms(folder: Path, asked: Mapping[str, Any]) -> Iterator[Applicant]:
    for firm in listed_firms(folder):
        place = f"{folder}: {firm.subject}"
        facts = _facts([(place, INVOICE_SCHEMA, firm.invoices)])
        yield _applicant(place, firm.subject, facts, {**asked, **firm.request}, firm.defaulted)


def _of_file(file: Path, asked: Mapping[str, Any]) -> Applicant:
    try:
        whole = msgspec.json.decode(file.read_bytes(), type=_File)
    except OSError as error:
        raise PopulationNotReadable(f"{file}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PopulationNotReadable(f"{file}: {told('file', error)}") from error
    if not whole.subject:
        raise PopulationNotReadable(f"{file}: field subject: rule required: is empty")
    unknown = sorted(whole.request.keys() - ASKABLE)
    if unknown:
        raise PopulationNotReadable(
            f"{file}: field request.{unknown[0]}: rule unknown: one of {', '.join(sorted(ASKABLE))}"
        )
    facts = _facts(
        (f"{file}: documents.{name}", name, bytes(body)) for name, body in whole.documents.items()
    )
    return _applicant(str(file), whole.subject, facts, {**asked, **whole.request}, whole.label)


def _facts(bodies: Iterable[tuple[str, str, bytes]]) -> tuple[Fact, ...]:
    """The facts as a decision finds them: without invoices, their absence is one."""
    try:
        found = facts_of(bodies)
    except FactsNotReadable as error:
        raise PopulationNotReadable(str(error)) from error
    absent = Fact(product=INVOICE_SCHEMA, state=State.MISSING, reason="not_given")
    return tuple(({INVOICE_SCHEMA: absent} | found).values())


def _applicant(
    place: str,
    subject: str,
    facts: tuple[Fact, ...],
    asked: Mapping[str, Any],
    defaulted: bool | None,
) -> Applicant:
    subject_id = subject if SAFE_ID.fullmatch(subject) else _hashed(subject)
    body = {
        "application_id": subject_id,
        "correlation_id": subject_id,
        "customer_id": subject_id,
        "bank_id": BANK,
        "established_on": _first_invoice(facts),
        "facts": [],
        **asked,
    }
    try:
        request = DecisionRequest.model_validate_json(json.dumps(body))
    except ValidationError as error:
        found = error.errors()[0]
        field = ".".join(str(part) for part in found["loc"])
        raise PopulationNotReadable(
            f"{place}: field request.{field}: rule {found['type']}: {found['msg']}"
        ) from error
    return Applicant(subject=subject, request=request, facts=facts, defaulted=defaulted)


def _first_invoice(facts: tuple[Fact, ...]) -> str | None:
    """The day of the first invoice: the firm is not younger than that."""
    for fact in facts:
        if fact.product == INVOICE_SCHEMA and fact.columns is not None and fact.columns.row_count:
            day = int(fact.columns.tables["rows"]["issued_on"].min())
            return (EPOCH + timedelta(days=day)).isoformat()
    return None


def _hashed(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()[:32]
