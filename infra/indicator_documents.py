"""Fact documents from a file or a folder, as `puhui indicators compute` takes them.

A file is `{"subject": …, "documents": {product: document}}`; a folder holds one `<product>.json`
each. A product is written `invoice/1`, `invoice-1` or `invoice`; instead of a document a file may
say why there is none: `"tax/1": "not_consented"`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from puhui.columns import DocumentNotReadable, read_columns
from puhui.fact_schemas import PRODUCTS
from puhui.fact_schemas.structs import decoder_of, outside_period
from risk.domain.facts import Fact
from risk.domain.indicators.values import State

ABSENT: Final = tuple(state.value for state in State if state not in (State.OK, State.UNDEFINED))
"""What may be said of a product without a document."""
NAMES: Final[Mapping[str, str]] = {
    name: code
    for code, product in PRODUCTS.items()
    for name in (code, product.slug, code.partition("/")[0])
}
"""The products by every name that is taken."""
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_FIELD = re.compile(r"(?:missing required|unknown) field `(?P<field>[^`]*)`")
_QUOTED = re.compile(r"Invalid enum value .*", re.DOTALL)


class FactsNotReadable(ValueError):
    """The message names the file, the field and the rule that it breaks."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    documents: dict[str, msgspec.Raw]
    subject: str = ""


def read_facts(path: Path) -> dict[str, Fact]:
    """Every fact of the file or folder by product; a product that is not there has none."""
    if path.is_dir():
        bodies = _of_folder(path)
    elif path.is_file():
        bodies = _of_file(path)
    else:
        raise FactsNotReadable(f"{path} is neither a file nor a folder")
    return facts_of(bodies)


def facts_of(bodies: Iterable[tuple[str, str, bytes]]) -> dict[str, Fact]:
    """The facts of documents, each given as its place in a message, its product and its bytes."""
    facts: dict[str, Fact] = {}
    for place, name, body in bodies:
        product = _product(place, name)
        if product in facts:
            raise FactsNotReadable(f"{place}: product {product} is given twice")
        facts[product] = _fact(place, product, body)
    return facts


def _of_folder(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    files = sorted(folder.glob("*.json"))
    if not files:
        raise FactsNotReadable(f"{folder}: no <product>.json is in it")
    for file in files:
        yield str(file), file.stem, _read(file)


def _of_file(file: Path) -> Iterator[tuple[str, str, bytes]]:
    try:
        whole = msgspec.json.decode(_read(file), type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FactsNotReadable(f"{file}: {told('file', error)}") from error
    for name, body in whole.documents.items():
        yield f"{file}: documents.{name}", name, bytes(body)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise FactsNotReadable(f"{file}: {error.strerror}") from error


def _product(place: str, name: str) -> str:
    found = NAMES.get(name)
    if found is None:
        raise FactsNotReadable(f"{place}: no product {name}; there are {', '.join(PRODUCTS)}")
    return found


def _fact(place: str, product: str, body: bytes) -> Fact:
    if body.strip().startswith(b'"'):
        return _absent(place, product, body)
    try:
        columns = read_columns(product, body)
    except DocumentNotReadable as error:
        raise FactsNotReadable(f"{place}: {_why(product, body, error)}") from error
    return Fact(
        product=product,
        state=State.OK,
        sha256=hashlib.sha256(body).hexdigest(),
        size_bytes=len(body),
        columns=columns,
    )


def _absent(place: str, product: str, body: bytes) -> Fact:
    state = msgspec.json.decode(body)
    if state not in ABSENT:
        raise FactsNotReadable(f"{place}: rule state: a document, or one of {', '.join(ABSENT)}")
    return Fact(product=product, state=State(state), reason="given")


def _why(product: str, body: bytes, error: DocumentNotReadable) -> str:
    """Which field breaks the rule; never what the document says there."""
    if error.rule in ("json", "schema"):
        return told(error.rule, error.__cause__)
    if error.rule == "period":
        document = decoder_of(product).decode(body)
        if document.period_from > document.period_to:
            return "field period_from: rule period: is after period_to"
        outside = outside_period(product, document)
        return f"field {outside}: rule period: a row lies outside the document's period"
    if error.rule == "rows":
        return "field row_count: rule rows: the tables have another number of rows"
    return f"rule {error.rule}: larger than {PRODUCTS[product].max_bytes:,} bytes"


def told(rule: str, error: BaseException | None) -> str:
    """What msgspec found wrong: which field breaks the rule, never what it holds."""
    found = _PLACE.match(str(error))
    what, path = (found["what"], found["path"] or "") if found else (str(error), "")
    named = _FIELD.search(what)
    field = f"{path}.{named['field']}" if named else path
    what = _QUOTED.sub("none of the codes", what)
    return f"field {field.lstrip('.') or '(whole document)'}: rule {rule}: {what}"
