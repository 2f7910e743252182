"""`puhui extdata provider key`: takes a real provider's keys, which nothing ever shows again."""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from infra.cli.console import console, fail
from infra.cli.extdata_desk import DEMO_BANK, Bank, desk_of, table_of

MAX_FILE_BYTES = 32 * 1024
PRINTABLE = frozenset(range(0x20, 0x7F))
LINE_ENDS = b"\r\n"
keys = typer.Typer(help="Keys of a provider 密钥; only names are ever shown.", no_args_is_help=True)


class Writing(StrEnum):
    """How a key stands in its file."""

    RAW = "raw"
    TEXT = "text"
    HEX = "hex"
    BASE64 = "base64"


@keys.command("put")
def put(
    provider_id: Annotated[str, typer.Argument(help="A registered provider.")],
    name: Annotated[str, typer.Argument(help="As under `keys` in the provider's file.")],
    version: Annotated[str, typer.Option(help="New for new material, such as 2026-11 or v2.")],
    file: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The key alone.")],
    written: Annotated[
        Writing | None,
        typer.Option(help="raw: bytes and PEM as they are; text: without its line end; hex; …"),
    ] = None,
    bank: Bank = DEMO_BANK,
) -> None:
    """Make a version the current one (写入密钥); older ones still open what they sealed."""
    material = key_material(file, written)
    with desk_of(bank) as desk:
        kept = desk.steward.put(
            f"/extdata/providers/{provider_id}/keys/{name}",
            {"version": version, "material": base64.b64encode(material).decode()},
        )
    console.print(
        f"{kept['provider_id']} {kept['name']}: {kept['version']} 已写入, is the current version.",
        markup=False,
    )


@keys.command("list")
def list_keys(provider_id: str, bank: Bank = DEMO_BANK) -> None:
    """List the keys that a provider's connectors use by name."""
    table = table_of("密钥 key", "类型 kind")
    with desk_of(bank) as desk:
        for one in desk.steward.get(f"/extdata/providers/{provider_id}")["keys"]:
            table.add_row(one["name"], one["kind"])
    console.print(table)


def key_material(file: Path, written: Writing | None) -> bytes:
    """The bytes of a key; a line end that an editor added must not become part of one."""
    if file.stat().st_size > MAX_FILE_BYTES:
        fail(f"{file} is larger than 32 KB: it is no key")
    content = file.read_bytes()
    if written is None and _may_be_text(content):
        fail(f"{file} ends with a line end: say --written text, hex, base64, or raw to keep it")
    if written in {None, Writing.RAW}:
        return content
    text = content.rstrip(LINE_ENDS)
    if written is Writing.TEXT:
        return text
    try:
        if written is Writing.HEX:
            return binascii.unhexlify(text)
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        fail(f"{file} is not {written}")


def _may_be_text(content: bytes) -> bool:
    """One printable line with its end; PEM has several, and its line ends mean nothing."""
    line = content.rstrip(LINE_ENDS)
    return line != content and PRINTABLE.issuperset(line)
