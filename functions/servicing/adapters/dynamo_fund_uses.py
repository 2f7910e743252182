"""Lines and traces of loans' money in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence

from puhui.dynamodb import FieldCipher, dynamo_errors
from puhui.tenancy import BankId
from servicing.adapters.commit import Committer, Put
from servicing.adapters.fund_use_rows import (
    LINES,
    LINES_PREFIX,
    TRACE,
    TRACE_PREFIX,
    FundTraceRow,
    UseLinesRow,
    fund_use_pk,
)
from servicing.domain.errors import FundUseExists
from servicing.domain.fund_use.trace import FundTrace
from servicing.domain.fund_use.use import UseLine


class DynamoFundTraces:
    """`servicing.warning_ports.FundTraces` on servicing's table; it opens no ciphertext."""

    def last_trace(self, bank_id: BankId, loan_id: str) -> FundTrace | None:
        """One consistent query, the newest first."""
        with dynamo_errors():
            rows = FundTraceRow.query(
                fund_use_pk(bank_id, loan_id),
                FundTraceRow.sk.startswith(TRACE_PREFIX),
                consistent_read=True,
                scan_index_forward=False,
                limit=1,
            )
            found = next(iter(rows), None)
        return None if found is None else TRACE.read(found.body)


class DynamoFundUses(DynamoFundTraces):
    """`servicing.warning_ports.FundUses` on servicing's table."""

    def __init__(self, cipher: FieldCipher, commit: Committer | None = None) -> None:
        self._cipher = cipher
        self._commit = commit or Committer()

    def lines(self, bank_id: BankId, loan_id: str) -> Sequence[UseLine]:
        """One consistent query."""
        with dynamo_errors():
            rows = list(
                UseLinesRow.query(
                    fund_use_pk(bank_id, loan_id),
                    UseLinesRow.sk.startswith(LINES_PREFIX),
                    consistent_read=True,
                )
            )
        return [
            line for row in rows for line in LINES.read(row.decrypt_field(self._cipher, "lines"))
        ]

    def add(self, bank_id: BankId, trace: FundTrace, batch: str, lines: Sequence[UseLine]) -> None:
        """One transaction of two rows, both created once."""
        pk = fund_use_pk(bank_id, trace.loan_id)
        kept = UseLinesRow(pk, LINES_PREFIX + batch)
        kept.encrypt_field(self._cipher, "lines", LINES.write(tuple(lines)), bank_id=bank_id)
        told = FundTraceRow(
            pk, f"{TRACE_PREFIX}{trace.traced_on.isoformat()}#{batch}", body=TRACE.write(trace)
        )
        try:
            self._commit([Put(row=kept, refused=FundUseExists), Put(row=told)])
        except FundUseExists:
            return
