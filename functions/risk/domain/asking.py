"""What somebody who asks for a decision brings: who it is about, and documents in the request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from puhui.contracts.facts import FACT_PRODUCTS
from puhui.contracts.party import CustomerKind
from risk.domain.errors import DocumentRefused

MAX_INLINE_BYTES: Final = 200 * 1024
"""Larger documents travel by reference (ARCHITECTURE §8.7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSubject:
    """Who asks, as the name lists know people and firms."""

    kind: CustomerKind
    name: str = field(repr=False)
    uscc: str | None = field(default=None, repr=False)
    legal_person_name: str | None = field(default=None, repr=False)
    legal_person_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineDocument:
    """A document as it came: its product and its bytes."""

    product: str
    body: bytes = field(repr=False)


def check_documents(inline: Iterable[InlineDocument], referred: Iterable[str]) -> None:
    """Known products, each once, none larger than may travel in a request."""
    documents = tuple(inline)
    for number, document in enumerate(documents):
        where = f"documents.{number}"
        if document.product not in FACT_PRODUCTS:
            raise DocumentRefused(
                "there is no such product", field=f"{where}.product", rule="document.product"
            )
        if len(document.body) > MAX_INLINE_BYTES:
            raise DocumentRefused(
                f"larger than {MAX_INLINE_BYTES} bytes: send it by reference",
                field=f"{where}.document",
                rule="document.size",
            )
    counts = Counter([*(one.product for one in documents), *referred])
    twice = [product for product, count in counts.items() if count > 1]
    if twice:
        raise DocumentRefused(
            f"{', '.join(sorted(twice))} comes twice: nobody may choose",
            field="documents",
            rule="document.twice",
        )
