"""Daily files and results of reconciliation in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from puhui.clock import Clock
from puhui.contracts.servicing_rail import ReconciliationFinished
from puhui.dynamodb import dynamo_errors
from puhui.errors import NotFound
from puhui.events import Envelope
from puhui.money import Money
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId, bank_id
from servicing.adapters.commit import Committer, Put
from servicing.adapters.rail_rows import (
    RailFileRow,
    ReconciliationPartRow,
    ReconciliationRow,
    RowMovedOn,
    file_pk,
    file_sk,
    parts_pk,
    result_sk,
    results_pk,
)
from servicing.adapters.rows import ServicingOutboxRow
from servicing.domain.rail.errors import RailFileExists
from servicing.domain.rail.files import FileState, RailFile
from servicing.domain.rail.reconciliation import (
    Reconciliation,
    Totals,
    difference_of,
    difference_values,
)
from servicing.domain.rail.statement_file import Direction, LineProblem

DIFFERENCES_PER_PART: Final = 500
"""About 100 KB; a transaction holds 100 rows and 4 MB."""
FIRST_DAY: Final = "0"
LAST: Final = "~"


class DynamoRailFiles:
    """`servicing.rail_ports.RailFiles` on servicing's table."""

    def __init__(self, commit: Committer | None = None) -> None:
        self._commit = commit or Committer()

    def add(self, file: RailFile) -> RailFile:
        """One row for each version of a day."""
        self._commit([Put(row=_file_row(file), refused=RailFileExists)])
        return replace(file, version=1)

    def get(self, bank_id: BankId, on: date, file_version: int) -> RailFile | None:
        """One consistent read."""
        try:
            with dynamo_errors(missing=NotFound):
                return _file_of(
                    RailFileRow.get(
                        file_pk(bank_id, on), file_sk(file_version), consistent_read=True
                    )
                )
        except NotFound:
            return None

    def newest(self, bank_id: BankId, on: date) -> RailFile | None:
        """One consistent query, last version first."""
        with dynamo_errors():
            rows = RailFileRow.query(
                file_pk(bank_id, on), scan_index_forward=False, limit=1, consistent_read=True
            )
            return next((_file_of(row) for row in rows), None)

    def save(self, file: RailFile) -> RailFile:
        """One write under the version that was read."""
        row = _file_row(file).at_version(file.version)
        self._commit([Put(row=row, refused=RowMovedOn)])
        return replace(file, version=file.version + 1)


