"""How a connector asks: address, method, fields, format, tries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from extdata.domain.provider import Provider
from extdata.domain.spec_reader import RESERVED_HEADERS, SpecReader

Method = Literal["GET", "POST"]
METHODS: tuple[Method, ...] = ("GET", "POST")
BodyFormat = Literal["json", "xml", "form", "query"]
FORMATS: tuple[BodyFormat, ...] = ("json", "xml", "form", "query")
ENCODINGS = ("utf-8", "gb18030")
BASE = "{base}"
JOB_ID = "{job_id}"
MIN_TRY_MS, MAX_TRY_MS, DEFAULT_TRY_MS = 50, 30_000, 2_000
MAX_TRIES = 5
MAX_HEADERS = 20
MAX_URL = 500
HTTPS_PORT = 443
_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_HEADER_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?")
_URL_TEXT = re.compile(r"[A-Za-z0-9._~:/?@!$&'()*+,;=%{}-]+")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A URL of the file; `{base}` is the sandbox, `{job_id}` the provider's job."""

    url: str
    path: str
    """Where it stands in the file."""

    @property
    def in_sandbox(self) -> bool:
        """Whether it begins at the sandbox."""
        return self.url.startswith(BASE)

    def check_host(self, provider: Provider) -> None:
        """Of a simulated provider: below {base}. Of a real one: HTTPS to one of its hosts."""
        reader = SpecReader({}, self.path)
        if self.in_sandbox != provider.sandbox:
            raise reader.refused("url", "url.base", "{base} is for simulated providers, and only")
        if not self.in_sandbox and urlsplit(self.url).hostname not in provider.hosts:
            raise reader.refused("url", "url.host", "the host is not one of the provider's")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSpec:
    """How the question is put."""

    method: Method
    address: Address
    format: BodyFormat
    encoding: str
    root: str
    headers: Mapping[str, str]
    fields: str
    try_timeout_ms: int
    tries: int

    def check_host(self, provider: Provider) -> None:
        """See `Address.check_host`."""
        self.address.check_host(provider)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSpec:
    """Where the file of a pending job is fetched."""

    method: Method
    address: Address
    not_ready_status: int

    def check_host(self, provider: Provider) -> None:
        """See `Address.check_host`."""
        self.address.check_host(provider)


def read_request(reader: SpecReader) -> RequestSpec:
    """Read `request`."""
    reader.only(
        "method",
        "url",
        "format",
        "encoding",
        "root",
        "headers",
        "fields",
        "try_timeout_ms",
        "tries",
    )
    method = reader.choice("method", METHODS, default="POST")
    format_ = reader.choice("format", FORMATS, default="json")
    if (method == "GET") != (format_ == "query"):
        raise reader.refused("format", "spec.query", "GET has its fields in the query, POST not")
    if (format_ == "xml") != reader.has("root"):
        raise reader.refused("root", "spec.root", "format xml, and only it, has a root element")
    root = reader.text("root") if format_ == "xml" else ""
    if root and not _XML_NAME.fullmatch(root):
        raise reader.refused("root", "spec.root", "the name of an element")
    address = read_address(reader, job=False)
    if format_ == "query" and "?" in address.url:
        raise reader.refused("url", "url.query", "the fields make the query")
    return RequestSpec(
        method=method,
        address=address,
        format=format_,
        encoding=reader.choice("encoding", ENCODINGS, default="utf-8"),
        root=root,
        headers=_headers(reader.child("headers")) if reader.has("headers") else {},
        fields=reader.expression("fields"),
        try_timeout_ms=reader.integer("try_timeout_ms", MIN_TRY_MS, MAX_TRY_MS, DEFAULT_TRY_MS),
        tries=reader.integer("tries", 1, MAX_TRIES, 1),
    )


def read_file(reader: SpecReader) -> FileSpec:
    """Read `file`."""
    reader.only("method", "url", "not_ready_status")
    return FileSpec(
        method=reader.choice("method", METHODS, default="GET"),
        address=read_address(reader, job=True),
        not_ready_status=reader.integer("not_ready_status", 200, 599, 404),
    )


def read_address(reader: SpecReader, *, job: bool) -> Address:
    """A literal HTTPS URL, or one that begins at {base}; no other placeholder, no credentials."""
    url = reader.text("url", most=MAX_URL)
    if not _URL_TEXT.fullmatch(url):
        raise reader.refused("url", "url.characters", "only the plain characters of a URL")
    rest = url.removeprefix(BASE)
    if job:
        if rest.count(JOB_ID) != 1:
            raise reader.refused("url", "url.job_id", "the file of a job names {job_id} once")
        rest = rest.replace(JOB_ID, "job")
    if "{" in rest or "}" in rest:
        raise reader.refused("url", "url.placeholder", "the only placeholders: {base}, {job_id}")
    if url.startswith(BASE):
        if not rest.startswith("/"):
            raise reader.refused("url", "url.base", "a path follows {base}")
    else:
        _check_literal(reader, url)
    if any(part in (".", "..") for part in urlsplit("//h" + rest).path.split("/")):
        raise reader.refused("url", "url.dots", "no . or .. in the path")
    return Address(url=url, path=reader.path)


def _check_literal(reader: SpecReader, url: str) -> None:
    authority = re.match(r"https://([^/?]*)/", url)
    if authority is None:
        raise reader.refused("url", "url.https", "https://, a host and a path")
    host = authority[1]
    if "@" in host:
        raise reader.refused("url", "url.credentials", "no credentials in a URL")
    if JOB_ID in host or "%" in host:
        raise reader.refused("url", "url.host", "the host is written out")
    if ":" in host and not host.endswith(f":{HTTPS_PORT}"):
        raise reader.refused("url", "url.port", f"port {HTTPS_PORT}")


def _headers(reader: SpecReader) -> Mapping[str, str]:
    names = reader.names()
    if len(names) > MAX_HEADERS:
        raise reader.refused("", "spec.too_many", f"at most {MAX_HEADERS} headers")
    for name in names:
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise reader.refused("", "spec.header", "the name of a header")
        if name.lower() in RESERVED_HEADERS:
            raise reader.refused(name, "spec.header_reserved", "the engine sets this header")
        if not _HEADER_VALUE.fullmatch(reader.text(name)):
            raise reader.refused(name, "spec.header", "visible ASCII")
    return {name: reader.text(name) for name in names}
