"""Composition of bills and statements: what `wiring` adds for the finance department."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.adapters.dynamo_bills import DynamoBills, DynamoStatementFormats, DynamoStatements
from extdata.adapters.dynamo_queries import DynamoMeters
from extdata.adapters.emf_finance_signals import EmfFinanceSignals
from extdata.adapters.statement_files import PlainStatementFiles
from extdata.composition import Ports
from extdata.finance_ports import Bills, BillSignals, StatementFiles, StatementFormats, Statements
from extdata.ports import Meters
from extdata.usecases.close_month import CloseMonth
from extdata.usecases.get_bill import GetBill
from extdata.usecases.import_statement import ImportStatement
from extdata.usecases.list_reconciliations import ListReconciliations
from extdata.usecases.reconcile_month import ReconcileMonth
from extdata.usecases.set_statement_format import SetStatementFormat


@dataclass(frozen=True, kw_only=True)
class FinancePorts:
    """What the use cases of finance need besides those of a query."""

    bills: Bills
    statements: Statements
    formats: StatementFormats
    files: StatementFiles
    meters: Meters
    signals: BillSignals


@dataclass(frozen=True, kw_only=True)
class Finance:
    """The use cases of finance."""

    get_bill: GetBill
    close_month: CloseMonth
    import_statement: ImportStatement
    set_statement_format: SetStatementFormat
    reconcile_month: ReconcileMonth
    list_reconciliations: ListReconciliations


def finance(ports: Ports) -> Finance:
    """The use cases on DynamoDB."""
    own = FinancePorts(
        bills=DynamoBills(),
        statements=DynamoStatements(),
        formats=DynamoStatementFormats(),
        files=PlainStatementFiles(),
        meters=DynamoMeters(),
        signals=EmfFinanceSignals(),
    )
    return compose_finance(ports, own)


def compose_finance(ports: Ports, own: FinancePorts) -> Finance:
    """Hang the use cases together, whatever is behind the ports."""
    get_bill = GetBill(own.bills, own.meters, ports.prices, ports.connectors)
    reconcile = ReconcileMonth(
        get_bill, own.statements, own.meters, ports.providers, ports.calendar
    )
    return Finance(
        get_bill=get_bill,
        close_month=CloseMonth(own.bills, get_bill, own.signals, ports.calendar, ports.clock),
        import_statement=ImportStatement(
            ports.providers, own.files, own.formats, own.statements, ports.calendar, ports.clock
        ),
        set_statement_format=SetStatementFormat(ports.providers, own.formats),
        reconcile_month=reconcile,
        list_reconciliations=ListReconciliations(reconcile),
    )
