"""Archive, audit chains with their seals, keys, fingerprints and signals in memory."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from extdata.domain.answer import RawPage
from extdata.domain.archive import Manifest, sha256
from extdata.domain.audit import ChainId, Link, append
from extdata.domain.errors import ArchiveBroken, KeyUnavailable
from extdata.domain.limit import Gate
from extdata.domain.query import DocumentRef, Query
from extdata.domain.seal import ChainSeal
from extdata.domain.subject import Subject
from extdata.provider_ports import KeyVersion
from infra.demo.extdata.in_memory_queries import InMemoryQueries
from puhui.blind_index import BlindIndex
from puhui.tenancy import BankId

BUCKET = "memory"


class InMemoryArchive:
    """`extdata.ports.Archive`; `objects` are its bytes by key."""

    def __init__(self) -> None:
        """Nothing is kept."""
        self._lock = threading.Lock()
        self.objects: dict[str, bytes] = {}
        self.manifests: dict[str, Manifest] = {}

    def keep_raw(self, bank_id: BankId, pages: Sequence[RawPage]) -> None:
        """The bytes on the wire and the opened ones; the same bytes twice are one object."""
        for page in pages:
            self._keep(_raw_key(bank_id, sha256(page.wire)), page.wire)
            self._keep(_raw_key(bank_id, sha256(page.opened)), page.opened)

    def keep_manifest(self, manifest: Manifest) -> str:
        """Keep it under its query, attempt and content; a late answer has one of its own."""
        mark = sha256(repr(manifest).encode())[:16]
        key = f"{manifest.bank_id}/manifests/{manifest.query_id}/{manifest.attempt}-{mark}.json"
        with self._lock:
            self.manifests.setdefault(key, manifest)
        return key

    def keep_document(
        self, bank_id: BankId, body: bytes, columns: bytes | None, raw_sha256: str | None
    ) -> DocumentRef:
        """Keep a document under its hash, and its columns under the hash of the raw response."""
        digest = sha256(body)
        key = f"{bank_id}/documents/{digest}.json"
        self._keep(key, body)
        columns_key = None
        if columns is not None:
            columns_key = f"{bank_id}/columns/{raw_sha256 or digest}"
            self._keep(columns_key, columns)
        return DocumentRef(
            bucket=BUCKET,
            key=key,
            sha256=digest,
            size_bytes=len(body),
            columns_key=columns_key,
            columns_sha256=None if columns is None else sha256(columns),
            raw_sha256=raw_sha256,
        )

    def manifest(self, key: str) -> Manifest:
        """Read a manifest; one that is not there is a broken archive."""
        with self._lock:
            found = self.manifests.get(key)
        if found is None:
            raise ArchiveBroken("the archive has no such manifest", rule="archive.missing")
        return found

    def raw(self, bank_id: BankId, digest: str) -> bytes:
        """Read raw bytes, checked against their hash."""
        return self._read(_raw_key(bank_id, digest), digest)

    def document(self, reference: DocumentRef) -> bytes:
        """Read a document, checked against its hash."""
        return self._read(reference.key, reference.sha256)

    def _keep(self, key: str, body: bytes) -> None:
        with self._lock:
            self.objects.setdefault(key, body)

    def _read(self, key: str, digest: str) -> bytes:
        with self._lock:
            body = self.objects.get(key)
        if body is None:
            raise ArchiveBroken("the archive has no such object", rule="archive.missing")
        if sha256(body) != digest:
            raise ArchiveBroken(rule="archive.hash")
        return body


class InMemoryAuditChains:
    """`extdata.audit_ports.AuditChains`; what must be in them is what the queries recorded."""

    def __init__(self, queries: InMemoryQueries | None = None) -> None:
        """Keep where the records come from."""
        self._lock = threading.Lock()
        self._queries = queries
        self.kept: dict[ChainId, list[Link]] = {}
        self._heads: dict[ChainId, tuple[int, str]] = {}
        self._known: set[tuple[ChainId, str]] = set()

    def append(self, chain: ChainId, record_id: str, record: Mapping[str, Any]) -> bool:
        """Append once per record id."""
        with self._lock:
            if (chain, record_id) in self._known:
                return False
            self._known.add((chain, record_id))
            links = self.kept.setdefault(chain, [])
            link = append(chain, links[-1] if links else None, record_id, record)
            links.append(link)
            self._heads[chain] = (link.sequence, link.hash)
            return True

    def links(self, chain: ChainId) -> Iterator[Link]:
        """The links in order."""
        with self._lock:
            links = list(self.kept.get(chain, ()))
        yield from links

    def head(self, chain: ChainId) -> tuple[int, str] | None:
        """Sequence and hash of the last link."""
        with self._lock:
            return self._heads.get(chain)

    def expected_records(self, bank_id: BankId, day: str) -> Iterator[str]:
        """Ids of every record that the queries of a day left."""
        for entry in list(self._queries.audit.values()) if self._queries else ():
            if (entry.bank_id, entry.day) == (bank_id, day):
                yield entry.record_id


class InMemoryAuditSeals:
    """`extdata.audit_ports.AuditSeals`; nobody can take one back."""

    def __init__(self) -> None:
        """Nothing is sealed."""
        self._lock = threading.Lock()
        self._kept: dict[tuple[ChainId, int, str], ChainSeal] = {}

    def keep(self, seal: ChainSeal) -> None:
        """Keep a seal; the same one twice is one."""
        with self._lock:
            self._kept.setdefault((seal.chain, seal.sequence, seal.hash), seal)

    def of_day(self, bank_id: BankId, day: str) -> Sequence[ChainSeal]:
        """Every seal of a day's chains, by shard and sequence."""
        with self._lock:
            kept = list(self._kept.values())
        of_day = [one for one in kept if (one.chain.bank_id, one.chain.day) == (bank_id, day)]
        return sorted(of_day, key=lambda one: (one.chain.shard, one.sequence))


