"""Verify a day's audit chains (核验审计链): nothing changed, missing, moved, forked or anew."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.audit_ports import AuditChains, AuditSeals
from extdata.domain.audit import SHARDS, ChainId, Link, faults, head_when_read
from extdata.domain.seal import broken_seals, sealed_records
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    """What a walk through the chains of a day found."""

    day: str
    records: int
    """Records in the chains."""
    sealed: int
    """Records up to the last seal of each chain: these cannot be rewritten unseen."""
    waiting: int
    """Records that were written and are not in a chain: seconds for a new one, else a fault."""
    faults: tuple[str, ...]

    @property
    def verified(self) -> bool:
        """Every record is in, and every link follows the one before it."""
        return not self.faults and not self.waiting


@dataclass(frozen=True)
class VerifyAudit:
    """Walk every chain of a day and hold it against what was recorded."""

    chains: AuditChains
    seals: AuditSeals

    def __call__(self, bank_id: BankId, day: str) -> AuditVerdict:
        """Read the records first: what is written meanwhile is not missed."""
        expected = set(self.chains.expected_records(bank_id, day))
        seals = self.seals.of_day(bank_id, day)
        chained: list[str] = []
        found: list[str] = []
        for shard in range(SHARDS):
            chain = ChainId(bank_id=bank_id, day=day, shard=shard)
            links = self._walk(chain, found)
            found += broken_seals(links, [seal for seal in seals if seal.chain == chain])
            chained += [link.record_id for link in links]
        foreign = set(chained) - expected
        if foreign:
            foreign -= set(self.chains.expected_records(bank_id, day))
        if foreign:
            found.append(f"{day}: {len(foreign)} records are chained that nobody recorded")
        twice = len(chained) - len(set(chained))
        if twice:
            found.append(f"{day}: {twice} records are chained twice")
        return AuditVerdict(
            day=day,
            records=len(chained),
            sealed=sealed_records(seals),
            waiting=len(expected - set(chained)),
            faults=tuple(found),
        )

    def _walk(self, chain: ChainId, found: list[str]) -> list[Link]:
        """Read one chain while it may grow, and add what is wrong with it."""
        before = self.chains.head(chain)
        links = list(self.chains.links(chain))
        found += faults(links, head_when_read(links, before, self.chains.head(chain)))
        return links
