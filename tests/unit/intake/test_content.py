"""A scan is what its bytes say; whatever else hides in it is refused for its reason."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain import content
from intake.domain.document import SCAN_BYTES
from tests.support.intake_builders import (
    a_jpeg,
    a_pdf,
    a_png,
)

CLEAN = {
    "application/pdf": a_pdf(),
    "image/png": a_png(),
    "image/jpeg": a_jpeg(),
}
UNCLEAN = {
    "a renamed program": ("application/pdf", b"MZ\x90\x00" + b"\x00" * 64, "content_type"),
    "a PDF that starts late": ("application/pdf", b"GIF89a" + a_pdf(), "content_type"),
    "a PDF without an end": ("application/pdf", a_pdf()[:-7] + b" " * 2000, "truncated"),
    "a PDF with a script": (
        "application/pdf",
        a_pdf(b"<</OpenAction <</S /JavaScript /JS (app.alert(1))>>>>"),
        "active_content",
    ),
    "a PDF with an escaped script": (
        "application/pdf",
        a_pdf(b"<</S /J#61vaScript /JS (app.alert(1))>>"),
        "active_content",
    ),
    "a PDF that starts programs": ("application/pdf", a_pdf(b"<</S /Launch>>"), "active_content"),
    "a PDF with a file inside": (
        "application/pdf",
        a_pdf(b"<</Type /EmbeddedFile>>"),
        "active_content",
    ),
    "the anti-virus test file": (
        "application/pdf",
        a_pdf(b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"),
        "malware",
    ),
    "a PNG called a JPEG": ("image/jpeg", a_png(), "content_type"),
    "a PNG with a zip behind it": (
        "image/png",
        a_png(extra=b"PK\x03\x04 archive"),
        "trailing_bytes",
    ),
    "a PNG cut short": ("image/png", a_png()[:-13], "truncated"),
    "a PNG of 10 gigapixels": ("image/png", a_png(100_000, 100_000), "too_many_pixels"),
    "a PNG without pixels": ("image/png", a_png(0, 5), "too_many_pixels"),
    "a JPEG of 4 gigapixels": ("image/jpeg", a_jpeg(65_535, 65_535), "too_many_pixels"),
    "a JPEG with a script behind it": (
        "image/jpeg",
        a_jpeg(end=b"\xff\xd9<script>"),
        "trailing_bytes",
    ),
    "a JPEG without a frame": ("image/jpeg", b"\xff\xd8\xff\xd9", "truncated"),
    "a type that nobody asked for": ("text/html", b"<html>", "content_type"),
    "nothing": ("image/png", b"", "content_type"),
}


@pytest.mark.parametrize("content_type", CLEAN)
def test_a_clean_scan_passes(content_type: str) -> None:
    assert content.refusal(content_type, CLEAN[content_type]) is None


@pytest.mark.parametrize("name", UNCLEAN)
def test_an_unclean_scan_is_refused_for_its_reason(name: str) -> None:
    content_type, body, reason = UNCLEAN[name]

    assert content.refusal(content_type, body) == reason


def test_a_name_that_only_begins_like_an_active_one_passes() -> None:
    body = a_pdf(b"<</LaunchPad 1 /JavaScripts 2 /JS 3>>")

    assert content.refusal("application/pdf", body) is None


def test_twenty_megabytes_of_compressed_pages_are_no_script_by_chance() -> None:
    noise = random.Random(42).randbytes(SCAN_BYTES - 100)

    assert content.refusal("application/pdf", a_pdf(noise)) is None


@given(st.sampled_from(sorted(CLEAN)), st.binary(max_size=400))
def test_no_bytes_break_the_check(content_type: str, body: bytes) -> None:
    head = CLEAN[content_type][:12]

    for candidate in (body, head + body):
        refusal = content.refusal(content_type, candidate)
        assert refusal is None or refusal.isidentifier()
