"""The report of a closed day: its partitions merged, and what has left the balance sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce

from puhui.tenancy import BankId
from servicing.domain.end_of_day.errors import PartitionsMissing
from servicing.domain.end_of_day.tally import NOTHING_COUNTED, DayTally


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionReport:
    """The figures of one partition at the end of a day."""

    partition: int
    tally: DayTally


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfDay:
    """A closed day."""

    bank_id: BankId
    day: date
    run_id: str
    attempts: int
    closed_at: datetime
    tally: DayTally
    ended: int | None
    """Loans that left the balance sheet on the day, settled or written off; None on the first."""


def merged(partitions: Mapping[int, PartitionReport], expected: int) -> DayTally:
    """The figures of all partitions; raises PartitionsMissing where one has none."""
    missing = sorted(set(range(expected)) - partitions.keys())
    if missing:
        raise PartitionsMissing(
            f"no report of partitions {missing[:10]}", field="partition", rule="end_of_day.whole"
        )
    return reduce(DayTally.plus, (one.tally for one in partitions.values()), NOTHING_COUNTED)


def ended_on(before: EndOfDay | None, tally: DayTally) -> int | None:
    """结清与核销笔数: what was there, and what was booked, less what is left.

    It needs no counting while loans end, so a restart cannot lose one. It can be negative only
    where a loan was booked back-dated, after its day was closed.
    """
    return None if before is None else before.tally.loans + tally.booked - tally.loans
