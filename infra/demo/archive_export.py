"""Exports the archive of decisions from a cloud's buckets into a folder that needs no cloud."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from infra.demo.archive_folder import ArchiveWriter, NoArchive
from infra.demo.archive_keys import KeyFile
from infra.local.cloud import LocalCloud
from infra.names import Names
from puhui.contracts.facts import FactReference
from puhui.contracts.risk import DecisionRequest
from puhui.errors import PuhuiError
from puhui.strict_json import loads
from puhui.tenancy import bank_id
from risk.adapters.s3_archive import S3Archive
from risk.domain.record import Pin, pins_of
from risk.record_ports import ArchiveBroken, DecisionArchive

FOLDER: Final = "archive"
KEY_FILE: Final = "archive.key"
AT_ONCE: Final = 8
"""Decisions copied at a time; each waits for a few reads of the source."""


@dataclass
class _Once:
    """What was copied already: thousands of decisions share a few artefacts."""

    seen: set[object] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def first(self, what: object) -> bool:
        with self.lock:
            if what in self.seen:
                return False
            self.seen.add(what)
            return True

    def forget(self, what: object) -> None:
        """It could not be copied this time; another reference to the same may be better."""
        with self.lock:
            self.seen.discard(what)


def export_archive(source: DecisionArchive, folder: Path, key_file: KeyFile) -> int:
    """Copy every decision with its documents and artefacts; answer how many decisions.

    What was there before is replaced. A document that the source does not have (it was not there
    when the decision was made either) is not exported.
    """
    with ArchiveWriter(folder, key_file) as writer, ThreadPoolExecutor(AT_ONCE) as pool:
        once, ids = _Once(), list(source.decisions())
        list(pool.map(lambda one: _copy(one, source, writer, once), ids))
    return len(ids)


def export_cloud(cloud: LocalCloud) -> int:
    """The archive of a running cloud, into its state directory."""
    named, env = cloud.deployed.parameters, cloud.env
    source = S3Archive.of(
        cloud.client("s3"),
        named[Names(env, "risk").parameter("decisions", "bucket-name")],
        named[Names(env, "platform").parameter("documents", "bucket-name")],
    )
    key_file = KeyFile.made(cloud.state_dir / KEY_FILE)
    try:
        return export_archive(source, cloud.state_dir / FOLDER, key_file)
    except PuhuiError as error:
        raise NoArchive(f"the archive could not be exported: {error.message}") from error


def _copy(decision_id: str, source: DecisionArchive, writer: ArchiveWriter, once: _Once) -> None:
    body = source.record(decision_id)
    record = loads(body)
    request = DecisionRequest.model_validate(record["request"])
    for reference in request.facts:
        if reference.state != "ok" or not once.first(reference.sha256):
            continue
        if not _copied(request.bank_id, reference, source, writer):
            once.forget(reference.sha256)
    for pin in pins_of(record["manifest"]):
        if once.first(pin):
            writer.add_artefact(Pin(pin.kind, pin.sha256), source.artefact(pin))
    writer.add_record(decision_id, hashlib.sha256(body).hexdigest(), body)


def _copied(
    bank: str, reference: FactReference, source: DecisionArchive, writer: ArchiveWriter
) -> bool:
    try:
        body = source.document(bank_id(bank), reference)
    except ArchiveBroken:
        # The decision recorded the same, or the replay will name it.
        return False
    writer.add_document(str(reference.sha256), body)
    return True