class DynamoReconciliations:
    """`servicing.rail_ports.Reconciliations` on servicing's table."""

    def __init__(self, clock: Clock, commit: Committer | None = None) -> None:
        self._clock = clock
        self._commit = commit or Committer()

    def latest(self, bank_id: BankId, on: date) -> Reconciliation | None:
        """The last version of the day."""
        return self._last(bank_id, result_sk(on, 0), on.isoformat() + LAST)

    def before(self, bank_id: BankId, on: date) -> Reconciliation | None:
        """The last version before the day's first."""
        return self._last(bank_id, FIRST_DAY, on.isoformat())

    def day_after(self, bank_id: BankId, on: date) -> date | None:
        """The first version of any later day names it."""
        with dynamo_errors():
            rows = ReconciliationRow.query(
                results_pk(bank_id),
                ReconciliationRow.sk > on.isoformat() + LAST,
                limit=1,
                consistent_read=True,
            )
            return next((row.on for row in rows), None)

    def add(self, result: Reconciliation, after: Reconciliation | None) -> Reconciliation:
        """One transaction: the head, its parts and the event."""
        stored = replace(result, version=(after.version if after else 0) + 1)
        events = outbox_rows(ServicingOutboxRow, [self._envelope(stored)])
        parts = list(_part_rows(stored))
        self._commit(
            [
                Put(row=_head_row(stored, len(parts)), refused=RowMovedOn),
                *(Put(row=row) for row in parts),
                *(Put(row=row) for row in events),
            ]
        )
        return stored

    def _last(self, bank_id: BankId, first: str, last: str) -> Reconciliation | None:
        with dynamo_errors():
            rows = ReconciliationRow.query(
                results_pk(bank_id),
                ReconciliationRow.sk.between(first, last),
                scan_index_forward=False,
                limit=1,
                consistent_read=True,
            )
            head = next(iter(rows), None)
            return None if head is None else self._whole(bank_id, head)

    @staticmethod
    def _whole(bank: BankId, head: ReconciliationRow) -> Reconciliation:
        version = int(head.result_version)
        parts: Sequence[ReconciliationPartRow] = ()
        if int(head.parts):
            pk = parts_pk(bank, head.on, version)
            parts = list(ReconciliationPartRow.query(pk, consistent_read=True))
        return Reconciliation(
            bank_id=bank,
            on=head.on,
            file_version=int(head.file_version),
            file_sha256=head.file_sha256,
            matched=int(head.matched),
            unverified=int(head.unverified),
            closed=int(head.closed),
            totals=tuple(_totals_of(values) for values in head.totals),
            differences=tuple(difference_of(one) for part in parts for one in part.differences),
            version=version,
        )

    def _envelope(self, result: Reconciliation) -> Envelope:
        finished = ReconciliationFinished(
            business_date=result.on,
            result_version=result.version,
            file_version=result.file_version,
            matched=result.matched,
            differences=len(result.differences),
            oldest_days=result.oldest_days,
            difference_fen=result.apart.minor,
        )
        subject = f"recon-{result.on.isoformat()}"
        return finished.envelope(
            bank_id=result.bank_id,
            subject=subject,
            correlation_id=subject,
            clock=self._clock,
            dedup=str(result.version),
        )


def _file_row(file: RailFile) -> RailFileRow:
    return RailFileRow(
        file_pk(file.bank_id, file.business_date),
        file_sk(file.file_version),
        bank_id=file.bank_id,
        business_date=file.business_date,
        file_version=file.file_version,
        sha256=file.sha256,
        object_key=file.object_key,
        lines=file.lines,
        state=file.state.value,
        next_line=file.next_line,
        problems=[[one.line, one.field, one.rule] for one in file.problems],
    )


def _file_of(row: RailFileRow) -> RailFile:
    return RailFile(
        bank_id=bank_id(row.bank_id),
        business_date=row.business_date,
        file_version=int(row.file_version),
        sha256=row.sha256,
        object_key=row.object_key,
        lines=int(row.lines),
        state=FileState(row.state),
        next_line=int(row.next_line),
        problems=tuple(
            LineProblem(line=line, field=field, rule=rule) for line, field, rule in row.problems
        ),
        version=int(row.version),
    )


def _head_row(result: Reconciliation, parts: int) -> ReconciliationRow:
    return ReconciliationRow(
        results_pk(result.bank_id),
        result_sk(result.on, result.version),
        on=result.on,
        result_version=result.version,
        file_version=result.file_version,
        file_sha256=result.file_sha256,
        matched=result.matched,
        unverified=result.unverified,
        closed=result.closed,
        totals=[
            [one.direction.value, one.rail.minor, one.ledger.minor, one.loans.minor]
            for one in result.totals
        ],
        parts=parts,
        content_sha256=result.content_sha256,
    )


def _totals_of(values: Sequence[str | int]) -> Totals:
    direction, rail, ledger, loans = values
    return Totals(
        direction=Direction(str(direction)),
        rail=Money(int(rail)),
        ledger=Money(int(ledger)),
        loans=Money(int(loans)),
    )


def _part_rows(result: Reconciliation) -> Iterator[ReconciliationPartRow]:
    pk = parts_pk(result.bank_id, result.on, result.version)
    for number, first in enumerate(range(0, len(result.differences), DIFFERENCES_PER_PART)):
        some = result.differences[first : first + DIFFERENCES_PER_PART]
        yield ReconciliationPartRow(
            pk, f"PART#{number:03d}", differences=[difference_values(one) for one in some]
        )
