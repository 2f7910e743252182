"""Three-way reconciliation (三方对账): our call log, the price list, the provider's statement.

The bill is the first two of the three. Every row of the statement is acknowledged up to what we
owe for it, or disputed; nothing is corrected by itself. Which calls fall into a cheaper tier or a
package depends on their order, and a provider's clock differs from ours by milliseconds; so a row
agrees when its price is that of any line of the connector with calls left, whichever call it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from extdata.domain.bill import EventCost, MonthBill
from extdata.domain.dispute import Dispute, DisputeKind
from extdata.domain.line_pool import LinePool
from extdata.domain.price import to_fen
from extdata.domain.statement import Statement, StatementRow

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The result for one provider and month."""

    bank_id: str
    provider_id: str
    month: str
    bill_sha256: str
    statement_sha256: str | None
    matched: int
    """Rows of calls and fees that agree in everything."""
    our_fen: int
    """Our bill of the month, corrections of earlier months aside."""
    their_fen: int
    """What the statement's total line says."""
    acknowledged_fen: int
    """What of their statement we owe: payable (应付)."""
    disputes: tuple[Dispute, ...]

    @property
    def gap_fen(self) -> int:
        """What we think we owe and they did not bill; 0 when all that is undisputed agrees."""
        return self.our_fen - self.acknowledged_fen

    @property
    def clean(self) -> bool:
        """Nothing to dispute and no gap."""
        return not self.disputes and self.gap_fen == 0


def reconcile(
    bill: MonthBill,
    statement: Statement | None,
    *,
    provider_id: str,
    late: frozenset[str] = frozenset(),
    opened_on: date,
) -> Reconciliation:
    """Match by request number; `late` are calls that we logged after the month was closed."""
    work = _Matching(bill, provider_id, late, opened_on)
    if statement is None:
        if work.our_fen:
            work.dispute("statement_missing", ours=_yuan(work.our_fen))
    else:
        for row in statement.rows:
            work.take(row)
        work.finish(statement)
    return Reconciliation(
        bank_id=bill.bank_id,
        provider_id=provider_id,
        month=bill.month,
        bill_sha256=bill.sha256,
        statement_sha256=None if statement is None else statement.sha256,
        matched=work.matched,
        our_fen=work.our_fen,
        their_fen=0 if statement is None else to_fen(statement.total_yuan),
        acknowledged_fen=work.acknowledged_fen(),
        disputes=tuple(work.disputes),
    )


