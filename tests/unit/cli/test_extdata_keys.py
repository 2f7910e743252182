"""`puhui extdata provider key`: a key goes to the API as base64 and is shown nowhere."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.cli import extdata_keys

KEY = b"0123456789abcdef0123456789abcdef"
PEM = b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"


class Steward:
    """A steward whose API keeps what is put."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((path, body))
        return {"provider_id": "example-tax", "name": "mac", "version": body["version"]}

    def get(self, path: str) -> dict[str, Any]:
        return {"keys": [{"name": "mac", "kind": "hmac"}]}


@pytest.fixture
def steward(monkeypatch: pytest.MonkeyPatch) -> Steward:
    made = Steward()

    @contextmanager
    def desk_of(bank: str) -> Iterator[Any]:
        yield SimpleNamespace(steward=made)

    monkeypatch.setattr(extdata_keys, "desk_of", desk_of)
    return made


def put(folder: Path, content: bytes, *options: str) -> tuple[int, str]:
    """Put a file's key."""
    file = folder / "mac.key"
    file.write_bytes(content)
    arguments = ["put", "example-tax", "mac", "--version", "v1", "--file", str(file), *options]
    done = CliRunner().invoke(extdata_keys.keys, arguments)
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("content", "options", "material"),
    [
        (KEY, (), KEY),
        (PEM, (), PEM),
        (bytes(range(16)) + b"\n", (), bytes(range(16)) + b"\n"),
        (KEY + b"\n", ("--written", "raw"), KEY + b"\n"),
        (KEY + b"\r\n", ("--written", "text"), KEY),
        (KEY.hex().encode() + b"\n", ("--written", "hex"), KEY),
        (base64.encodebytes(KEY), ("--written", "base64"), KEY),
    ],
)
def test_the_bytes_of_a_key_arrive_as_base64(
    steward: Steward, tmp_path: Path, content: bytes, options: tuple[str, ...], material: bytes
) -> None:
    code, _ = put(tmp_path, content, *options)

    ((path, body),) = steward.sent
    assert (code, path) == (0, "/extdata/providers/example-tax/keys/mac")
    assert body == {"version": "v1", "material": base64.b64encode(material).decode()}


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (KEY + b"\n", (), "ends with a line end"),
        (b"no hex", ("--written", "hex"), "is not hex"),
        (b"no base64!", ("--written", "base64"), "is not base64"),
        (b"0" * (32 * 1024 + 1), (), "larger than 32 KB"),
    ],
)
def test_what_would_be_another_key_is_not_sent(
    steward: Steward, tmp_path: Path, content: bytes, options: tuple[str, ...], sentence: str
) -> None:
    code, said = put(tmp_path, content, *options)

    assert (code, sentence in said, steward.sent) == (2, True, [])


def test_the_key_is_not_on_the_screen(steward: Steward, tmp_path: Path) -> None:
    _, said = put(tmp_path, KEY)

    assert said == "example-tax mac: v1 已写入, is the current version.\n"


def test_keys_are_listed_by_name_and_kind(steward: Steward) -> None:
    done = CliRunner().invoke(extdata_keys.keys, ["list", "example-tax"])

    assert done.output.splitlines()[-1].split() == ["mac", "hmac"]
