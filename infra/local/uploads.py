"""Enforces S3's presigned POST policies and query signatures: moto accepts any upload."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote

from infra.local.http_message import HttpMessage

ALGORITHM = "AWS4-HMAC-SHA256"
NOT_IN_CONDITIONS = frozenset({"x-amz-signature", "policy", "file"})
MAX_POLICY_BYTES = 20 * 1024
BOUNDARY = re.compile(r'boundary="?([^";,]+)"?', re.IGNORECASE)
FIELD_NAME = re.compile(rb'[ ;]name="([^"]*)"')
DIGESTS: Mapping[str, Callable[[bytes], bytes]] = {
    "x-amz-checksum-sha256": lambda data: hashlib.sha256(data).digest(),
    "x-amz-checksum-sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "x-amz-checksum-crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "content-md5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
}


class UploadRefused(Exception):
    """S3 refuses the request: status, error code and message as S3 words them."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Credentials:
    """The one identity that signs in the local cloud."""

    access_key: str
    secret_key: str


@dataclass(frozen=True)
class Upload:
    """A form upload that its policy allows."""

    key: str
    content: bytes
    fields: Mapping[str, str]

    @property
    def success_status(self) -> int:
        """The status that the form asks for; 204 unless it is one of S3's three."""
        wanted = self.fields.get("success_action_status", "")
        return int(wanted) if wanted in ("200", "201", "204") else 204


def check_form_upload(
    message: HttpMessage, bucket: str, credentials: Credentials, now: datetime
) -> Upload:
    """Return the upload if signature, expiry and every condition of its policy hold."""
    fields, content = parse_form(message)
    policy = _signed_policy(fields, credentials)
    _check_expiry(policy, now)
    _check_conditions(policy["conditions"], {**fields, "bucket": bucket}, len(content))
    _check_digests(fields, content)
    if not fields.get("key"):
        raise UploadRefused(400, "InvalidArgument", "Bucket POST must contain a field named 'key'.")
    return Upload(fields["key"], content, fields)


def parse_form(message: HttpMessage) -> tuple[dict[str, str], bytes]:
    """Fields (names in lower case) and the file of a multipart form; the file comes last."""
    found = BOUNDARY.search(message.header("content-type"))
    if "multipart/form-data" not in message.header("content-type").lower() or found is None:
        text = "Bucket POST must be of the enclosure-type multipart/form-data"
        raise UploadRefused(412, "PreconditionFailed", text)
    delimiter = b"--" + found[1].encode("latin-1")
    fields: dict[str, str] = {}
    for part in (b"\r\n" + message.body).split(b"\r\n" + delimiter)[1:]:
        if part.startswith(b"--"):
            break
        head, _, body = part.partition(b"\r\n\r\n")
        name = FIELD_NAME.search(head)
        if name is None:
            raise _malformed("a part of the form has no name")
        key = name[1].decode("utf-8", "replace").lower()
        if key == "file":
            return fields, body
        if key in fields:
            raise _malformed(f"the field {key} is given twice")
        fields[key] = body.decode("utf-8", "replace")
    text = "POST requires exactly one file upload per request."
    raise UploadRefused(400, "IncorrectNumberOfFilesInPostRequest", text)


def _signed_policy(fields: Mapping[str, str], credentials: Credentials) -> dict[str, Any]:
    encoded = fields.get("policy", "")
    if not encoded:
        raise _denied("Access Denied")
    if len(encoded) > MAX_POLICY_BYTES or fields.get("x-amz-algorithm") != ALGORITHM:
        raise _malformed("the form's policy or algorithm is not acceptable")
    access_key, _, scope = fields.get("x-amz-credential", "").partition("/")
    if access_key != credentials.access_key:
        text = "The AWS Access Key Id you provided does not exist in our records."
        raise UploadRefused(403, "InvalidAccessKeyId", text)
    signature = _signature(credentials.secret_key, scope, encoded)
    if not hmac.compare_digest(signature, fields.get("x-amz-signature", "")):
        raise _wrong_signature()
    try:
        policy = json.loads(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError) as error:
        raise _malformed("Invalid Policy: not base64 JSON") from error
    if not isinstance(policy.get("conditions"), list):
        raise _malformed("Invalid Policy: no conditions")
    found: dict[str, Any] = policy
    return found


