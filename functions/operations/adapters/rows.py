"""All row classes of operations' one table, to be bound together."""

from __future__ import annotations

from operations.adapters.organisation_rows import (
    AuthorityRow,
    BankRow,
    OperationsInboxRow,
    OperationsOutboxRow,
    ProductRow,
    StaffRow,
)
from operations.adapters.task_rows import AuditRow, ClosedApplicationRow, TaskLinkRow, TaskRow

__all__ = ["ROWS", "OperationsInboxRow"]

ROWS = (
    TaskRow,
    TaskLinkRow,
    ClosedApplicationRow,
    AuditRow,
    BankRow,
    StaffRow,
    AuthorityRow,
    ProductRow,
    OperationsOutboxRow,
    OperationsInboxRow,
)
