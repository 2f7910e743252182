"""What the finance department does: bills, the month's close, statements, differences."""

from __future__ import annotations

from extdata.domain.dispute_page import page_of
from extdata.domain.reconciliation import Reconciliation
from extdata.finance_schemas import (
    MAX_STATEMENT_BODY_BYTES,
    DisputeQuery,
    StatementBody,
    StatementFormatBody,
)
from extdata.finance_views import BillView, DisputeRows, ReconciliationList, ReconciliationView
from extdata.usecases.import_statement import ImportStatementCommand
from extdata.wiring import wiring
from puhui.http import ApiRoutes, RequestContext

BODY_OVERHEAD_BYTES = 2_000
"""File name, field names and brackets around a statement."""


def include_finance(routes: ApiRoutes) -> None:
    """Declare these routes among others."""
    _include_bills(routes)
    _include_statements(routes)
    _include_formats(routes)
    _include_differences(routes)


def _include_bills(routes: ApiRoutes) -> None:
    @routes.get(
        "/bills/{month}",
        action="extdata.read_bill",
        returns=BillView,
        summary="月度账单 A month's bill: closed, or what it costs so far",
    )
    def read_bill(context: RequestContext, month: str) -> BillView:
        """By provider and line, and shared by branch, product, application and caller."""
        return BillView.of(wiring().finance.get_bill(context.principal.bank_id, month))

    @routes.post(
        "/bills/{month}/closing",
        action="extdata.close_month",
        body=None,
        returns=BillView,
        summary="月结 Close a month that is over; nothing changes its bill afterwards",
    )
    def close_month(context: RequestContext, month: str) -> BillView:
        """Closing again answers the same bill; late calls are corrected in a later month."""
        return BillView.of(wiring().finance.close_month(context.principal.bank_id, month))


def _include_statements(routes: ApiRoutes) -> None:
    @routes.post(
        "/bills/{month}/statements/{provider_id}",
        action="extdata.import_statement",
        body=StatementBody,
        returns=ReconciliationView,
        max_body_bytes=MAX_STATEMENT_BODY_BYTES + BODY_OVERHEAD_BYTES,
        summary="导入对账单并对账 Import a provider's statement and reconcile it",
    )
    def import_statement(
        context: RequestContext, body: StatementBody, month: str, provider_id: str
    ) -> ReconciliationView:
        """The same file again changes nothing; another one replaces what was current."""
        who, finance = context.principal, wiring().finance
        finance.import_statement(
            ImportStatementCommand(
                bank_id=who.bank_id,
                provider_id=provider_id,
                month=month,
                file_name=body.file_name,
                content=body.content(),
                imported_by=who.subject,
            )
        )
        found = finance.reconcile_month(who.bank_id, month, provider_id)
        return _shown(found, DisputeQuery())


def _include_formats(routes: ApiRoutes) -> None:
    @routes.put(
        "/providers/{provider_id}/statement-format",
        action="extdata.set_statement_format",
        body=StatementFormatBody,
        returns=StatementFormatBody,
        summary="对账单格式 How a provider names the columns of its statements",
    )
    def set_statement_format(
        context: RequestContext, body: StatementFormatBody, provider_id: str
    ) -> StatementFormatBody:
        """Statements that were imported before stay as they were read."""
        set_format = wiring().finance.set_statement_format
        return StatementFormatBody.of(
            set_format(context.principal.bank_id, provider_id, body.to_domain())
        )


def _include_differences(routes: ApiRoutes) -> None:
    @routes.get(
        "/bills/{month}/reconciliations",
        action="extdata.read_reconciliation",
        returns=ReconciliationList,
        summary="对账结果 How every provider's statement stands to the bill",
    )
    def list_reconciliations(context: RequestContext, month: str) -> ReconciliationList:
        """Once the month is closed, also providers that sent no statement."""
        found = wiring().finance.list_reconciliations(context.principal.bank_id, month)
        return ReconciliationList.of(found, wiring().calendar.today())

    @routes.get(
        "/bills/{month}/reconciliations/{provider_id}",
        action="extdata.read_reconciliation",
        query=DisputeQuery,
        returns=ReconciliationView,
        summary="对账 One provider's statement against the bill",
    )
    def read_reconciliation(
        context: RequestContext, query: DisputeQuery, month: str, provider_id: str
    ) -> ReconciliationView:
        """Sums, and one page of the disputes (`limit`, `cursor` from the page before)."""
        found = wiring().finance.reconcile_month(context.principal.bank_id, month, provider_id)
        return _shown(found, query)

    @routes.get(
        "/bills/{month}/reconciliations/{provider_id}/disputes",
        action="extdata.read_reconciliation",
        query=DisputeQuery,
        returns=DisputeRows,
        summary="差异清单 The disputes as rows of a spreadsheet",
    )
    def list_disputes(
        context: RequestContext, query: DisputeQuery, month: str, provider_id: str
    ) -> DisputeRows:
        """Heading, and one page of the rows (`limit`, `cursor` from the page before)."""
        found = wiring().finance.reconcile_month(context.principal.bank_id, month, provider_id)
        page = page_of(found, query.cursor, query.limit)
        return DisputeRows.of(page, wiring().calendar.today())


def _shown(found: Reconciliation, query: DisputeQuery) -> ReconciliationView:
    page = page_of(found, query.cursor, query.limit)
    return ReconciliationView.of(found, page, wiring().calendar.today())
