"""The security steps of a connector: what is signed, encrypted or hashed, with which key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from extdata.domain.provider import KeyKind, KeyName
from extdata.domain.spec_reader import SpecReader

StepName = Literal["sign", "verify", "encrypt", "decrypt", "digest", "check_digest"]
Encoding = Literal["hex", "base64"]

SIGNATURES: Mapping[str, tuple[KeyKind, KeyKind]] = {
    "hmac-sha256": ("hmac", "hmac"),
    "sm3-hmac": ("hmac", "hmac"),
    "rsa-sha256": ("rsa_private", "rsa_public"),
    "sm2": ("sm2_private", "sm2_public"),
}
"""Algorithms of `sign` and `verify`, with the kind of key that each needs."""
CIPHERS: Mapping[str, tuple[KeyKind, KeyKind]] = {
    "aes-256-gcm": ("aes", "aes"),
    "sm4-cbc": ("sm4", "sm4"),
    "sm4-gcm": ("sm4", "sm4"),
    "rsa-oaep-aes-gcm": ("rsa_public", "rsa_private"),
    "sm2-sm4-gcm": ("sm2_public", "sm2_private"),
}
"""Algorithms of `encrypt` and `decrypt`, with the kind of key that each needs."""
DIGESTS = ("sm3", "sha256")
PARTS = (
    "method",
    "path",
    "query",
    "timestamp",
    "nonce",
    "request_no",
    "body",
    "body_sha256",
    "body_sm3",
)
"""What a signature can cover."""
OUTGOING: tuple[StepName, ...] = ("sign", "encrypt", "digest")
INCOMING: tuple[StepName, ...] = ("verify", "decrypt", "check_digest")
MAX_STEPS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityStep:
    """One step; `header` is where a signature or digest stands."""

    step: StepName
    algorithm: str
    key: str = ""
    over: tuple[str, ...] = ()
    header: str = ""
    encoding: Encoding = "hex"
    path: str = ""
    """Where the step stands in the file, for error messages."""

    @property
    def needs_kind(self) -> KeyKind | None:
        """The kind of its key: whoever signs or opens holds the private half."""
        position = 0 if self.step in ("sign", "encrypt") else 1
        kinds = SIGNATURES.get(self.algorithm) or CIPHERS.get(self.algorithm)
        return None if kinds is None or not self.key else kinds[position]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuritySpec:
    """The steps of request, response and callback, each run in order."""

    request: tuple[SecurityStep, ...] = ()
    response: tuple[SecurityStep, ...] = ()
    callback: tuple[SecurityStep, ...] = ()

    def check_keys(self, keys: tuple[KeyName, ...]) -> None:
        """Every step names a key of the provider, of the kind that its algorithm needs."""
        kinds = {key.name: key.kind for key in keys}
        for step in (*self.request, *self.response, *self.callback):
            if step.needs_kind is None:
                continue
            where = SpecReader({}, step.path)
            if step.key not in kinds:
                raise where.refused("key", "key.unknown", "the provider has no key of this name")
            if kinds[step.key] != step.needs_kind:
                raise where.refused("key", "key.kind", f"{step.algorithm} needs {step.needs_kind}")


def read_security(reader: SpecReader) -> SecuritySpec:
    """Read `security`; all of it is optional."""
    reader.only("request", "response", "callback")
    return SecuritySpec(
        request=_steps(reader, "request", OUTGOING),
        response=_steps(reader, "response", INCOMING),
        callback=_steps(reader, "callback", INCOMING),
    )


def _steps(reader: SpecReader, key: str, allowed: tuple[StepName, ...]) -> tuple[SecurityStep, ...]:
    items = reader.items(key, most=MAX_STEPS, optional=True)
    return tuple(_step(item, allowed) for item in items)


def _step(reader: SpecReader, allowed: tuple[StepName, ...]) -> SecurityStep:
    step = reader.choice("step", allowed)
    if step in ("sign", "verify"):
        place = "into" if step == "sign" else "from"
        reader.only("step", "algorithm", "key", "over", place, "encoding")
        return SecurityStep(
            step=step,
            algorithm=reader.choice("algorithm", tuple(SIGNATURES)),
            key=reader.name("key"),
            over=reader.choices("over", PARTS),
            header=reader.header(place),
            encoding=reader.choice("encoding", ("hex", "base64"), default="hex"),
            path=reader.path,
        )
    if step in ("encrypt", "decrypt"):
        reader.only("step", "algorithm", "key")
        return SecurityStep(
            step=step,
            algorithm=reader.choice("algorithm", tuple(CIPHERS)),
            key=reader.name("key"),
            path=reader.path,
        )
    place = "into" if step == "digest" else "from"
    reader.only("step", "algorithm", place)
    return SecurityStep(
        step=step,
        algorithm=reader.choice("algorithm", DIGESTS),
        header=reader.header(place),
        path=reader.path,
    )
