"""The archive on AWS: what the decision function leaves in the buckets replays from them."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.demo.archive_export import FOLDER, KEY_FILE, export_archive
from infra.demo.archive_folder import ArchiveFolder
from infra.demo.archive_keys import KeyFile
from puhui.errors import UpstreamUnavailable
from risk.adapters.artefact_shelf import ArtefactShelf, NotShipped, joined, split
from risk.adapters.packaged_policies import PackagedParameters
from risk.adapters.s3_archive import S3Archive
from risk.adapters.s3_artefacts import S3Artefacts
from risk.domain.errors import DecisionNotFound
from risk.domain.record import Pin
from risk.handlers.decide import handler
from risk.record_ports import ArchiveBroken
from risk.usecases.replay_decision import Replay, ReplayDecision
from tests.component.risk.conftest import RECORDS
from tests.support.risk import a_document, a_healthy_firm, a_reference, a_request
from tests.support.risk_archive import ENGINES
from tests.support.risk_stores import ARTEFACTS, BUCKET

HEALTHY = a_document(a_healthy_firm())
KEY = "intake/north/doc-1"
KINDS = {"policy", "model", "card", "parameters", "labels", "listing"}

pytestmark = pytest.mark.usefixtures("risk_account")


def decided(**changes: Any) -> str:
    """Ask the deployed function; answer the decision's id."""
    boto3.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=HEALTHY)
    payload = a_request([a_reference(HEALTHY)], **changes).model_dump(mode="json")
    return str(handler(payload, None)["decision_id"])


def archive() -> S3Archive:
    return S3Archive.of(boto3.client("s3"), RECORDS, BUCKET)


def replayed(source: Any, decision_id: str) -> Replay:
    """Replayed while the network is there: moto is in this process, and S3 must be read."""
    shipped = ArtefactShelf(ARTEFACTS, "test")
    return ReplayDecision(source, ENGINES, shipped, nullcontext)(decision_id)


def keys(prefix: str) -> list[str]:
    found = boto3.client("s3").list_objects_v2(Bucket=RECORDS, Prefix=prefix)
    return [one["Key"] for one in found.get("Contents", [])]


def put(key: str, body: bytes) -> None:
    boto3.client("s3").put_object(Bucket=RECORDS, Key=key, Body=body, ChecksumAlgorithm="SHA256")


def test_a_decision_leaves_what_it_was_made_with() -> None:
    decided()

    assert {key.split("/")[1] for key in keys("artefacts/")} == KINDS


def test_what_is_kept_already_is_not_written_again() -> None:
    decided()
    decided(application_id="app-2")

    versions = boto3.client("s3").list_object_versions(Bucket=RECORDS, Prefix="artefacts/")
    assert len(versions["Versions"]) == len(keys("artefacts/"))


def test_another_process_finds_the_artefacts_in_place() -> None:
    decided()
    pins = tuple(Pin(*key.split("/")[1:]) for key in keys("artefacts/"))  # type: ignore[arg-type]

    S3Artefacts(boto3.client("s3"), RECORDS, ArtefactShelf(ARTEFACTS)).keep(pins, {})

    versions = boto3.client("s3").list_object_versions(Bucket=RECORDS, Prefix="artefacts/")
    assert len(versions["Versions"]) == len(pins)


def test_a_decision_replays_from_the_buckets() -> None:
    decision_id = decided()

    replay = replayed(archive(), decision_id)

    assert replay.identical, replay.differences


def test_every_decision_of_every_bank_is_listed_once() -> None:
    ids = [decided(), decided(application_id="app-2"), decided(application_id="app-3")]

    assert sorted(archive().decisions()) == sorted(ids)


def test_what_is_no_record_of_a_question_is_no_decision() -> None:
    decision_id = decided()
    for name in (f"{decision_id}-{'0' * 64}.json", f"{decision_id}.json.bak", "dec-/x.json"):
        put(f"decisions/north/{name}", b"{}")

    found = archive()

    assert list(found.decisions()) == [decision_id]
    assert json.loads(found.record(decision_id))["decision_id"] == decision_id


def test_a_deleted_record_is_listed_and_named() -> None:
    decision_id = decided()
    boto3.client("s3").delete_object(Bucket=RECORDS, Key=f"decisions/north/{decision_id}.json")

    found = archive()

    assert list(found.decisions()) == [decision_id]
    assert replayed(found, decision_id).differences[0].part == "record"


def test_a_changed_record_is_named() -> None:
    decision_id = decided()
    (key,) = keys("decisions/")
    put(key, b"{}")

    assert replayed(archive(), decision_id).differences[0].part == "record"


def test_a_changed_document_is_named() -> None:
    decision_id = decided()
    boto3.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=HEALTHY + b" ")

    difference = replayed(archive(), decision_id).differences[0]

    assert (difference.part, "sha256" in difference.recomputed) == ("fact", True)


def test_a_document_that_is_gone_is_named() -> None:
    decision_id = decided()
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=KEY)

    difference = replayed(archive(), decision_id).differences[0]

    assert (difference.part, "absent" in difference.recomputed) == ("fact", True)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_changed_artefact_is_not_believed(kind: str) -> None:
    decided()
    key = keys(f"artefacts/{kind}/")[0]
    put(key, b"x")

    with pytest.raises(ArchiveBroken, match="sha256"):
        archive().artefact(Pin(*key.split("/")[1:]))  # type: ignore[arg-type]


def test_a_decision_that_was_never_made_is_not_found() -> None:
    decided()

    with pytest.raises(DecisionNotFound):
        archive().record("dec-unknown")


def test_a_bucket_that_does_not_answer_is_an_outage_and_no_difference() -> None:
    class Denied:
        def get_object(self, **_: Any) -> Any:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "GetObject")

    client: Any = Denied()

    with pytest.raises(UpstreamUnavailable):
        S3Archive.of(client, RECORDS, BUCKET).artefact(Pin("policy", "0" * 64))


def test_the_buckets_export_into_a_folder_that_replays(tmp_path: Any) -> None:
    decision_id = decided()
    key_file = KeyFile.made(tmp_path / KEY_FILE)

    count = export_archive(archive(), tmp_path / FOLDER, key_file)

    folder = ArchiveFolder.opened(tmp_path / FOLDER, key_file)
    assert (count, replayed(folder, decision_id).identical) == (1, True)


def test_a_decision_whose_document_was_not_there_is_exported_and_replays(tmp_path: Any) -> None:
    payload = a_request([a_reference(HEALTHY)]).model_dump(mode="json")
    decision_id = str(handler(payload, None)["decision_id"])
    key_file = KeyFile.made(tmp_path / KEY_FILE)

    export_archive(archive(), tmp_path / FOLDER, key_file)

    folder = ArchiveFolder.opened(tmp_path / FOLDER, key_file)
    assert replayed(folder, decision_id).identical


def test_tables_are_one_artefact_and_come_apart_again() -> None:
    parameters = PackagedParameters()

    assert split(joined(parameters)) == parameters.bodies


def test_a_pin_that_nothing_shipped_has_is_an_error() -> None:
    with pytest.raises(NotShipped, match="no shipped policy"):
        ArtefactShelf(ARTEFACTS).body(Pin("policy", "0" * 64))
