"""What an interface document of a simulated provider says: paths, formats, keys, codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["sync", "callback", "file"]
Format = Literal["json", "xml", "form", "query", "csv"]


@dataclass(frozen=True, kw_only=True)
class KeySpec:
    """A key by its name and by its kind as the bank holds it."""

    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Which parts are signed, with which algorithm and key, and where the signature travels."""

    algorithm: str
    key: str
    over: tuple[str, ...]
    header: str
    encoding: Literal["hex", "base64"] = "hex"


@dataclass(frozen=True, kw_only=True)
class Cipher:
    """How a body is encrypted."""

    algorithm: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Digest:
    """Where the digest of a raw body travels."""

    algorithm: str
    header: str


@dataclass(frozen=True, kw_only=True)
class Wire:
    """How one direction of a conversation looks on the wire."""

    format: Format = "json"
    encoding: str = "utf-8"
    root: str = ""
    signature: Signature | None = None
    cipher: Cipher | None = None
    digest: Digest | None = None
    gzip: bool = False


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One billed interface (接口)."""

    connector_id: str
    method: Literal["GET", "POST"]
    path: str
    product: str
    mode: Mode = "sync"


@dataclass(frozen=True, kw_only=True)
class Codes:
    """The provider's own words for the outcomes."""

    hit: str
    miss: str
    pending: str = ""
    busy: str
    signature: str
    timestamp: str
    unreadable: str
    number: str


@dataclass(frozen=True, kw_only=True)
class Fields:
    """Under which names the provider reads a question."""

    uscc: str = ""
    id_number: str = ""
    page: str = ""
    page_size: str = ""
    callback_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One simulated provider."""

    provider_id: str
    name: str
    endpoints: tuple[Endpoint, ...]
    keys: tuple[KeySpec, ...]
    asks: Wire
    answers: Wire
    fields: Fields
    codes: Codes
    callback: Wire | None = None
    miss_permille: int = 20
    """How many of a thousand firms this provider does not know."""


PARTS = ("method", "path", "timestamp", "nonce", "body")
ANSWER_PARTS = ("timestamp", "body")


def hmac_signature(header: str, over: tuple[str, ...], algorithm: str = "hmac-sha256") -> Signature:
    """Signed with the provider's one shared key."""
    return Signature(algorithm=algorithm, key="hmac", over=over, header=header)


def asymmetric(algorithm: str, key: str, over: tuple[str, ...], header: str) -> Signature:
    """Signed with a private key, written in base64."""
    return Signature(algorithm=algorithm, key=key, over=over, header=header, encoding="base64")


HMAC_KEY = KeySpec(name="hmac", kind="hmac")