class InMemoryProviderKeys:
    """`extdata.ports.ProviderKeys`."""

    def __init__(self) -> None:
        """No provider has a key."""
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str, str], tuple[KeyVersion, ...]] = {}

    def versions(self, bank_id: BankId, provider_id: str, name: str) -> Sequence[KeyVersion]:
        """Every version, the current one first."""
        with self._lock:
            found = self._kept.get((bank_id, provider_id, name), ())
        if not found:
            raise KeyUnavailable("the provider has no such key", field=name, rule="key.missing")
        return found

    def refresh(self, bank_id: BankId, provider_id: str, name: str) -> Sequence[KeyVersion]:
        """Nothing is remembered here, so nothing is old."""
        return self.versions(bank_id, provider_id, name)

    def put(self, bank_id: BankId, provider_id: str, name: str, version: KeyVersion) -> None:
        """Make a version the current one; older ones stay for reading."""
        key = (bank_id, provider_id, name)
        with self._lock:
            others = [one for one in self._kept.get(key, ()) if one.version != version.version]
            self._kept[key] = (version, *others)


class HmacFingerprints:
    """`extdata.ports.Fingerprints` under a key of at least 32 bytes."""

    def __init__(self, key: bytes) -> None:
        """Keep the key."""
        self._index = BlindIndex(key)

    def of(self, subject: Subject) -> str:
        """The key of the subject's identifying number."""
        return self.of_number(*subject.identity)

    def of_number(self, field: str, value: str) -> str:
        """The key of one number: `uscc:3f…`."""
        return f"{field}:{self._index.index(field, value)}"


class InMemorySignals:
    """`extdata.ports.Signals` that remembers: answers, warnings and stops."""

    def __init__(self) -> None:
        """Nothing happened."""
        self._lock = threading.Lock()
        self.queries: list[Query] = []
        self.warnings: list[tuple[str, str, str]] = []
        """Bank, gate and quota of each 80 % line that was crossed."""
        self.stops: Counter[tuple[str, str]] = Counter()
        """How often a gate stopped a call, by gate and rule."""

    def answered(self, query: Query) -> None:
        """Remember the answer."""
        with self._lock:
            self.queries.append(query)

    def limit_warning(self, bank_id: BankId, gate: Gate, quota: str) -> None:
        """Remember the warning."""
        with self._lock:
            self.warnings.append((bank_id, gate.key, quota))

    def limit_stop(self, bank_id: BankId, gate: Gate, rule: str) -> None:
        """Count the stop."""
        with self._lock:
            self.stops[gate.key, rule] += 1


def _raw_key(bank_id: BankId, digest: str) -> str:
    return f"{bank_id}/raw/{digest}"