def _signature(secret_key: str, scope: str, text: str) -> str:
    """Sign with the key that SigV4 derives for a scope `date/region/service/aws4_request`."""
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _check_expiry(policy: Mapping[str, Any], now: datetime) -> None:
    try:
        expires = datetime.fromisoformat(str(policy["expiration"]).replace("Z", "+00:00"))
    except (KeyError, ValueError) as error:
        raise _malformed("Invalid Policy: no expiration") from error
    if now >= expires:
        raise _denied("Invalid according to Policy: Policy expired.")


def _check_conditions(conditions: Iterable[Any], fields: Mapping[str, str], size: int) -> None:
    covered: set[str] = {"bucket"}
    for condition in conditions:
        if isinstance(condition, Mapping):
            for name, value in condition.items():
                covered.add(name.lower())
                _check_field("eq", name.lower(), str(value), fields, condition)
            continue
        operator, name, value = condition
        if operator == "content-length-range":
            _check_size(int(name), int(value), size)
            continue
        name = str(name).removeprefix("$").lower()
        covered.add(name)
        _check_field(str(operator), name, str(value), fields, condition)
    extra = {
        name
        for name in fields.keys() - covered - NOT_IN_CONDITIONS
        if not name.startswith("x-ignore-")
    }
    if extra:
        names = ", ".join(sorted(extra))
        raise _denied(f"Invalid according to Policy: Extra input fields: {names}")


def _check_field(
    operator: str, name: str, wanted: str, fields: Mapping[str, str], condition: Any
) -> None:
    given = fields.get(name, "")
    holds = given == wanted if operator == "eq" else given.startswith(wanted)
    if operator not in ("eq", "starts-with") or not holds:
        text = json.dumps(condition)
        raise _denied(f"Invalid according to Policy: Policy Condition failed: {text}")


def _check_size(smallest: int, largest: int, size: int) -> None:
    if size > largest:
        text = "Your proposed upload exceeds the maximum allowed size"
        raise UploadRefused(400, "EntityTooLarge", text)
    if size < smallest:
        text = "Your proposed upload is smaller than the minimum allowed size"
        raise UploadRefused(400, "EntityTooSmall", text)


def _check_digests(fields: Mapping[str, str], content: bytes) -> None:
    for name, digest in DIGESTS.items():
        if name in fields and fields[name] != base64.b64encode(digest(content)).decode():
            text = f"The {name} you specified did not match the calculated checksum."
            raise UploadRefused(400, "BadDigest", text)


def check_request(message: HttpMessage, credentials: Credentials, now: datetime) -> None:
    """Let signed requests pass: a header of our own identity, or a valid presigned URL."""
    header = message.header("authorization")
    if header:
        if f"Credential={credentials.access_key}/" not in header:
            raise UploadRefused(403, "InvalidAccessKeyId", "The access key is not known here.")
        return
    query = dict(parse_qsl(message.query, keep_blank_values=True))
    if query.get("X-Amz-Algorithm") != ALGORITHM:
        raise _denied("Access Denied")
    signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if now > signed_at + timedelta(seconds=int(query["X-Amz-Expires"])):
        raise _denied("Request has expired")
    access_key, _, scope = query["X-Amz-Credential"].partition("/")
    canonical = hashlib.sha256(_canonical_request(message, query).encode()).hexdigest()
    text = f"{ALGORITHM}\n{query['X-Amz-Date']}\n{scope}\n{canonical}"
    expected = _signature(credentials.secret_key, scope, text)
    given = query.get("X-Amz-Signature", "")
    if access_key != credentials.access_key or not hmac.compare_digest(expected, given):
        raise _wrong_signature()


def _canonical_request(message: HttpMessage, query: Mapping[str, str]) -> str:
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in query.items()
        if name != "X-Amz-Signature"
    )
    names = query["X-Amz-SignedHeaders"].split(";")
    lines = [
        message.method,
        message.path,
        "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{message.header(name).strip()}" for name in names),
        "",
        ";".join(names),
        "UNSIGNED-PAYLOAD",
    ]
    return "\n".join(lines)


def _denied(text: str) -> UploadRefused:
    return UploadRefused(403, "AccessDenied", text)


def _malformed(text: str) -> UploadRefused:
    return UploadRefused(400, "MalformedPOSTRequest", text)


def _wrong_signature() -> UploadRefused:
    text = "The request signature we calculated does not match the signature you provided."
    return UploadRefused(403, "SignatureDoesNotMatch", text)
