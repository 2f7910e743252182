"""The bank's books in memory: the product's use cases of finance and audit on ports in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from extdata.adapters.statement_files import PlainStatementFiles
from extdata.composition import Ports
from extdata.domain.bill import month_days
from extdata.finance_wiring import Finance, FinancePorts, compose_finance
from extdata.usecases.import_statement import ImportStatementCommand
from extdata.usecases.seal_audit import SealAudit
from extdata.usecases.verify_audit import VerifyAudit
from infra.demo.extdata.bank import AuditResult, Books
from infra.demo.extdata.in_memory import (
    InMemoryAuditChains,
    InMemoryAuditSeals,
    InMemoryBills,
    InMemoryBillSignals,
    InMemoryQueries,
    InMemoryStatementFormats,
    InMemoryStatements,
)
from infra.demo.extdata.in_memory_onboarding import BANK
from puhui.clock import FixedBusinessCalendar

CLERK = "finance-demo"


def close_books(
    ports: Ports, queries: InMemoryQueries, month: str, statements: Mapping[str, bytes]
) -> Books:
    """Import every statement, close the month on the first day after it, reconcile it."""
    finance = _finance_after(month, ports, queries)
    for provider_id, content in sorted(statements.items()):
        finance.import_statement(
            ImportStatementCommand(
                bank_id=BANK,
                provider_id=provider_id,
                month=month,
                file_name=f"{provider_id}-{month}.csv",
                content=content,
                imported_by=CLERK,
            )
        )
    bill = finance.close_month(BANK, month)
    found = [finance.reconcile_month(BANK, month, one) for one in sorted(statements)]
    disputes = [dispute for one in found for dispute in one.disputes]
    return Books(
        cost_fen=bill.total_fen,
        statement_fen=sum(one.their_fen for one in found),
        disputes=len(disputes),
        disputed_fen=sum(dispute.amount_fen for dispute in disputes),
        gap_fen=bill.total_fen - sum(one.acknowledged_fen for one in found),
        disputes_by_kind=dict(Counter(str(dispute.kind) for dispute in disputes)),
    )


def verify_audit(ports: Ports, queries: InMemoryQueries) -> AuditResult:
    """Chain what the queries left behind, as the stream's consumer does; seal it and verify."""
    chains, seals = InMemoryAuditChains(queries), InMemoryAuditSeals()
    queries.chain_audit(chains)
    day = ports.calendar.today().isoformat()
    sealed = SealAudit(chains, seals, ports.clock)(BANK, day)
    verdict = VerifyAudit(chains, seals)(BANK, day)
    waiting = [f"{verdict.waiting} records are in no chain"] if verdict.waiting else []
    return AuditResult(records=verdict.records, chains=sealed, faults=[*verdict.faults, *waiting])


def _finance_after(month: str, ports: Ports, queries: InMemoryQueries) -> Finance:
    """The use cases as they run on the day after a month: only then may it be closed."""
    after = month_days(month)[1] + timedelta(days=1)
    return compose_finance(
        replace(ports, calendar=FixedBusinessCalendar(after)),
        FinancePorts(
            bills=InMemoryBills(),
            statements=InMemoryStatements(),
            formats=InMemoryStatementFormats(),
            files=PlainStatementFiles(),
            meters=queries,
            signals=InMemoryBillSignals(),
        ),
    )
