"""Bills, shares, reconciliations and disputes as the API answers them; amounts are 分."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from extdata.domain.bill import DIMENSION_NAMES, LINE_NAMES, BillLine, Dimension, MonthBill
from extdata.domain.dispute import DISPUTE_NAMES, Dispute, export_rows, yuan_text
from extdata.domain.dispute_page import DisputePage, page_of
from extdata.domain.reconciliation import Reconciliation
from puhui.clock import utc_text
from puhui.contracts.common import Contract as Schema

MAX_SHARES: Final = 200
"""Largest shares of one dimension in an answer; the rest is one number."""


class BillLineView(Schema):
    """One amount of a bill."""

    kind: str
    kind_name: str
    provider_id: str
    connector_id: str
    of_month: str
    price_from: str | None
    tier: int | None
    unit_yuan: str | None
    count: int
    amount_fen: int

    @classmethod
    def of(cls, line: BillLine) -> BillLineView:
        """Show a line."""
        return cls(kind_name=LINE_NAMES[line.kind], **line.to_mapping())


class ProviderBillView(Schema):
    """What one provider costs."""

    provider_id: str
    calls: int
    billable: int
    amount_fen: int

    @classmethod
    def of(cls, bill: MonthBill, provider_id: str) -> ProviderBillView:
        """Count and add up one provider's calls."""
        its = [cost for cost in bill.costs if cost.provider_id == provider_id and cost.request_no]
        return cls(
            provider_id=provider_id,
            calls=len(its),
            billable=sum(1 for cost in its if cost.line is not None),
            amount_fen=bill.total_of(provider_id),
        )


class ShareView(Schema):
    """What one branch, product, application or caller costs; an empty key is nobody."""

    key: str
    amount_fen: int


class SharesView(Schema):
    """The bill divided by one dimension (成本分摊); the parts and the rest are the whole."""

    dimension: str
    dimension_name: str
    items: tuple[ShareView, ...]
    others: int
    others_fen: int

    @classmethod
    def of(cls, bill: MonthBill, dimension: Dimension) -> SharesView:
        """The largest shares first."""
        shares = sorted(bill.shared_by(dimension).items(), key=lambda one: (-one[1], one[0]))
        rest = shares[MAX_SHARES:]
        return cls(
            dimension=dimension,
            dimension_name=DIMENSION_NAMES[dimension],
            items=tuple(ShareView(key=key, amount_fen=fen) for key, fen in shares[:MAX_SHARES]),
            others=len(rest),
            others_fen=sum(fen for _, fen in rest),
        )


class BillView(Schema):
    """A month's bill (月度账单), closed or as it stands so far."""

    month: str
    closed: bool
    closed_at: str | None
    sha256: str
    total_fen: int
    calls: int
    uncertain_calls: int
    """Calls of which nobody knows whether the provider bills them; not in the total."""
    providers: tuple[ProviderBillView, ...]
    lines: tuple[BillLineView, ...]
    shares: tuple[SharesView, ...]

    @classmethod
    def of(cls, bill: MonthBill) -> BillView:
        """Show a bill."""
        return cls(
            month=bill.month,
            closed=bill.closed_at is not None,
            closed_at=None if bill.closed_at is None else utc_text(bill.closed_at),
            sha256=bill.sha256,
            total_fen=bill.total_fen,
            calls=sum(1 for cost in bill.costs if cost.request_no),
            uncertain_calls=len(bill.uncertain()),
            providers=tuple(ProviderBillView.of(bill, one) for one in bill.providers),
            lines=tuple(BillLineView.of(line) for line in bill.lines),
            shares=tuple(SharesView.of(bill, dimension) for dimension in DIMENSION_NAMES),
        )


class DisputeView(Schema):
    """One difference, with whose it is and how long it has been open."""

    kind: str
    kind_name: str
    connector_id: str
    request_no: str
    line: int | None
    ours_unit_yuan: str | None
    theirs_unit_yuan: str | None
    ours_yuan: str
    theirs_yuan: str
    difference_yuan: str
    """What they want more; it may have parts of a 分."""
    amount_fen: int
    owner: str
    opened_on: str
    age_days: int

    @classmethod
    def of(cls, one: Dispute, on: date) -> DisputeView:
        """Show a dispute."""
        return cls(
            kind=one.kind,
            kind_name=DISPUTE_NAMES[one.kind],
            connector_id=one.connector_id,
            request_no=one.request_no,
            line=one.line,
            ours_unit_yuan=yuan_text(one.ours_unit_yuan),
            theirs_unit_yuan=yuan_text(one.theirs_unit_yuan),
            ours_yuan=format(one.ours_yuan, "f"),
            theirs_yuan=format(one.theirs_yuan, "f"),
            difference_yuan=format(one.amount_yuan, "f"),
            amount_fen=one.amount_fen,
            owner=one.owner,
            opened_on=one.opened_on.isoformat(),
            age_days=one.age_days(on),
        )


class ReconciliationView(Schema):
    """How a provider's statement and our bill stand to each other."""

    provider_id: str
    month: str
    bill_sha256: str
    statement_sha256: str | None
    matched: int
    our_fen: int
    their_fen: int
    acknowledged_fen: int
    """What of the statement is payable (应付)."""
    gap_fen: int
    disputed: int
    disputed_fen: int
    disputes: tuple[DisputeView, ...]
    """One page; all of them are counted in `disputed` and `disputed_fen`."""
    left_out: int
    """Disputes after these."""
    cursor: str | None
    """Where the next page begins."""

    @classmethod
    def of(cls, found: Reconciliation, page: DisputePage, on: date) -> ReconciliationView:
        """Show a reconciliation with a page of its disputes."""
        return cls(
            provider_id=found.provider_id,
            month=found.month,
            bill_sha256=found.bill_sha256,
            statement_sha256=found.statement_sha256,
            matched=found.matched,
            our_fen=found.our_fen,
            their_fen=found.their_fen,
            acknowledged_fen=found.acknowledged_fen,
            gap_fen=found.gap_fen,
            disputed=len(found.disputes),
            disputed_fen=sum(one.amount_fen for one in found.disputes),
            disputes=tuple(DisputeView.of(one, on) for one in page.disputes),
            left_out=page.left_out,
            cursor=page.cursor,
        )


class ReconciliationList(Schema):
    """Every provider of a month, without the single disputes: `cursor` is where they begin."""

    items: tuple[ReconciliationView, ...]

    @classmethod
    def of(cls, found: Iterable[Reconciliation], on: date) -> ReconciliationList:
        """Show the sums."""
        return cls(
            items=tuple(ReconciliationView.of(one, page_of(one, None, 0), on) for one in found)
        )


class DisputeRows(Schema):
    """A page of the dispute list (差异清单) for a spreadsheet, which runs no cell as a formula."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int
    """Rows after these."""
    cursor: str | None
    """Where the next page begins."""

    @classmethod
    def of(cls, page: DisputePage, on: date) -> DisputeRows:
        """The rows of a page."""
        heading, *rows = export_rows(page.disputes, on)
        return cls(
            heading=tuple(heading),
            rows=tuple(tuple(row) for row in rows),
            left_out=page.left_out,
            cursor=page.cursor,
        )
