"""What a bank brings to an archive of decisions in CSV: outcomes, reviews, groups of customers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, get_args

from puhui.contracts.risk import LoanResult, ReviewOutcome
from risk.domain.errors import OutcomeRefused
from risk.domain.monitoring.fairness import Groups
from risk.domain.monitoring.outcome import Outcome, checked, succeeding
from risk.domain.monitoring.rates import Reviewed
from risk.domain.monitoring.scored import CollectedDecision

OUTCOME_COLUMNS: Final = ("application_id", "result", "known_on")
REVIEW_COLUMNS: Final = ("decision_id", "outcome")
CUSTOMER: Final = "customer_id"
ISO_DATE_LENGTH: Final = 10
Row = tuple[int, Mapping[str, str]]
"""A line's number in the file, and its cells by column."""


class FileNotUsable(Exception):
    """A file that cannot be used: the message names file, line, field and rule."""


def read_outcomes(path: Path, decisions: Iterable[CollectedDecision]) -> tuple[Outcome, ...]:
    """Join outcomes with the last decision about each application, as `record-outcome` does.

    Told twice counts once, and bad stays bad. An application that nobody decided on is refused.
    """
    ordered = sorted(decisions, key=lambda one: (one.as_of, one.decided_on, one.decision_id))
    last = {one.application_id: one for one in ordered}
    found: dict[str, Outcome] = {}
    for line, row in _rows(path, OUTCOME_COLUMNS):
        fresh = _outcome(path, line, row, last)
        known = found.get(fresh.application_id)
        found[fresh.application_id] = fresh if known is None else succeeding(known, fresh)
    return tuple(found.values())


def read_reviews(path: Path) -> Reviewed:
    """What people decided on review, by decision."""
    return {
        row["decision_id"]: _one_of(ReviewOutcome, path, line, "outcome", row)
        for line, row in _rows(path, REVIEW_COLUMNS)
    }


def read_groups(path: Path) -> Groups:
    """Groups of pseudonymous customers: `customer_id`, and a column for each attribute."""
    groups: dict[str, dict[str, str]] = {}
    for _, row in _rows(path, (CUSTOMER,)):
        for attribute, group in row.items():
            if attribute != CUSTOMER and group:
                groups.setdefault(attribute, {})[row[CUSTOMER]] = group
    if not groups:
        raise FileNotUsable(f"{path}: rule columns: there is no attribute beside {CUSTOMER}")
    return groups


def _outcome(
    path: Path, line: int, row: Mapping[str, str], last: Mapping[str, CollectedDecision]
) -> Outcome:
    decision = last.get(row["application_id"])
    if decision is None:
        raise _unusable(path, line, "application_id", "nobody decided on it")
    try:
        return checked(
            Outcome(
                application_id=decision.application_id,
                decision_id=decision.decision_id,
                decided_as_of=decision.as_of,
                result=_one_of(LoanResult, path, line, "result", row),
                known_on=_day(path, line, row["known_on"]),
                scores=decision.scores,
            )
        )
    except OutcomeRefused as error:
        raise _unusable(path, line, "known_on", error.message) from error


def _one_of(choices: Any, path: Path, line: int, field: str, row: Mapping[str, str]) -> Any:
    """A cell that is one of a contract's words."""
    allowed = get_args(choices)
    if row[field] not in allowed:
        raise _unusable(path, line, field, f"must be one of {', '.join(allowed)}")
    return row[field]


def _day(path: Path, line: int, text: str) -> date:
    try:
        if len(text) != ISO_DATE_LENGTH:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise _unusable(path, line, "known_on", "must be a date like 2026-08-01") from error


def _rows(path: Path, columns: Iterable[str]) -> Iterator[Row]:
    """The rows of a file that has these columns and, but for groups, may have more."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            lacking = [name for name in columns if name not in (reader.fieldnames or ())]
            if lacking:
                raise FileNotUsable(f"{path}: rule columns: {', '.join(lacking)} is missing")
            for row in reader:
                cells = {name: (cell or "").strip() for name, cell in row.items() if name}
                yield reader.line_num, cells
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileNotUsable(f"{path} cannot be read as CSV in UTF-8: {error}") from error


def _unusable(path: Path, line: int, field: str, rule: str) -> FileNotUsable:
    return FileNotUsable(f"{path}: line {line}: {field}: {rule}")
