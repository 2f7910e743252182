"""Firms of CSV folders for a back-test: their invoices, what they asked for, how it ended.

The factory's own reader reads past the outcome (`是否违约`); here it is what we look for.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from puhui.errors import PuhuiError
from sandbox.adapters.firm_folder import ENCODINGS, FirmFolder
from sandbox.domain.applicant import Applicant as Firm
from sandbox.domain.firm_records import FIRM_ID, FirmFileNotReadable, iso_date

CONTEST: Final = ("labelled_", "unlabelled_")
ENDINGS: Final = (".csv", ".csv.gz")
OUTCOME: Final = "是否违约"
OUTCOMES: Final[Mapping[str, bool | None]] = {"是": True, "否": False, "": None}
ESTABLISHED: Final = "成立日期"
AMOUNT: Final = "申请金额"
SEED: Final = "backtest"
"""Whatever a folder does not say and a policy may ask is drawn the same each time."""


class PopulationNotReadable(ValueError):
    """The message names the file, the field and the rule that it breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFirm:
    """One firm; `request` holds what its files say of the loan it asks for."""

    subject: str
    invoices: bytes
    request: Mapping[str, Any]
    defaulted: bool | None


def has_firms(folder: Path) -> bool:
    """Whether the folder holds firms in CSV files."""
    return bool(_prefixes(folder))


def listed_firms(folder: Path) -> Iterator[ListedFirm]:
    """Every firm, in the order of its file; plain files win over the contest's."""
    for prefix in _prefixes(folder):
        try:
            yield from _firms(folder, prefix)
        except FirmFileNotReadable as error:
            field = error.field or "(files)"
            raise PopulationNotReadable(
                f"{folder}: field {field}: rule {error.rule}: {error.message}"
            ) from error
        except (OSError, EOFError) as error:
            raise PopulationNotReadable(
                f"{folder}: field (files): rule data.files: {error}"
            ) from error


def _firms(folder: Path, prefix: str) -> Iterator[ListedFirm]:
    said = _lines(folder, prefix)
    for firm in _read(folder, prefix):
        line = said[firm.applicant_id]
        yield ListedFirm(
            subject=firm.applicant_id,
            invoices=firm.invoice_bytes(),
            request=_request(firm, line),
            defaulted=_outcome(prefix, firm.applicant_id, line),
        )


def _read(folder: Path, prefix: str) -> Iterator[Firm]:
    """The factory's reader; what a firm says of itself and cannot be read is told with the firm."""
    applicants, last = FirmFolder(folder, prefix).applicants(SEED), "the first firm"
    while True:
        try:
            firm = next(applicants, None)
        except FirmFileNotReadable:
            raise
        except (PuhuiError, ValueError, KeyError) as error:
            raise PopulationNotReadable(
                f"{folder}/{prefix}enterprises: after {last}: rule data.firm: {error}"
            ) from error
        if firm is None:
            return
        last = firm.applicant_id
        yield firm


def _request(firm: Firm, line: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "customer_kind": firm.party.kind,
        "region_code": firm.region_code,
        "industry_section": firm.industry_section,
        "term_months": firm.term_months,
    }
    if line.get(ESTABLISHED):
        found["established_on"] = iso_date(line[ESTABLISHED])
    if line.get(AMOUNT):
        found["amount_fen"] = firm.amount.minor
    return found


def _outcome(prefix: str, firm_id: str, line: Mapping[str, str]) -> bool | None:
    text = line.get(OUTCOME, "")
    if text not in OUTCOMES:
        raise PopulationNotReadable(
            f"{prefix}enterprises, {firm_id}: field {OUTCOME}: rule data.outcome: 是, 否 or empty"
        )
    return OUTCOMES[text]


def _lines(folder: Path, prefix: str) -> dict[str, dict[str, str]]:
    """The cells of the enterprises file by firm; `FirmFolder` says what is wrong with them."""
    path = next(p for p in _places(folder, prefix) if p.exists())
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        rows = csv.DictReader(io.StringIO(text))
        cells = (
            {(key or "").strip(): str(cell or "").strip() for key, cell in row.items()}
            for row in rows
        )
        return {row.get(FIRM_ID, ""): row for row in cells}
    raise PopulationNotReadable(f"{path}: rule data.encoding: neither UTF-8 nor GB18030")


def _prefixes(folder: Path) -> tuple[str, ...]:
    if any(place.exists() for place in _places(folder, "")):
        return ("",)
    return tuple(one for one in CONTEST if any(p.exists() for p in _places(folder, one)))


def _places(folder: Path, prefix: str) -> list[Path]:
    return [folder / f"{prefix}enterprises{ending}" for ending in ENDINGS]
