"""A delivered daily file and how far it was read: a run that dies goes on where it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from puhui.tenancy import BankId
from servicing.domain.rail.errors import RailFileConflict
from servicing.domain.rail.statement_file import LineProblem, StatementFile


class FileState(StrEnum):
    """Where a file stands."""

    READING = "reading"
    READ = "read"
    SUPERSEDED = "superseded"


FILE_STATE_NAMES: Final[Mapping[FileState, str]] = {
    FileState.READING: "处理中",
    FileState.READ: "已处理",
    FileState.SUPERSEDED: "已被更正文件取代",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RailFile:
    """One version of a day's file; `next_line` is the first line that is not yet taken."""

    bank_id: BankId
    business_date: date
    file_version: int
    sha256: str
    object_key: str
    lines: int
    state: FileState = FileState.READING
    next_line: int = 1
    problems: tuple[LineProblem, ...] = ()
    version: int = 0

    def same_as(self, sha256: str) -> RailFile:
        """This file, if that is what came again."""
        if self.sha256 != sha256:
            raise RailFileConflict(field="header.file_version", rule="file.version")
        return self

    def reached(self, next_line: int, problems: tuple[LineProblem, ...]) -> RailFile:
        """The file after some more of its lines."""
        return replace(self, next_line=next_line, problems=problems)

    def finished(self) -> RailFile:
        """The file after its last line."""
        return replace(self, state=FileState.READ)


def delivered(statement: StatementFile, object_key: str, newest: int) -> RailFile:
    """The file as it begins; one that comes after a newer version is kept and not read."""
    superseded = statement.file_version < newest
    return RailFile(
        bank_id=statement.bank_id,
        business_date=statement.business_date,
        file_version=statement.file_version,
        sha256=statement.sha256,
        object_key=object_key,
        lines=len(statement.lines) + len(statement.problems),
        state=FileState.SUPERSEDED if superseded else FileState.READING,
        problems=statement.problems,
    )
