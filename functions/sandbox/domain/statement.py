"""The daily file (对账文件) of the simulated core bank, right or with planned mistakes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from puhui.contracts.servicing_rail import FILE_ENCODING, FILE_FORMAT
from puhui.money import Money

Direction = Literal["in", "out"]
DIRECTIONS: Final[tuple[Direction, ...]] = ("in", "out")
MistakeKind = Literal["missing", "one_cent", "duplicated", "unknown", "garbled"]
UNKNOWN_AMOUNT: Final = Money(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One payment that stands at the end of the day."""

    direction: Direction
    serial_no: str
    amount: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What is wrong with the line of one serial number.

    `missing`: it is left out · `one_cent`: 1 分 too much · `duplicated`: it stands twice ·
    `unknown`: a line of 1 yuan that no payment stands behind · `garbled`: its amount has a letter.
    """

    kind: MistakeKind
    serial_no: str


def statement(
    bank_id: str,
    on: date,
    file_version: int,
    journal: Iterable[JournalLine],
    mistakes: Sequence[Mistake] = (),
) -> bytes:
    """Write the file; its counts, sums and hash are those of what it holds, mistakes included."""
    lines = with_mistakes(sorted(journal, key=lambda one: (one.direction, one.serial_no)), mistakes)
    garbled = {one.serial_no for one in mistakes if one.kind == "garbled"}
    rows = [f"H,{FILE_FORMAT},{bank_id},{on.isoformat()},{file_version}"]
    rows += [_row(number, line, garbled) for number, line in enumerate(lines, start=1)]
    head = "".join(f"{row}\n" for row in rows).encode(FILE_ENCODING)
    sums = [part for direction in DIRECTIONS for part in _sum(lines, direction)]
    digest = hashlib.sha256(head).hexdigest()
    return head + f"T,{len(lines)},{','.join(sums)},{digest}\n".encode(FILE_ENCODING)


def with_mistakes(lines: Sequence[JournalLine], mistakes: Sequence[Mistake]) -> list[JournalLine]:
    """The lines with the planned mistakes in them."""
    result = list(lines)
    for mistake in mistakes:
        result = _with_mistake(result, mistake)
    return result


def _with_mistake(lines: list[JournalLine], mistake: Mistake) -> list[JournalLine]:
    own = [line for line in lines if line.serial_no == mistake.serial_no]
    match mistake.kind:
        case "missing":
            return [line for line in lines if line not in own]
        case "one_cent":
            return [
                replace(line, amount=line.amount + Money(1)) if line in own else line
                for line in lines
            ]
        case "duplicated":
            return [*lines, *own]
        case "unknown":
            unknown = JournalLine(
                direction="in",
                serial_no=mistake.serial_no,
                amount=UNKNOWN_AMOUNT,
                reference="unknown",
            )
            return [*lines, unknown]
        case "garbled":
            return lines


def _row(number: int, line: JournalLine, garbled: set[str]) -> str:
    amount = f"{line.amount.yuan:.2f}"
    if line.serial_no in garbled:
        amount = f"{amount}x"
    return f"D,{number},{line.direction},{line.serial_no},{amount},{line.reference}"


def _sum(lines: Sequence[JournalLine], direction: Direction) -> tuple[str, str]:
    own = [line.amount for line in lines if line.direction == direction]
    return str(len(own)), f"{Money.total(own).yuan:.2f}"
