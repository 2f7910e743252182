"""Every port of external data in memory, under one name to import from."""

from __future__ import annotations

from infra.demo.extdata.in_memory_archive import (
    HmacFingerprints,
    InMemoryArchive,
    InMemoryAuditChains,
    InMemoryAuditSeals,
    InMemoryProviderKeys,
    InMemorySignals,
)
from infra.demo.extdata.in_memory_breakers import InMemoryBreakers
from infra.demo.extdata.in_memory_finance import (
    InMemoryBills,
    InMemoryBillSignals,
    InMemoryStatementFormats,
    InMemoryStatements,
)
from infra.demo.extdata.in_memory_flow import InMemoryBulkheads, InMemoryGates
from infra.demo.extdata.in_memory_queries import InMemoryCache, InMemoryQueries
from infra.demo.extdata.in_memory_registry import (
    InMemoryAccessRulebook,
    InMemoryConnectors,
    InMemoryConsents,
    InMemoryPrices,
    InMemoryProviders,
    InMemoryRouteTables,
)

__all__ = [
    "HmacFingerprints",
    "InMemoryAccessRulebook",
    "InMemoryArchive",
    "InMemoryAuditChains",
    "InMemoryAuditSeals",
    "InMemoryBillSignals",
    "InMemoryBills",
    "InMemoryBreakers",
    "InMemoryBulkheads",
    "InMemoryCache",
    "InMemoryConnectors",
    "InMemoryConsents",
    "InMemoryGates",
    "InMemoryPrices",
    "InMemoryProviderKeys",
    "InMemoryProviders",
    "InMemoryQueries",
    "InMemoryRouteTables",
    "InMemorySignals",
    "InMemoryStatementFormats",
    "InMemoryStatements",
]
