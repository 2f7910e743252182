"""A connector's specification as checked values: how an API is asked, secured, read and mapped.

`parse_spec` reads a mapping as the connector file has it (docs/extdata-connectors.md) and refuses
whatever is unknown or out of bounds; `check_against` compares it with its provider and product.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from extdata.domain.answer import Charge
from extdata.domain.document_spec import DocumentSpec, Nullable, read_document
from extdata.domain.provider import Provider
from extdata.domain.request_spec import FileSpec, RequestSpec, read_file, read_request
from extdata.domain.security_spec import SecuritySpec, read_security
from extdata.domain.spec_reader import SpecReader

Mode = Literal["sync", "callback", "file"]
MODES: tuple[Mode, ...] = ("sync", "callback", "file")
AnswerFormat = Literal["json", "xml", "csv"]
AnswerMeaning = Literal["hit", "miss", "pending", "retry", "error"]
MEANINGS: tuple[AnswerMeaning, ...] = ("hit", "miss", "pending", "retry", "error")
CHARGES: tuple[Charge, ...] = ("charged", "free", "uncertain")
ENCODINGS = ("utf-8", "gb18030")
MAX_CODE_RULES = 100
MAX_PAGES = 200
MAX_PAGE_SIZE = 5_000
MAX_RECORD_COLUMNS = 60
SINGLE_RECORDS = ("H", "T")
"""Head and tail of a file: one record each; every other type is a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRule:
    """What one of the provider's codes means and whether it is billed."""

    code: str
    meaning: AnswerMeaning
    charge: Charge

    def matches(self, code: str) -> bool:
        """The same text; a `*` at the end matches any rest."""
        if self.code.endswith("*"):
            return code.startswith(self.code[:-1])
        return code == self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvSpec:
    """Delimited records: the first cell names the type, the others are its columns."""

    delimiter: str
    records: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingSpec:
    """Pages are asked for while `more` is true of the page before."""

    more: str
    page_size: int
    max_pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseSpec:
    """How an answer is read, what its codes mean, how it becomes a document."""

    format: AnswerFormat
    encoding: str
    csv: CsvSpec | None
    code: str
    codes: tuple[CodeRule, ...]
    job_id: str | None
    paging: PagingSpec | None
    document: DocumentSpec

    def rule_of(self, code: str) -> CodeRule | None:
        """The first rule that matches; None for a code that the file does not know."""
        return next((rule for rule in self.codes if rule.matches(code)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorSpec:
    """One connector, checked."""

    mode: Mode
    request: RequestSpec
    file: FileSpec | None
    security: SecuritySpec
    response: ResponseSpec

    @property
    def expressions(self) -> tuple[tuple[str, str], ...]:
        """Every JSONata expression with the field where it stands."""
        response = self.response
        found = [
            ("spec.request.fields", self.request.fields),
            ("spec.response.code", response.code),
        ]
        if response.job_id is not None:
            found.append(("spec.response.job_id", response.job_id))
        if response.paging is not None:
            found.append(("spec.response.paging.more", response.paging.more))
        return tuple(found)

    def check_against(self, provider: Provider, product: Nullable) -> None:
        """Hosts and keys are the provider's, tables and fields the product's."""
        self.request.check_host(provider)
        if self.file is not None:
            self.file.check_host(provider)
        self.security.check_keys(provider.keys)
        self.response.document.check_against(product)


def parse_spec(specification: Mapping[str, Any]) -> ConnectorSpec:
    """Read a specification, or raise ConfigurationRefused with the field and the rule."""
    reader = SpecReader(specification, "spec")
    reader.only("mode", "request", "file", "security", "response")
    mode = reader.choice("mode", MODES, default="sync")
    if (mode == "file") != reader.has("file"):
        raise reader.refused("file", "spec.file", "mode file, and only it, has a file")
    spec = ConnectorSpec(
        mode=mode,
        request=read_request(reader.child("request")),
        file=read_file(reader.child("file")) if mode == "file" else None,
        security=(
            read_security(reader.child("security")) if reader.has("security") else SecuritySpec()
        ),
        response=_response(reader.child("response")),
    )
    _check_together(reader, spec)
    return spec


def _check_together(reader: SpecReader, spec: ConnectorSpec) -> None:
    """What one part of the file demands of another."""
    if spec.mode != "sync" and spec.response.job_id is None:
        raise reader.refused("response.job_id", "spec.missing", "a pending answer has a job")
    if spec.mode != "sync" and spec.response.paging is not None:
        raise reader.refused("response.paging", "spec.paging", "only mode sync has pages")
    for step in spec.security.request:
        if step.step == "encrypt" and spec.request.format == "query":
            raise SpecReader({}, step.path).refused("step", "spec.encrypt", "there is no body")
    if spec.mode == "callback":
        signed = {part for s in spec.security.callback if s.step == "verify" for part in s.over}
        if not {"timestamp", "nonce"} < signed or not signed & {"body", "body_sha256", "body_sm3"}:
            raise reader.refused(
                "security.callback",
                "spec.callback_unsigned",
                "a callback is verified over timestamp, nonce and body",
            )
    elif spec.security.callback:
        raise reader.refused("security.callback", "spec.callback", "only mode callback has one")


def _response(reader: SpecReader) -> ResponseSpec:
    reader.only("format", "encoding", "csv", "code", "codes", "job_id", "paging", "document")
    formats: tuple[AnswerFormat, ...] = ("json", "xml", "csv")
    format_ = reader.choice("format", formats, default="json")
    if (format_ == "csv") != reader.has("csv"):
        raise reader.refused("csv", "spec.csv", "format csv, and only it, has csv")
    return ResponseSpec(
        format=format_,
        encoding=reader.choice("encoding", ENCODINGS, default="utf-8"),
        csv=_csv(reader.child("csv")) if format_ == "csv" else None,
        code=reader.expression("code"),
        codes=tuple(_code(item) for item in reader.items("codes", most=MAX_CODE_RULES)),
        job_id=reader.optional_expression("job_id"),
        paging=_paging(reader.child("paging")) if reader.has("paging") else None,
        document=read_document(reader.child("document")),
    )


def _code(reader: SpecReader) -> CodeRule:
    reader.only("code", "meaning", "charge")
    code = reader.text("code", most=40)
    if "*" in code[:-1]:
        raise reader.refused("code", "spec.code", "a * stands at the end only")
    return CodeRule(
        code=code,
        meaning=reader.choice("meaning", MEANINGS),
        charge=reader.choice("charge", CHARGES),
    )


def _paging(reader: SpecReader) -> PagingSpec:
    reader.only("more", "page_size", "max_pages")
    return PagingSpec(
        more=reader.expression("more"),
        page_size=reader.integer("page_size", 1, MAX_PAGE_SIZE, 100),
        max_pages=reader.integer("max_pages", 1, MAX_PAGES, 20),
    )


def _csv(reader: SpecReader) -> CsvSpec:
    reader.only("delimiter", "records")
    delimiter = reader.text("delimiter", most=1)
    if delimiter in "\r\n\"'":
        raise reader.refused("delimiter", "spec.delimiter", "one character that separates")
    records = reader.child("records")
    columns = {kind: records.texts(kind, most=MAX_RECORD_COLUMNS) for kind in records.names()}
    if not columns:
        raise reader.refused("records", "spec.missing", "at least one type of record")
    return CsvSpec(delimiter=delimiter, records=columns)
