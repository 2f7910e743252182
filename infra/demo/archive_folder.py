"""The immutable archive as a folder: every object sealed in its place with AES-256-GCM.

    .puhui/archive.key                     who has it reads the archive (mode 0600)
    .puhui/archive/archive.json            the data keys, one a kind, wrapped under the key file
    .puhui/archive/index.sealed            every decision with its record's hash
    .puhui/archive/<kind>/<name>.sealed    records by decision, everything else by its hash

An object opens only under its own kind and name; one that was changed, exchanged or taken away is
found when it is read.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.demo.archive_keys import KeyFile
from infra.local.errors import LocalCloudError
from puhui.contracts.facts import FactReference
from puhui.data_keys import SealBroken
from puhui.errors import BadRequest
from puhui.field_cipher import NONCE_BYTES
from puhui.strict_json import dumps, loads
from puhui.tenancy import BankId
from risk.domain.errors import DecisionNotFound
from risk.domain.listing import Listing
from risk.domain.record import Pin
from risk.record_ports import ArchiveBroken, checked

SCHEMA: Final = "puhui-archive/1"
HEAD: Final = "archive.json"
RECORDS: Final = "records"
DOCUMENTS: Final = "documents"
ARTEFACTS: Final = "artefacts"
INDEX: Final = "index"
KINDS: Final = (RECORDS, DOCUMENTS, ARTEFACTS, INDEX)
FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600


class NoArchive(LocalCloudError):
    """There is no archive here, or the key does not open it."""


@dataclass
class ArchiveWriter:
    """Writes a new archive beside the old one and puts it in its place at the end."""

    folder: Path
    key_file: KeyFile
    _keys: dict[str, bytes] = field(default_factory=dict)
    _index: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> ArchiveWriter:
        """Begin with an empty folder and fresh data keys."""
        shutil.rmtree(self._new, ignore_errors=True)
        self._new.mkdir(parents=True, mode=FOLDER_MODE)
        wrapped = {}
        for kind in KINDS:
            key = self.key_file.generate(_context(kind))
            self._keys[kind] = key.plaintext
            wrapped[kind] = base64.b64encode(key.wrapped).decode()
        head = {"schema": SCHEMA, "keys": wrapped}
        _write(self._new / HEAD, json.dumps(head, indent=2, sort_keys=True).encode())
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Replace the old archive by the whole new one; after trouble the old one stays."""
        if error is not None:
            shutil.rmtree(self._new, ignore_errors=True)
            return
        self._seal(INDEX, INDEX, dumps(self._index).encode())
        old = self.folder.with_name(f"{self.folder.name}.old-{os.getpid()}")
        if self.folder.exists():
            self.folder.rename(old)
        self._new.rename(self.folder)
        shutil.rmtree(old, ignore_errors=True)

    def add_record(self, decision_id: str, sha256: str, body: bytes) -> None:
        """Keep a decision's record."""
        self._seal(RECORDS, decision_id, body)
        with self._lock:
            self._index[decision_id] = sha256

    def add_document(self, sha256: str, body: bytes) -> None:
        """Keep a document under its hash."""
        self._seal(DOCUMENTS, sha256, body)

    def add_artefact(self, pin: Pin, body: bytes) -> None:
        """Keep what decisions were made with."""
        self._seal(ARTEFACTS, _artefact(pin), body)

    @property
    def _new(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.new-{os.getpid()}")

    def _seal(self, kind: str, name: str, body: bytes) -> None:
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._keys[kind]).encrypt(nonce, body, _aad(kind, name))
        _write(_place(self._new, kind, name), nonce + sealed)


@dataclass
class ArchiveFolder:
    """`risk.record_ports.DecisionArchive` and `Listings` with nothing running."""

    folder: Path
    _keys: dict[str, bytes]
    _index: dict[str, str]
    _artefacts: dict[Pin, bytes] = field(default_factory=dict)

    @classmethod
    def opened(cls, folder: Path, key_file: KeyFile) -> ArchiveFolder:
        """Open an archive with its key file, or say in one sentence why it does not open."""
        try:
            head = loads((folder / HEAD).read_bytes())
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NoArchive(f"there is no archive in {folder}: `puhui demo` makes one") from error
        except (BadRequest, OSError) as error:
            raise NoArchive(f"{folder / HEAD} cannot be read: {error}") from error
        if not isinstance(head, dict) or head.get("schema") != SCHEMA:
            raise NoArchive(f"{folder} is no {SCHEMA}")
        try:
            keys = {
                kind: key_file.open(base64.b64decode(head["keys"][kind]), _context(kind))
                for kind in KINDS
            }
            index = loads(_unsealed(folder, keys, INDEX, INDEX))
        except (SealBroken, ArchiveBroken) as error:
            raise NoArchive(f"the archive does not open: {error}") from error
        except (KeyError, TypeError, ValueError) as error:
            raise NoArchive(f"{folder / HEAD} lacks a key, or has none that reads") from error
        return cls(folder, keys, index)

    def decisions(self) -> Iterator[str]:
        """Every decision of the index, also one whose record was taken away."""
        yield from sorted(self._index)

    def record(self, decision_id: str) -> bytes:
        """The record, if it is the one of the index."""
        if decision_id not in self._index:
            raise DecisionNotFound(f"no decision {decision_id} is in the archive")
        body = self._opened(RECORDS, decision_id)
        return checked(f"record {decision_id}", self._index[decision_id], body)

    def document(self, bank_id: BankId, reference: FactReference) -> bytes:
        """The document with the reference's hash, wherever it once lay."""
        digest = reference.sha256 or ""
        return checked(f"document {digest}", digest, self._opened(DOCUMENTS, digest))

    def artefact(self, pin: Pin) -> bytes:
        """The artefact's bytes, read once."""
        if pin not in self._artefacts:
            body = self._opened(ARTEFACTS, _artefact(pin))
            self._artefacts[pin] = checked(f"{pin.kind} {pin.sha256}", pin.sha256, body)
        return self._artefacts[pin]

    def listing(self, sha256: str) -> Listing:
        """`risk.record_ports.Listings`."""
        return Listing.read(self.artefact(Pin("listing", sha256)))

    def _opened(self, kind: str, name: str) -> bytes:
        return _unsealed(self.folder, self._keys, kind, name)


def _unsealed(folder: Path, keys: dict[str, bytes], kind: str, name: str) -> bytes:
    try:
        raw = _place(folder, kind, name).read_bytes()
    except FileNotFoundError:
        raise ArchiveBroken(f"{kind} {name}", "absent") from None
    try:
        return AESGCM(keys[kind]).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _aad(kind, name))
    except (InvalidTag, ValueError):
        raise ArchiveBroken(f"{kind} {name}", "seal broken") from None


def _place(folder: Path, kind: str, name: str) -> Path:
    return folder / f"{INDEX}.sealed" if kind == INDEX else folder / kind / f"{name}.sealed"


def _artefact(pin: Pin) -> str:
    return f"{pin.kind}-{pin.sha256}"


def _context(kind: str) -> dict[str, str]:
    return {"purpose": SCHEMA, "kind": kind}


def _aad(kind: str, name: str) -> bytes:
    return dumps([SCHEMA, kind, name]).encode()


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(exist_ok=True, mode=FOLDER_MODE)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
