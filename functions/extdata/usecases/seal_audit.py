"""Seal the audit chains (封存审计链) of a day, so that even a rewritten chain is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from extdata.audit_ports import AuditChains, AuditSeals
from extdata.domain.audit import SHARDS, ChainId
from extdata.domain.seal import ChainSeal
from puhui.clock import Clock
from puhui.tenancy import BankId

SEALED_DAYS: Final = 7
"""A pending answer may come days later, and its record belongs to the day of its question."""


@dataclass(frozen=True)
class SealAudit:
    """Keep the head of every chain of a day where it cannot be changed."""

    chains: AuditChains
    seals: AuditSeals
    clock: Clock

    def up_to(self, bank_id: BankId, day: date) -> int:
        """Seal a day and those before it: late answers are chained, nights can have failed."""
        days = [day - timedelta(days=back) for back in range(SEALED_DAYS)]
        return sum(self(bank_id, one.isoformat()) for one in days)

    def __call__(self, bank_id: BankId, day: str) -> int:
        """Sealing again seals what was appended since; answer how many chains have a head."""
        sealed = 0
        for shard in range(SHARDS):
            chain = ChainId(bank_id=bank_id, day=day, shard=shard)
            head = self.chains.head(chain)
            if head is not None:
                sequence, digest = head
                self.seals.keep(
                    ChainSeal(
                        chain=chain, sequence=sequence, hash=digest, sealed_at=self.clock.now()
                    )
                )
                sealed += 1
        return sealed
