"""T10: a presigned form uploads exactly what its policy allows, and nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from infra.local.http_message import HttpMessage
from infra.local.uploads import Credentials, UploadRefused, check_form_upload, check_request

CREDENTIALS = Credentials("PUHUILOCALACCESSKEY0", "secret")
BUCKET = "quarantine"
KEY = "north/doc-1"
CONTENT = b"invoice,2020-01-01,100\r\n"
DIGEST = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
MAX_BYTES = 1000


def s3_client() -> Any:
    return boto3.client(
        "s3",
        region_name="cn-north-1",
        endpoint_url="http://127.0.0.1:1/s3",
        aws_access_key_id=CREDENTIALS.access_key,
        aws_secret_access_key=CREDENTIALS.secret_key,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )


@pytest.fixture(scope="module")
def signed_form() -> dict[str, Any]:
    fields = {"Content-Type": "text/csv", "x-amz-checksum-sha256": DIGEST}
    conditions: list[Any] = [
        {"Content-Type": "text/csv"},
        {"x-amz-checksum-sha256": DIGEST},
        ["content-length-range", 1, MAX_BYTES],
    ]
    form: dict[str, Any] = s3_client().generate_presigned_post(
        BUCKET, KEY, Fields=fields, Conditions=conditions, ExpiresIn=300
    )
    return form


def a_message(fields: dict[str, str], content: bytes = CONTENT) -> HttpMessage:
    def parts() -> Iterator[bytes]:
        for name, value in fields.items():
            head = f'Content-Disposition: form-data; name="{name}"'
            yield f"--b\r\n{head}\r\n\r\n{value}\r\n".encode()
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n'
        yield b"Content-Type: text/csv\r\n\r\n" + content + b"\r\n--b--\r\n"

    kind = ("Content-Type", "multipart/form-data; boundary=b")
    return HttpMessage("POST", "/s3/quarantine", (kind,), b"".join(parts()))


def check(fields: dict[str, str], content: bytes = CONTENT, *, bucket: str = BUCKET) -> Any:
    return check_form_upload(a_message(fields, content), bucket, CREDENTIALS, datetime.now(UTC))


def test_the_announced_file_is_accepted(signed_form: dict[str, Any]) -> None:
    upload = check(signed_form["fields"])

    assert (upload.key, upload.content, upload.success_status) == (KEY, CONTENT, 204)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "north/doc-2"}, "AccessDenied"),
        ({"key": "south/doc-1"}, "AccessDenied"),
        ({"Content-Type": "text/html"}, "AccessDenied"),
        ({"x-amz-checksum-sha256": "AAAA"}, "AccessDenied"),
        ({"x-amz-signature": "0" * 64}, "SignatureDoesNotMatch"),
        ({"x-amz-signature": ""}, "SignatureDoesNotMatch"),
        ({"x-amz-credential": "SOMEBODY/20260101/cn-north-1/s3/aws4_request"},
         "InvalidAccessKeyId"),
        ({"x-amz-algorithm": "AWS2"}, "MalformedPOSTRequest"),
        ({"policy": ""}, "AccessDenied"),
        ({"policy": base64.b64encode(b'{"conditions":[]}').decode()}, "SignatureDoesNotMatch"),
        ({"x-amz-meta-owner": "me"}, "AccessDenied"),
        ({"acl": "public-read"}, "AccessDenied"),
        ({"success_action_redirect": "http://evil"}, "AccessDenied"),
    ],
)  # fmt: skip
def test_a_changed_form_is_refused(
    signed_form: dict[str, Any], change: dict[str, str], code: str
) -> None:
    with pytest.raises(UploadRefused) as refused:
        check({**signed_form["fields"], **change})

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EntityTooSmall"),
        (b"x" * (MAX_BYTES + 1), "EntityTooLarge"),
        (b"other content", "BadDigest"),
    ],
)
def test_another_content_is_refused(signed_form: dict[str, Any], content: bytes, code: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        check(signed_form["fields"], content)

    assert refused.value.code == code


def test_another_bucket_is_refused(signed_form: dict[str, Any]) -> None:
    with pytest.raises(UploadRefused, match="Policy Condition failed"):
        check(signed_form["fields"], bucket="documents")


def test_an_expired_policy_is_refused(signed_form: dict[str, Any]) -> None:
    later = datetime.now(UTC) + timedelta(minutes=6)

    with pytest.raises(UploadRefused, match="expired"):
        check_form_upload(a_message(signed_form["fields"]), BUCKET, CREDENTIALS, later)


def test_a_field_given_twice_is_refused(signed_form: dict[str, Any]) -> None:
    message = a_message({"KEY": "north/doc-2", **signed_form["fields"]})

    with pytest.raises(UploadRefused, match="twice"):
        check_form_upload(message, BUCKET, CREDENTIALS, datetime.now(UTC))


def test_a_form_without_file_is_refused(signed_form: dict[str, Any]) -> None:
    message = a_message(signed_form["fields"])
    without = HttpMessage(
        "POST", "/", message.headers, message.body.split(b'--b\r\nContent-Disposition: form-data; '
                                                         b'name="file"')[0] + b"--b--\r\n"
    )  # fmt: skip

    with pytest.raises(UploadRefused, match="exactly one file"):
        check_form_upload(without, BUCKET, CREDENTIALS, datetime.now(UTC))


@given(st.binary(min_size=1, max_size=400))
def test_binary_content_arrives_unchanged(content: bytes) -> None:
    form = s3_client().generate_presigned_post(BUCKET, KEY, ExpiresIn=300)

    upload = check(form["fields"], content)

    assert upload.content == content


@given(st.sampled_from(["key", "policy", "x-amz-date", "x-amz-signature"]), st.integers(0, 50))
def test_no_single_changed_character_passes(name: str, position: int) -> None:
    form = s3_client().generate_presigned_post(BUCKET, KEY, ExpiresIn=300)
    text = form["fields"][name]
    index = position % len(text)
    other = "A" if text[index] != "A" else "B"
    fields = {**form["fields"], name: text[:index] + other + text[index + 1 :]}

    with pytest.raises(UploadRefused):
        check(fields)


def a_presigned_get(**change: str) -> HttpMessage:
    url = urlsplit(
        s3_client().generate_presigned_url(
            "get_object",
            Params={"Bucket": BUCKET, "Key": "a b/c", "ResponseContentDisposition": "attachment"},
            ExpiresIn=300,
        )
    )
    target = f"{url.path}?{url.query}"
    for old, new in change.items():
        target = target.replace(old, new)
    return HttpMessage("GET", target, (("Host", url.netloc),), b"")


def test_a_presigned_download_is_accepted() -> None:
    check_request(a_presigned_get(), CREDENTIALS, datetime.now(UTC))


@pytest.mark.parametrize("change", [{"attachment": "inline"}, {"c?": "d?"}, {"=300": "=900"}])
def test_a_changed_download_address_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(UploadRefused, match="signature"):
        check_request(a_presigned_get(**change), CREDENTIALS, datetime.now(UTC))


def test_a_late_download_is_refused() -> None:
    with pytest.raises(UploadRefused, match="expired"):
        check_request(a_presigned_get(), CREDENTIALS, datetime.now(UTC) + timedelta(minutes=6))


def test_a_request_without_signature_is_refused() -> None:
    with pytest.raises(UploadRefused, match="Access Denied"):
        check_request(HttpMessage("GET", "/s3/b/k", (), b""), CREDENTIALS, datetime.now(UTC))


def test_a_stranger_is_refused() -> None:
    header = ("Authorization", "AWS4-HMAC-SHA256 Credential=STRANGER/x, Signature=0")

    with pytest.raises(UploadRefused, match="not known"):
        check_request(HttpMessage("GET", "/s3/b/k", (header,), b""), CREDENTIALS, datetime.now(UTC))
