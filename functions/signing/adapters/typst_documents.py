"""Sets contracts in type with typst, from templates that lie beside the code."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from puhui.strict_json import dumps
from signing.adapters.font_coverage import UnreadableFont, covered_by_all
from signing.domain.loan_document import TEMPLATE
from signing.ports import Typeset

if TYPE_CHECKING:
    from typst import Fonts

Standard = Literal["a-2b"]
TEMPLATES: Final = Path(__file__).resolve().parent.parent / "templates"
MARKS_TEMPLATE: Final = "signature-marks-v1"
FONT_FILES: Final = (
    "NotoSansSC_400Regular.ttf",
    "NotoSansSC_700Bold.ttf",
    "NotoSerifSC_400Regular.ttf",
    "NotoSerifSC_700Bold.ttf",
)
ARCHIVE_STANDARD: Final[Standard] = "a-2b"
"""PDF/A-2b: fonts embedded, nothing fetched, readable in decades."""


class TypstDocuments:
    """`signing.ports.Typesetter`: data reaches a template as one JSON text, never as markup."""

    def __init__(self, font_dir: str) -> None:
        self._font_dir = Path(font_dir)

    def has_glyph(self, char: str) -> bool:
        """Regular and bold, serif and sans: a name is set in several of them."""
        return ord(char) in self._covered

    def set_contract(self, document: dict[str, Any]) -> Typeset:
        """The contract, archivable."""
        return self._set(TEMPLATE, document, [ARCHIVE_STANDARD])

    def set_marks(self, document: dict[str, Any]) -> Typeset:
        """The two marks; they become part of a PDF, so they are no archive file themselves."""
        return self._set(MARKS_TEMPLATE, document, [])

    def _set(self, template: str, document: dict[str, Any], standards: list[Standard]) -> Typeset:
        import typst

        source = TEMPLATES / f"{template}.typ"
        data = dumps(document)
        content = typst.compile(
            str(source),
            root=str(TEMPLATES),
            font_paths=self._fonts,
            format="pdf",
            sys_inputs={"data": data},
            pdf_standards=[*standards],
        )
        return Typeset(
            content=content,
            template=template,
            template_sha256=hashlib.sha256(source.read_bytes()).hexdigest(),
            input_sha256=hashlib.sha256(data.encode()).hexdigest(),
        )

    @cached_property
    def _files(self) -> tuple[Path, ...]:
        found = {path.name: path for path in sorted(self._font_dir.rglob("*.ttf"))}
        missing = [name for name in FONT_FILES if name not in found]
        if missing:
            raise UnreadableFont(f"fonts missing below {self._font_dir}: {', '.join(missing)}")
        return tuple(found[name] for name in FONT_FILES)

    @cached_property
    def _covered(self) -> frozenset[int]:
        return covered_by_all(self._files)

    @cached_property
    def _fonts(self) -> Fonts:
        """The four fonts and no others: neither the machine's nor typst's own."""
        import typst

        return typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(path.parent) for path in self._files],
        )
