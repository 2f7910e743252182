"""What a reconciliation finds (对账差错): each with its kind, the three amounts, owner and age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from puhui.money import Money
from servicing.domain.rail.statement_file import Direction

NOTHING: Final = Money(0)


class DifferenceKind(StrEnum):
    """Which of ledger, rail and loans do not agree, and how."""

    ONLY_IN_RAIL = "only_in_rail"
    ONLY_IN_LEDGER = "only_in_ledger"
    ONLY_IN_LOANS = "only_in_loans"
    NOT_IN_RAIL = "not_in_rail"
    NOT_IN_LEDGER = "not_in_ledger"
    NOT_IN_LOANS = "not_in_loans"
    AMOUNT_DIFFERS = "amount_differs"
    DUPLICATED_SERIAL = "duplicated_serial"
    UNREADABLE_LINE = "unreadable_line"
    MISSING_FILE = "missing_file"


KIND_NAMES: Final[Mapping[DifferenceKind, str]] = {
    DifferenceKind.ONLY_IN_RAIL: "通道有、账务与贷款均无",
    DifferenceKind.ONLY_IN_LEDGER: "账务有、通道与贷款均无",
    DifferenceKind.ONLY_IN_LOANS: "贷款有、通道与账务均无",
    DifferenceKind.NOT_IN_RAIL: "账务与贷款有、通道无",
    DifferenceKind.NOT_IN_LEDGER: "通道与贷款有、账务无",
    DifferenceKind.NOT_IN_LOANS: "通道与账务有、贷款无",
    DifferenceKind.AMOUNT_DIFFERS: "金额不符",
    DifferenceKind.DUPLICATED_SERIAL: "流水号重复",
    DifferenceKind.UNREADABLE_LINE: "对账文件行无法读取",
    DifferenceKind.MISSING_FILE: "对账文件缺失",
}
OWNERS: Final[Mapping[DifferenceKind, str]] = {
    **dict.fromkeys(DifferenceKind, "finance"),
    DifferenceKind.MISSING_FILE: "operator",
    DifferenceKind.UNREADABLE_LINE: "operator",
}
"""The role that clears a kind up: money is finance's, files are the operators'."""
BY_PRESENCE: Final[Mapping[tuple[bool, bool, bool], DifferenceKind]] = {
    (True, False, False): DifferenceKind.ONLY_IN_RAIL,
    (False, True, False): DifferenceKind.ONLY_IN_LEDGER,
    (False, False, True): DifferenceKind.ONLY_IN_LOANS,
    (False, True, True): DifferenceKind.NOT_IN_RAIL,
    (True, False, True): DifferenceKind.NOT_IN_LEDGER,
    (True, True, False): DifferenceKind.NOT_IN_LOANS,
    (True, True, True): DifferenceKind.AMOUNT_DIFFERS,
}
"""Rail, ledger, loans: who knows of the serial number at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What the three sides say of one serial number; signed, a reversal takes away."""

    rail: Money = NOTHING
    ledger: Money = NOTHING
    loans: Money = NOTHING

    def plus(self, other: Amounts) -> Amounts:
        """Two days' amounts of one serial number together."""
        return Amounts(
            rail=self.rail + other.rail,
            ledger=self.ledger + other.ledger,
            loans=self.loans + other.loans,
        )

    @property
    def agree(self) -> bool:
        """Whether all three are the same to the 分."""
        return self.rail == self.ledger == self.loans

    @property
    def books_agree(self) -> bool:
        """Whether ledger and loans are the same; all that can be said without a file."""
        return self.ledger == self.loans

    @property
    def kind(self) -> DifferenceKind:
        """The kind of their disagreement."""
        present = (not self.rail.is_zero, not self.ledger.is_zero, not self.loans.is_zero)
        return BY_PRESENCE[present]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One line of the difference list; open until the three sides agree."""

    kind: DifferenceKind
    since: date
    direction: Direction | None = None
    serial_no: str | None = None
    amounts: Amounts = Amounts()
    detail: str = ""

    @property
    def owner(self) -> str:
        """The role that clears it up."""
        return OWNERS[self.kind]

    def days_open(self, on: date) -> int:
        """Its age on a day; 0 on the day on which it appeared."""
        return (on - self.since).days

    @property
    def of_a_serial(self) -> bool:
        """Whether it is about one payment, not about a file."""
        return self.serial_no is not None

    def place(self) -> tuple[str, str, str, str, str]:
        """The order of the list: oldest first, then kind, direction and number."""
        direction = self.direction.value if self.direction else ""
        return (
            self.since.isoformat(), self.kind.value, direction, self.serial_no or "", self.detail,
        )  # fmt: skip
