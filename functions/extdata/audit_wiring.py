"""Composition root of the stream's consumer: it needs the table and nothing else."""

from __future__ import annotations

from functools import cache

from extdata.adapters.dynamo_audit_chains import DynamoAuditChains
from extdata.adapters.dynamo_banks import DynamoBanks
from extdata.adapters.rows_audit import AUDIT_ROWS
from extdata.audit_ports import AuditChains
from extdata.settings import AuditSettings
from puhui.dynamodb import bind_table


@cache
def audit_chains() -> AuditChains:
    """Build everything once per process."""
    settings = AuditSettings.from_env()
    bind_table(settings.table_name, *AUDIT_ROWS)
    return DynamoAuditChains()


@cache
def banks() -> DynamoBanks:
    """Which banks have audit records: the nightly job goes through them."""
    bind_table(AuditSettings.from_env().table_name, *AUDIT_ROWS)
    return DynamoBanks()
