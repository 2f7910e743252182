"""Contracts in type: rare names are there, foreign markup stays text, bytes repeat."""

from __future__ import annotations

import io
import shutil
import struct
from pathlib import Path

import pytest
from pypdf import PdfReader

from puhui.contracts.party import Party
from signing.adapters.font_coverage import UnreadableFont, code_points, covered_by_all
from signing.adapters.typst_documents import FONT_FILES, TEMPLATES, TypstDocuments
from signing.domain.errors import GlyphMissing
from signing.domain.loan_document import loan_document, marks_document
from signing.domain.printability import ensure_printable
from tests.support.signing import (
    FONT_DIR,
    FONTS,
    RARE_NAMES,
    a_party,
    some_facts,
    some_terms,
)

INJECTIONS = (
    '#read("/etc/passwd")',
    '#import "x.typ"',
    '#eval("1+1")',
    "{{7*7}}",
    "*粗* _斜_ = 标题",
    '<img src="file:///etc/passwd">',
    "$ x^2 $",
    "] #panic() [",
    '"; #while true {}',
    "\\u{41}",
)
"""Payloads of other template languages too: a contract prints them as they are."""


@pytest.fixture(scope="module")
def typesetter() -> TypstDocuments:
    return TypstDocuments(FONT_DIR)


