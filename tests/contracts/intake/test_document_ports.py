"""Documents and buckets: the fakes and the adapters keep the same promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.errors import (
    DocumentNotFound,
)
from tests.support.intake_builders import (
    NOON,
    NORTH,
    SOUTH,
    a_document,
    invoice_bytes,
)
from tests.support.intake_ports import Ports, an_envelope


def test_a_document_comes_back_as_it_was(ports: Ports) -> None:
    document = a_document()
    ports.documents.add(document)
    kept = ports.documents.get(NORTH, "doc-1")

    ports.documents.save(kept.accept("documents", "key", NOON), (an_envelope(),))

    found = ports.documents.get(NORTH, "doc-1")
    assert found == replace(document.accept("documents", "key", NOON), version=2)
    assert ports.published() == [an_envelope().event_id]


def test_documents_come_in_the_order_asked_for_and_missing_ones_are_missing(ports: Ports) -> None:
    for n in range(3):
        ports.documents.add(a_document(document_id=f"doc-{n}"))
    ports.documents.add(a_document(document_id="doc-9", bank_id=SOUTH))

    found = ports.documents.get_many(NORTH, ["doc-2", "doc-7", "doc-0", "doc-9"])

    assert [one.document_id for one in found] == ["doc-2", "doc-0"]
    assert ports.documents.get_many(NORTH, []) == ()


def test_a_document_nobody_announced_is_not_found(ports: Ports) -> None:
    with pytest.raises(DocumentNotFound):
        ports.documents.get(NORTH, "doc-1")


def test_of_too_large_an_upload_one_byte_too_many_is_read(ports: Ports) -> None:
    document = a_document()
    ports.upload(document, invoice_bytes() + b" " * 100)

    assert ports.quarantine.read(document) == invoice_bytes() + b" "


def test_an_upload_is_read_and_discarded(ports: Ports) -> None:
    document = a_document()
    ports.upload(document, invoice_bytes())

    assert ports.quarantine.read(document) == invoice_bytes()
    for _ in range(2):
        ports.quarantine.discard(document)
    with pytest.raises(DocumentNotFound):
        ports.quarantine.read(document)


def test_checked_bytes_are_kept_below_the_module_s_prefix(ports: Ports) -> None:
    document = a_document()

    places = {ports.store.keep(document, invoice_bytes()) for _ in range(2)}

    ((_, key),) = places
    assert key == "intake/north/doc-1"
