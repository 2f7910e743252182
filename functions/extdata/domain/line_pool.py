"""How many calls of each bill line a statement has not claimed yet, and what was acknowledged."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from extdata.domain.bill import BillLine
from extdata.domain.price import to_fen
from extdata.domain.statement import StatementRow


class LinePool:
    """The usage and package lines of one provider, each with as many calls as were billed."""

    def __init__(self, lines: Mapping[int, BillLine]) -> None:
        self._lines = lines
        self._left = {index: line.count for index, line in lines.items()}
        self._agreed: dict[int, Decimal] = {}

    def take_at(self, index: int, row: StatementRow) -> bool:
        """Claim a call of one line if the row has its price and one is left."""
        unit = self._unit(index)
        charged = row.charged or not unit
        if not self._left[index] or not charged or (row.unit_yuan, row.amount_yuan) != (unit, unit):
            return False
        self._left[index] -= 1
        self.acknowledge(index, unit)
        return True

    def take_like(self, connector_id: str, row: StatementRow) -> bool:
        """Claim a call of any line of the connector that has the row's price."""
        return any(self.take_at(index, row) for index in self._of(connector_id))

    def take_any(self, connector_id: str, own: int) -> tuple[int, Decimal]:
        """Use up a call of its own line, or else of the first that has one left; at what price.

        Lines have as many calls as the connector has billable ones, so one is always left.
        """
        index = next(one for one in (own, *self._of(connector_id)) if self._left[one])
        self._left[index] -= 1
        return index, self._unit(index)

    def acknowledge(self, index: int, amount_yuan: Decimal) -> None:
        """Add to what we owe of a line."""
        self._agreed[index] = self._agreed.get(index, Decimal(0)) + amount_yuan

    def acknowledged_fen(self) -> int:
        """Each line is rounded once, as in the bill."""
        return sum(to_fen(amount) for amount in self._agreed.values())

    def _of(self, connector_id: str) -> list[int]:
        return [i for i, line in self._lines.items() if line.connector_id == connector_id]

    def _unit(self, index: int) -> Decimal:
        return self._lines[index].unit_yuan or Decimal(0)
