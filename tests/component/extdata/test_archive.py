"""The archive when S3 misbehaves or somebody does: written once, verified whenever read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from extdata.domain.archive import sha256
from extdata.domain.errors import ArchiveBroken
from puhui.errors import UpstreamUnavailable
from tests.component.extdata.storage import (
    ARCHIVE,
    DOCUMENTS,
    Faulty,
    account,
    an_archive,
    raising,
    refusal,
    taking_effect_then,
)
from tests.support.extdata import BANK, a_document_ref, a_manifest, a_page, a_person

TIMEOUT = ReadTimeoutError(endpoint_url="https://s3")
BODY = b'{"code":"0000"}'


@pytest.fixture(autouse=True)
def buckets() -> Iterator[None]:
    """Empty buckets."""
    with account():
        yield


def keys(bucket: str) -> list[str]:
    """What lies in a bucket."""
    found = boto3.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])
    return [one["Key"] for one in found]


def versions(bucket: str) -> int:
    """How often anything was written."""
    return len(boto3.client("s3").list_object_versions(Bucket=bucket).get("Versions", []))


def overwrite(bucket: str, key: str, body: bytes) -> None:
    """What an insider with write access could do."""
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body, ChecksumAlgorithm="SHA256")


def test_a_put_whose_answer_is_lost_is_found_by_the_repetition() -> None:
    s3 = Faulty(boto3.client("s3"), {"put_object": [taking_effect_then(TIMEOUT)]})
    archive = an_archive(s3)
    with pytest.raises(UpstreamUnavailable):
        archive.keep_raw(BANK, [a_page(BODY)])

    archive.keep_raw(BANK, [a_page(BODY)])

    assert archive.raw(BANK, sha256(BODY)) == BODY
    assert versions(ARCHIVE) == 1


@pytest.mark.parametrize("code", ["PreconditionFailed", "ConditionalRequestConflict"])
def test_a_put_that_finds_its_own_bytes_is_done(code: str) -> None:
    s3 = Faulty(boto3.client("s3"))
    archive = an_archive(s3)
    archive.keep_raw(BANK, [a_page(BODY)])
    s3.faults["put_object"] = [raising(refusal(code, "PutObject"))]

    archive.keep_raw(BANK, [a_page(BODY)])

    assert versions(ARCHIVE) == 1


def test_a_put_with_a_wrong_checksum_is_refused_and_nothing_is_kept() -> None:
    s3 = Faulty(boto3.client("s3"), {"put_object": [raising(refusal("BadDigest", "PutObject"))]})

    with pytest.raises(UpstreamUnavailable):
        an_archive(s3).keep_raw(BANK, [a_page(BODY)])

    assert keys(ARCHIVE) == []


def test_every_put_names_its_checksum_and_demands_a_free_key() -> None:
    sent: list[dict[str, Any]] = []
    s3 = boto3.client("s3")
    s3.meta.events.register(
        "provide-client-params.s3.PutObject", lambda params, **_: sent.append(params)
    )

    an_archive(s3).keep_raw(BANK, [a_page(BODY)])
    an_archive(s3).keep_manifest(a_manifest())
    an_archive(s3).keep_document(BANK, b"{}", b"columns", "a" * 64)

    assert len(sent) == 4
    assert all(one["ChecksumSHA256"] and one["IfNoneMatch"] == "*" for one in sent)


def test_other_bytes_under_an_address_are_never_taken_for_ours() -> None:
    overwrite(ARCHIVE, f"raw/{BANK}/{sha256(BODY)}", b"forged")

    with pytest.raises(ArchiveBroken) as broken:
        an_archive().keep_raw(BANK, [a_page(BODY)])

    assert broken.value.rule == "archive.hash"


def test_a_changed_raw_answer_is_not_read() -> None:
    archive = an_archive()
    archive.keep_raw(BANK, [a_page(BODY)])
    overwrite(ARCHIVE, f"raw/{BANK}/{sha256(BODY)}", BODY + b" ")

    with pytest.raises(ArchiveBroken):
        archive.raw(BANK, sha256(BODY))


def test_a_changed_manifest_is_not_read() -> None:
    archive = an_archive()
    key = archive.keep_manifest(a_manifest())
    body = boto3.client("s3").get_object(Bucket=ARCHIVE, Key=key)["Body"].read()
    overwrite(ARCHIVE, key, body.replace(b'"attempt":1', b'"attempt":2'))

    with pytest.raises(ArchiveBroken):
        archive.manifest(key)


def test_a_changed_document_is_not_read() -> None:
    archive = an_archive()
    reference = archive.keep_document(BANK, b'{"a":1}', None, None)
    overwrite(DOCUMENTS, reference.key, b'{"a":2}')

    with pytest.raises(ArchiveBroken):
        archive.document(reference)


def test_a_document_of_another_bucket_is_not_opened() -> None:
    with pytest.raises(ArchiveBroken) as broken:
        an_archive().document(a_document_ref(bucket="elsewhere"))

    assert broken.value.rule == "archive.bucket"


def test_what_is_not_there_is_named_so() -> None:
    with pytest.raises(ArchiveBroken) as broken:
        an_archive().raw(BANK, "0" * 64)

    assert broken.value.rule == "archive.missing"


def test_a_silent_store_is_unavailable_not_broken() -> None:
    s3 = Faulty(boto3.client("s3"), {"get_object": [raising(TIMEOUT)]})

    with pytest.raises(UpstreamUnavailable):
        an_archive(s3).raw(BANK, "0" * 64)


def test_nobody_can_delete_a_kept_answer() -> None:
    an_archive().keep_raw(BANK, [a_page(BODY)])
    s3 = boto3.client("s3")
    (kept,) = s3.list_object_versions(Bucket=ARCHIVE)["Versions"]

    with pytest.raises(ClientError) as denied:
        s3.delete_object(
            Bucket=ARCHIVE,
            Key=kept["Key"],
            VersionId=kept["VersionId"],
            BypassGovernanceRetention=True,
        )

    assert denied.value.response["Error"]["Code"] == "AccessDenied"
    assert an_archive().raw(BANK, sha256(BODY)) == BODY


def test_an_attempt_answered_later_keeps_both_of_its_manifests() -> None:
    archive = an_archive()
    waiting = archive.keep_manifest(a_manifest())

    answered = archive.keep_manifest(a_manifest(a_page(BODY), document_sha256="d" * 64))

    assert waiting != answered
    assert archive.manifest(waiting).document_sha256 is None
    assert archive.manifest(answered).document_sha256 == "d" * 64


def test_columns_name_the_response_and_the_document_they_were_made_from() -> None:
    archive = an_archive()
    first = archive.keep_document(BANK, b'{"by":"v1"}', b"columns 1", "a" * 64)

    second = archive.keep_document(BANK, b'{"by":"v2"}', b"columns 2", "a" * 64)

    prefix = f"extdata/{BANK}/columns/{'a' * 64}-"
    assert first.columns_key != second.columns_key
    assert all(str(one.columns_key).startswith(prefix) for one in (first, second))


def test_documents_lie_where_risk_looks_for_this_bank() -> None:
    reference = an_archive().keep_document(BANK, b"{}", None, None)

    assert reference.key == f"extdata/{BANK}/{sha256(b'{}')}.json"
    assert (reference.bucket, reference.size_bytes) == (DOCUMENTS, 2)


def test_keys_tell_nothing_of_what_lies_under_them() -> None:
    person = a_person()
    body = f"{person.name}{person.id_number}".encode()
    archive = an_archive()
    archive.keep_raw(BANK, [a_page(body)])
    archive.keep_manifest(a_manifest(a_page(body)))
    archive.keep_document(BANK, body, body, sha256(body))

    text = " ".join(keys(ARCHIVE) + keys(DOCUMENTS))

    assert person.name not in text
    assert str(person.id_number) not in text


def test_a_long_answer_is_kept_page_by_page() -> None:
    pages = [a_page(f"page {n}".encode(), wire=f"wire {n}".encode()) for n in range(20)]

    an_archive().keep_raw(BANK, pages)

    assert all(an_archive().raw(BANK, sha256(page.opened)) == page.opened for page in pages)
    assert versions(ARCHIVE) == 40


def test_one_page_that_cannot_be_kept_fails_the_whole() -> None:
    s3 = Faulty(boto3.client("s3"), {"put_object": [raising(TIMEOUT)]})
    pages = [a_page(f"page {n}".encode()) for n in range(3)]

    with pytest.raises(UpstreamUnavailable):
        an_archive(s3).keep_raw(BANK, pages)
