"""The sealed archive: out and in again, whole or refused, and nothing for who lacks the key."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.demo.archive_export import FOLDER, KEY_FILE, export_archive
from infra.demo.archive_folder import ArchiveFolder, NoArchive
from infra.demo.archive_keys import KeyFile, KeyFileUnusable
from puhui.data_keys import SealBroken
from risk.domain.decision import Decision
from risk.domain.errors import DecisionNotFound
from risk.record_ports import ArchiveBroken
from tests.support.risk import NORTH, a_document, a_healthy_firm, a_reference
from tests.support.risk_archive import InMemoryArchive, archived, replayed

FIRMS = [a_document(a_healthy_firm(monthly_yuan=yuan)) for yuan in (200_000, 600_000)]


@pytest.fixture(scope="module")
def source() -> tuple[InMemoryArchive, list[Decision]]:
    return archived(FIRMS)


@pytest.fixture
def home(tmp_path: Path, source: tuple[InMemoryArchive, list[Decision]]) -> Path:
    """A state directory with an exported archive."""
    export_archive(source[0], tmp_path / FOLDER, KeyFile.made(tmp_path / KEY_FILE))
    return tmp_path


def opened(home: Path) -> ArchiveFolder:
    return ArchiveFolder.opened(home / FOLDER, KeyFile(home / KEY_FILE))


def file_of(home: Path, kind: str, start: str = "") -> Path:
    return sorted((home / FOLDER / kind).glob(f"{start}*"))[0]


def test_what_goes_out_comes_in_again(
    home: Path, source: tuple[InMemoryArchive, list[Decision]]
) -> None:
    kept, decisions = source
    archive = opened(home)

    assert list(archive.decisions()) == list(kept.decisions())
    for decision, body in zip(decisions, FIRMS, strict=True):
        assert archive.record(decision.result.decision_id) == decision.record
        assert archive.document(NORTH, a_reference(body)) == body
    assert {pin: archive.artefact(pin) for pin in kept.artefacts} == kept.artefacts


def test_an_exported_decision_replays(
    home: Path, source: tuple[InMemoryArchive, list[Decision]]
) -> None:
    archive: Any = opened(home)

    assert [replayed(archive, decision).identical for decision in source[1]] == [True, True]


def test_nothing_can_be_read_without_the_key(home: Path) -> None:
    everything = b"".join(path.read_bytes() for path in (home / FOLDER).rglob("*.sealed"))

    assert b"app-1" not in everything
    assert b"invoice" not in everything


def test_only_its_owner_may_read_it(home: Path) -> None:
    modes = {
        path.is_dir(): stat.S_IMODE(path.stat().st_mode)
        for path in [home / FOLDER, *(home / FOLDER).rglob("*")]
    }

    assert modes == {True: 0o700, False: 0o600}
    assert stat.S_IMODE((home / KEY_FILE).stat().st_mode) == 0o600


def test_another_key_opens_nothing(home: Path) -> None:
    (home / KEY_FILE).unlink()
    KeyFile.made(home / KEY_FILE)

    with pytest.raises(NoArchive, match="not the key of this archive"):
        opened(home)


@pytest.mark.parametrize("content", ["", "no key", "ab" * 7])
def test_a_file_that_is_no_key_is_told(home: Path, content: str) -> None:
    (home / KEY_FILE).write_text(content, encoding="ascii")

    with pytest.raises(KeyFileUnusable, match="holds no key"):
        opened(home)


def test_without_a_key_file_it_says_so(home: Path) -> None:
    (home / KEY_FILE).unlink()

    with pytest.raises(KeyFileUnusable, match="no key file"):
        opened(home)


def test_a_key_that_others_can_read_is_not_used(home: Path) -> None:
    (home / KEY_FILE).chmod(0o640)

    with pytest.raises(KeyFileUnusable, match="chmod 600"):
        opened(home)


def test_without_an_archive_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoArchive, match="puhui demo"):
        opened(tmp_path)


def flip(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5])


@pytest.mark.parametrize("harm", [flip, shorten, Path.unlink])
@pytest.mark.parametrize(
    ("kind", "start", "part"),
    [
        ("records", "", "record"),
        ("documents", "", "fact"),
        ("artefacts", "policy", "policy"),
        ("artefacts", "model", "model"),
        ("artefacts", "card", "model"),
        ("artefacts", "parameters", "parameters"),
        ("artefacts", "labels", "labels"),
        ("artefacts", "listing", "library"),
    ],
)
def test_a_file_that_was_harmed_is_named_by_the_replay(
    home: Path,
    source: tuple[InMemoryArchive, list[Decision]],
    harm: Callable[[Path], None],
    kind: str,
    start: str,
    part: str,
) -> None:
    harm(file_of(home, kind, start))
    archive: Any = opened(home)

    parts = {
        replayed(archive, decision).differences[0].part
        for decision in source[1]
        if not replayed(archive, decision).identical
    }

    assert parts == {part}


def test_one_object_in_the_place_of_another_is_refused(home: Path) -> None:
    first, second = sorted((home / FOLDER / "records").iterdir())
    first.write_bytes(second.read_bytes())

    with pytest.raises(ArchiveBroken, match="seal broken"):
        opened(home).record(first.stem)


def test_a_harmed_index_opens_nothing(home: Path) -> None:
    flip(home / FOLDER / "index.sealed")

    with pytest.raises(NoArchive):
        opened(home)


def test_a_decision_that_the_index_does_not_know_is_not_found(home: Path) -> None:
    with pytest.raises(DecisionNotFound):
        opened(home).record("dec-unknown")


def test_exporting_again_gives_the_same_archive(
    home: Path, source: tuple[InMemoryArchive, list[Decision]]
) -> None:
    before = {path.name for path in (home / FOLDER).rglob("*")}

    export_archive(source[0], home / FOLDER, KeyFile.made(home / KEY_FILE))

    assert {path.name for path in (home / FOLDER).rglob("*")} == before
    assert list(opened(home).decisions()) == list(source[0].decisions())


def test_an_older_archive_is_replaced(home: Path) -> None:
    newer, (decision,) = archived([FIRMS[0]], amount_fen=20_000_000)

    export_archive(newer, home / FOLDER, KeyFile.made(home / KEY_FILE))

    assert list(opened(home).decisions()) == [decision.result.decision_id]
    assert {path.name for path in home.iterdir()} == {FOLDER, KEY_FILE}


def test_an_export_that_fails_leaves_the_older_archive(home: Path) -> None:
    before = list(opened(home).decisions())
    broken, _ = archived([FIRMS[0]], amount_fen=20_000_000)
    broken.artefacts.clear()

    with pytest.raises(ArchiveBroken):
        export_archive(broken, home / FOLDER, KeyFile.made(home / KEY_FILE))

    assert list(opened(home).decisions()) == before
    assert {path.name for path in home.iterdir()} == {FOLDER, KEY_FILE}


def test_an_archive_of_another_kind_is_refused(home: Path) -> None:
    head = home / FOLDER / "archive.json"
    head.write_text(json.dumps({"schema": "puhui-archive/9", "keys": {}}), encoding="utf-8")

    with pytest.raises(NoArchive, match="puhui-archive/1"):
        opened(home)


def test_a_data_key_opens_in_its_own_context_only(tmp_path: Path) -> None:
    keys = KeyFile.made(tmp_path / "key")
    wrapped = keys.generate({"kind": "records"})

    assert keys.open(wrapped.wrapped, {"kind": "records"}) == wrapped.plaintext
    with pytest.raises(SealBroken):
        keys.open(wrapped.wrapped, {"kind": "documents"})
