"""Only what was announced leaves quarantine, once, whatever is delivered twice."""

from __future__ import annotations

import pytest

from intake.domain.document import DocumentStatus
from tests.support.intake_bank import Intake
from tests.support.intake_builders import (
    NORTH,
    a_document,
    a_pdf,
    an_upload_request,
    invoice_bytes,
)


def test_an_upload_that_is_what_was_announced_is_accepted(intake: Intake) -> None:
    document, _ = intake.request_upload(an_upload_request())
    intake.quarantine.upload(document, invoice_bytes())

    checked = intake.check_document(NORTH, document.document_id)

    assert checked.status is DocumentStatus.ACCEPTED
    assert intake.store.kept == {f"intake/north/{document.document_id}": invoice_bytes()}
    assert not intake.quarantine.uploads


REFUSED_UPLOADS = {
    "size": (invoice_bytes(), invoice_bytes(3)),
    "sha256": (invoice_bytes(), invoice_bytes(source="synthetiC")),
    "json": (b'{"rows": NaN}', b'{"rows": NaN}'),
    "schema": (invoice_bytes(row_count=3), invoice_bytes(row_count=3)),
}


@pytest.mark.parametrize("reason", REFUSED_UPLOADS)
def test_an_upload_that_is_not_is_refused_and_nothing_leaves_quarantine(
    intake: Intake, reason: str
) -> None:
    announced, uploaded = REFUSED_UPLOADS[reason]
    intake.documents.add(a_document(announced, document_id="doc-9"))
    intake.quarantine.upload(a_document(document_id="doc-9"), uploaded)

    checked = intake.check_document(NORTH, "doc-9")

    assert (checked.status, checked.rejection) == (DocumentStatus.REJECTED, reason)
    assert not intake.store.kept
    assert not intake.quarantine.uploads


def test_a_second_delivery_changes_nothing_and_tells_nobody(intake: Intake) -> None:
    document, _ = intake.request_upload(an_upload_request())
    intake.quarantine.upload(document, invoice_bytes())

    first = intake.check_document(NORTH, document.document_id)
    second = intake.check_document(NORTH, document.document_id)

    assert second.status is first.status
    assert [one.name for one in intake.documents.published] == ["DocumentAccepted"]


def test_a_crash_after_the_copy_is_repaired_by_the_next_delivery(intake: Intake) -> None:
    document, _ = intake.request_upload(an_upload_request())
    intake.quarantine.upload(document, invoice_bytes())
    intake.store.keep(document, invoice_bytes())  # the copy was made, the verdict was not

    checked = intake.check_document(NORTH, document.document_id)

    assert checked.status is DocumentStatus.ACCEPTED
    assert len(intake.documents.published) == 1


def test_a_second_upload_over_an_accepted_document_changes_nothing(intake: Intake) -> None:
    document, _ = intake.request_upload(an_upload_request())
    intake.quarantine.upload(document, invoice_bytes())
    intake.check_document(NORTH, document.document_id)

    intake.quarantine.upload(document, b"something else")
    intake.check_document(NORTH, document.document_id)

    assert list(intake.store.kept.values()) == [invoice_bytes()]


def test_a_scan_is_judged_by_its_bytes(intake: Intake) -> None:
    body = b"MZ" + a_pdf()
    scan = a_document(
        body, document_id="doc-9", product="business_licence", content_type="application/pdf"
    )
    intake.documents.add(scan)
    intake.quarantine.upload(scan, body)

    checked = intake.check_document(NORTH, "doc-9")

    assert checked.rejection == "content_type"