def text_of(content: bytes) -> str:
    """What a reader can copy out of the PDF, without its line breaks and spaces."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_the_same_input_gives_the_same_bytes(typesetter: TypstDocuments) -> None:
    document = loan_document(some_facts())

    first, second = typesetter.set_contract(document), typesetter.set_contract(document)

    assert first == second


def test_another_amount_gives_another_document(typesetter: TypstDocuments) -> None:
    first = typesetter.set_contract(loan_document(some_facts()))
    second = typesetter.set_contract(loan_document(some_facts(terms=some_terms(30_000_012))))

    assert first.content != second.content
    assert first.input_sha256 != second.input_sha256


def test_the_contract_says_who_how_much_and_at_what_cost(typesetter: TypstDocuments) -> None:
    text = text_of(typesetter.set_contract(loan_document(some_facts())).content)

    for expected in (
        "流动资金借款合同",
        "综合融资成本明示表",
        "合成测试商贸有限公司",
        "人民币叁拾万元整",
        "300,000.00",
        "12.6825%",
        "还款计划表",
        "电子签名法",
        "签署页",
    ):
        assert expected in text


def test_the_cost_disclosure_stands_before_the_first_article(typesetter: TypstDocuments) -> None:
    text = text_of(typesetter.set_contract(loan_document(some_facts())).content)

    assert 0 <= text.index("综合融资成本（正常履约）") < text.index("第一条")


@pytest.mark.parametrize("months", [1, 12, 36, 360])
def test_every_instalment_is_printed(typesetter: TypstDocuments, months: int) -> None:
    document = loan_document(some_facts(terms=some_terms(36_000_000, months)))

    text = text_of(typesetter.set_contract(document).content)

    assert all(line[1] in text and line[6] in text for line in document["plan"]["lines"])


def test_there_are_enough_rare_names_to_mean_something() -> None:
    assert len(set(RARE_NAMES)) >= 50
    points = {ord(char) for char in "".join(RARE_NAMES)}
    assert any(0x3400 <= point <= 0x4DBF for point in points)


@pytest.mark.parametrize("name", [*RARE_NAMES, "𠅤氏", "王㛃㙓", "李𪟝", "张𫖯", "陈𤧛"])
def test_rare_names_are_printed_as_they_are_written(typesetter: TypstDocuments, name: str) -> None:
    party = a_party(legal_person_name=name, name=f"{name}商贸有限公司")
    facts = some_facts(party=party, terms=some_terms(36_000_000, 1))
    document, marks = loan_document(facts), marks_document(facts)
    ensure_printable(document, typesetter.has_glyph)

    text = text_of(typesetter.set_contract(document).content)

    assert text.count(name) >= 4
    assert name in text_of(typesetter.set_marks(marks).content)


@pytest.mark.parametrize("char", ["𰻝", "𱁬", "𠮷", "🏦", "ཨ", "ع"])
def test_what_the_fonts_lack_is_refused_before_rendering(
    typesetter: TypstDocuments, char: str
) -> None:
    document = loan_document(some_facts(party=a_party(name=f"合成{char}公司")))

    with pytest.raises(GlyphMissing, match=f"U\\+{ord(char):04X}"):
        ensure_printable(document, typesetter.has_glyph)


@pytest.mark.parametrize("payload", INJECTIONS)
def test_markup_in_data_stays_text(typesetter: TypstDocuments, payload: str) -> None:
    facts = some_facts(
        party=a_party(name=payload, address=payload), terms=some_terms(purpose=payload)
    )

    text = text_of(typesetter.set_contract(loan_document(facts)).content)

    assert text.count("".join(payload.split())) >= 3


def test_the_templates_themselves_are_covered_by_the_fonts(typesetter: TypstDocuments) -> None:
    for template in TEMPLATES.glob("*.typ"):
        visible = {char for char in template.read_text(encoding="utf-8") if char != "\n"}
        assert {char for char in visible if not typesetter.has_glyph(char)} <= set("─")


def test_the_contract_is_an_archive_file_with_its_fonts_inside(typesetter: TypstDocuments) -> None:
    content = typesetter.set_contract(loan_document(some_facts())).content
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in PdfReader(io.BytesIO(content)).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }

    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert fonts
    assert all("NotoSansSC" in font or "NotoSerifSC" in font for font in fonts)


# ── the character maps themselves ───────────────────────────────────────────────────────────


def test_every_unified_ideograph_of_unicode_1_is_covered() -> None:
    covered = covered_by_all(FONTS)

    assert set(range(0x4E00, 0x9FA6)) <= covered


@pytest.mark.parametrize("name", RARE_NAMES[:6])
def test_a_font_that_loses_a_glyph_is_noticed(name: str, tmp_path: Path) -> None:
    for font in FONTS:
        shutil.copy(font, tmp_path)
    victim = tmp_path / FONT_FILES[3]
    victim.write_bytes(without_glyph(victim.read_bytes(), ord(name[0])))
    document = loan_document(some_facts(party=a_party(legal_person_name=name)))

    with pytest.raises(GlyphMissing):
        ensure_printable(document, TypstDocuments(str(tmp_path)).has_glyph)


def test_a_missing_font_stops_everything(tmp_path: Path) -> None:
    for font in FONTS[1:]:
        shutil.copy(font, tmp_path)

    with pytest.raises(UnreadableFont, match="missing"):
        TypstDocuments(str(tmp_path)).has_glyph("王")


@pytest.mark.parametrize("size", [0, 4, 11, 40, 200, 5_000])
def test_a_damaged_font_is_unreadable_not_empty(size: int) -> None:
    with pytest.raises(UnreadableFont):
        code_points(FONTS[0].read_bytes()[:size])


def test_both_map_formats_say_the_same_where_both_speak() -> None:
    font = FONTS[0].read_bytes()
    segments = code_points(only_format(font, 4))
    groups = code_points(only_format(font, 12))

    assert segments
    assert segments == {point for point in groups if point <= 0xFFFF}


def without_glyph(font: bytes, point: int) -> bytes:
    """Point every map entry of a character to the missing glyph: the font "loses" it."""
    changed = bytearray(font)
    for start in _subtables(font):
        (kind,) = struct.unpack_from(">H", font, start)
        if kind == 12:
            _cut_group(changed, font, start, point)
        elif kind == 4:
            struct.pack_into(">H", changed, start, 99)
    return bytes(changed)


def only_format(font: bytes, kept: int) -> bytes:
    """Hide the other map formats by giving them an unknown number."""
    changed = bytearray(font)
    for start in _subtables(font):
        if struct.unpack_from(">H", font, start) != (kept,):
            struct.pack_into(">H", changed, start, 99)
    return bytes(changed)


def _cut_group(changed: bytearray, font: bytes, start: int, point: int) -> None:
    (count,) = struct.unpack_from(">I", font, start + 12)
    for index in range(count):
        at = start + 16 + 12 * index
        first, last, _ = struct.unpack_from(">III", font, at)
        if first <= point <= last:
            struct.pack_into(">I", changed, at + 4, point - 1)
            struct.pack_into(">I", changed, at, min(first, point - 1))


def _subtables(font: bytes) -> list[int]:
    (tables,) = struct.unpack_from(">H", font, 4)
    for index in range(tables):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if name == b"cmap":
            (count,) = struct.unpack_from(">H", font, offset + 2)
            return [
                offset + int(struct.unpack_from(">I", font, offset + 8 + 8 * n)[0])
                for n in range(count)
            ]
    raise AssertionError("no cmap")


def test_the_party_model_allows_the_names_that_we_print() -> None:
    assert all(isinstance(a_party(legal_person_name=name), Party) for name in RARE_NAMES)