class _Matching:
    """The state of one run over a statement."""

    def __init__(
        self, bill: MonthBill, provider_id: str, late: frozenset[str], opened_on: date
    ) -> None:
        self._late = late
        self._opened_on = opened_on
        self._calls: dict[str, EventCost] = {
            cost.request_no: cost
            for cost in bill.costs
            if cost.provider_id == provider_id and cost.of_month == bill.month and cost.request_no
        }
        own = [
            (index, line)
            for index, line in enumerate(bill.lines)
            if line.provider_id == provider_id and line.kind != "correction"
        ]
        self._lines = LinePool({i: line for i, line in own if line.kind != "minimum"})
        self._fees = {
            (line.connector_id, str(line.kind)): line.amount_fen
            for _, line in own
            if line.kind in ("package", "minimum")
        }
        self._seen: set[str] = set()
        self._open: list[tuple[StatementRow, EventCost, int]] = []
        self._fees_fen = 0
        self.our_fen = sum(line.amount_fen for _, line in own)
        self.matched = 0
        self.disputes: list[Dispute] = []

    def take(self, row: StatementRow) -> None:
        """Match one row."""
        if row.fee is not None:
            self._take_fee(row, row.fee)
            return
        if row.request_no in self._seen:
            self._of_row("duplicate", row)
            return
        self._seen.add(row.request_no)
        cost = self._calls.get(row.request_no)
        if cost is None:
            self._of_row("late" if row.request_no in self._late else "they_only", row)
        elif cost.connector_id != row.connector_id:
            self._of_row("connector_differs", row, cost)
        elif cost.line is None:
            self._take_free(row, cost)
        else:
            self._take_charged(row, cost, cost.line)

    def finish(self, statement: Statement) -> None:
        """Rows at the price of another call, what the statement lacks, and whether it adds up."""
        unlike = [one for one in self._open if not self._take_pooled(*one)]
        for row, cost, line in unlike:
            self._take_unlike(row, cost, line)
        for request_no, cost in self._calls.items():
            if request_no not in self._seen and cost.line is not None:
                _, ours = self._lines.take_any(cost.connector_id, cost.line)
                if ours:
                    self.dispute(
                        "we_only",
                        connector_id=cost.connector_id,
                        request_no=request_no,
                        ours=ours,
                        units=(ours, None),
                    )
        for (connector_id, _), fee in self._fees.items():
            self.dispute("fee_differs", connector_id=connector_id, ours=_yuan(fee))
        added = sum((row.amount_yuan for row in statement.rows), ZERO)
        if to_fen(added) != to_fen(statement.total_yuan):
            self.dispute("total_line_wrong", ours=added, theirs=statement.total_yuan)

    def acknowledged_fen(self) -> int:
        """Each line of ours is rounded once, as in the bill; fees are whole 分 already."""
        return self._fees_fen + self._lines.acknowledged_fen()

    def _take_free(self, row: StatementRow, cost: EventCost) -> None:
        """A call that costs nothing by our contract, or of which nobody knows."""
        if not row.charged and not row.amount_yuan:
            self.matched += 1
        else:
            kind: DisputeKind = "uncertain" if cost.charge == "uncertain" else "charged_but_free"
            self._of_row(kind, row, cost)

    def _take_charged(self, row: StatementRow, cost: EventCost, line: int) -> None:
        """A row at the price of its own call agrees at once; others wait for what is left."""
        if self._lines.take_at(line, row):
            self.matched += 1
        else:
            self._open.append((row, cost, line))

    def _take_pooled(self, row: StatementRow, cost: EventCost, _: int) -> bool:
        """A row at the price of a line that still has calls agrees, whichever call it is."""
        found = self._lines.take_like(cost.connector_id, row)
        self.matched += found
        return found

    def _take_unlike(self, row: StatementRow, cost: EventCost, line: int) -> None:
        """Acknowledge up to the unit price that is left for it; the difference is in dispute."""
        place, ours = self._lines.take_any(cost.connector_id, line)
        self._lines.acknowledge(place, min(ours, max(row.amount_yuan, ZERO)))
        kind: DisputeKind = "they_free" if not row.charged and ours else "price_differs"
        self.dispute(
            kind,
            connector_id=row.connector_id,
            request_no=row.request_no,
            line=row.line,
            ours=ours,
            theirs=row.amount_yuan,
            units=(ours, row.unit_yuan),
        )

    def _take_fee(self, row: StatementRow, kind: str) -> None:
        ours = self._fees.pop((row.connector_id, kind), None)
        theirs = row.amount_yuan
        if ours is not None:
            self._fees_fen += min(ours, max(to_fen(theirs), 0))
        if ours is not None and _yuan(ours) == theirs:
            self.matched += 1
            return
        self.dispute(
            "fee_differs",
            connector_id=row.connector_id,
            line=row.line,
            ours=_yuan(ours or 0),
            theirs=theirs,
        )

    def _of_row(self, kind: DisputeKind, row: StatementRow, cost: EventCost | None = None) -> None:
        ours = None if cost is None else cost.unit_yuan
        if kind == "duplicate" and not row.amount_yuan:
            self.matched += 1  # a free call listed twice costs nothing
            return
        self.dispute(
            kind,
            connector_id=row.connector_id,
            request_no=row.request_no,
            line=row.line,
            ours=ours or ZERO,
            theirs=row.amount_yuan,
            units=(ours, row.unit_yuan),
        )

    def dispute(
        self,
        kind: DisputeKind,
        *,
        connector_id: str = "",
        request_no: str = "",
        line: int | None = None,
        ours: Decimal = ZERO,
        theirs: Decimal = ZERO,
        units: tuple[Decimal | None, Decimal | None] = (None, None),
    ) -> None:
        """Add one difference to the list."""
        self.disputes.append(
            Dispute(
                kind=kind,
                connector_id=connector_id,
                request_no=request_no,
                line=line,
                ours_yuan=ours,
                theirs_yuan=theirs,
                ours_unit_yuan=units[0],
                theirs_unit_yuan=units[1],
                opened_on=self._opened_on,
            )
        )


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)
