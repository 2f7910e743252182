"""Take rail file (对账文件处理): every line once, what is wrong listed, resumable anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.errors import Conflict, StaleVersion, UpstreamUnavailable
from puhui.tenancy import BankId
from servicing.domain.rail.errors import RailFileExists, RailFileNotFound, RailPaymentMismatch
from servicing.domain.rail.files import FileState, RailFile, delivered
from servicing.domain.rail.payment import Channel, Heard
from servicing.domain.rail.statement_file import (
    Direction,
    LineProblem,
    StatementFile,
    StatementLine,
    parse_statement,
)
from servicing.rail_ports import FileStore, RailFiles
from servicing.usecases.take_rail_payment import TakeRailPayment

LINES_BETWEEN_NOTES: Final = 100
"""A run that died takes at most so many lines again; each of them has its one effect anyway."""
MAX_PROBLEMS: Final = 1_000

OutOfTime = Callable[[], bool]
"""Whether so little time is left that the run should stop at a line's end."""


@dataclass(frozen=True)
class KeepRailFile:
    """Keep a delivered file as it came; it is read from the bucket, like one put there directly."""

    store: FileStore

    def __call__(self, content: bytes) -> str:
        """The key under which it lies; the same file again lies there already."""
        return self.store.keep(content)


@dataclass(frozen=True)
class TakeRailFile:
    """Read a file from the bucket and take the money of its lines."""

    store: FileStore
    files: RailFiles
    take: TakeRailPayment

    def __call__(self, object_key: str, out_of_time: OutOfTime = lambda: False) -> RailFile:
        """The file as it stands.

        Raises RailFileRefused (not whole), RailFileConflict (another file of this version), and
        UpstreamUnavailable when time runs out: the next run goes on.
        """
        statement = parse_statement(self.store.read(object_key))
        file = self._begun(statement, object_key)
        if file.state is not FileState.READING:
            return file
        return self._taken(file, statement, out_of_time)

    def _begun(self, statement: StatementFile, object_key: str) -> RailFile:
        newest = self.files.newest(statement.bank_id, statement.business_date)
        begun = delivered(statement, object_key, newest.file_version if newest else 0)
        try:
            return self.files.add(begun)
        except RailFileExists:
            known = self.files.get(
                statement.bank_id, statement.business_date, statement.file_version
            )
            if known is None:
                raise StaleVersion("the file is being written") from None
            return known.same_as(statement.sha256)

    def _taken(self, file: RailFile, statement: StatementFile, out_of_time: OutOfTime) -> RailFile:
        repeated = _repeated_lines(statement)
        left = [line for line in statement.lines if line.line >= file.next_line]
        for count, line in enumerate(left, start=1):
            problem = self._problem_of(statement, line, repeated)
            if problem is not None and problem not in file.problems:
                file = file.reached(file.next_line, (*file.problems, problem)[:MAX_PROBLEMS])
            if count % LINES_BETWEEN_NOTES == 0 or out_of_time():
                file = self.files.save(file.reached(line.line + 1, file.problems))
                if out_of_time():
                    raise UpstreamUnavailable("no time left for the rest of the file")
        return self.files.save(file.finished())

    def _problem_of(
        self, statement: StatementFile, line: StatementLine, repeated: frozenset[int]
    ) -> LineProblem | None:
        """Take the money of a line that brings some; say what is wrong with it."""
        if line.line in repeated:
            return LineProblem(line=line.line, field="serial_no", rule="line.repeated")
        if line.direction is Direction.OUT:
            return None
        try:
            self.take(
                Heard(
                    bank_id=statement.bank_id,
                    serial_no=line.serial_no,
                    amount=line.amount,
                    reference=line.reference,
                    booked_on=statement.business_date,
                    channel=Channel.FILE,
                )
            )
        except RailPaymentMismatch:
            return LineProblem(line=line.line, field="serial_no", rule="rail.serial_no")
        except StaleVersion:
            raise
        except Conflict as conflict:
            rule = conflict.rule or conflict.code
            return LineProblem(line=line.line, field=conflict.field or "serial_no", rule=rule)
        return None


@dataclass(frozen=True)
class ReadRailFile:
    """Show the newest file of a day."""

    files: RailFiles

    def __call__(self, bank: BankId, on: date) -> RailFile:
        """The file; raises RailFileNotFound."""
        newest = self.files.newest(bank, on)
        if newest is None:
            raise RailFileNotFound(f"no file of {on} came", field="day")
        return newest


def _repeated_lines(statement: StatementFile) -> frozenset[int]:
    """Lines whose serial number stood on an earlier line; the first of them counts."""
    seen: set[tuple[Direction, str]] = set()
    again: set[int] = set()
    for line in statement.lines:
        key = (line.direction, line.serial_no)
        if key in seen:
            again.add(line.line)
        seen.add(key)
    return frozenset(again)
