"""Hypothesis strategies of documents and moments."""

from __future__ import annotations

from datetime import date
from random import Random

from hypothesis import strategies as st

from puhui.fact_schemas import PRODUCTS
from tests.unit.risk.indicators.random_documents import Document, a_maker, a_subject

AS_OF = date(2026, 8, 1)
MOMENTS = st.sampled_from(
    [AS_OF, date(2026, 8, 17), date(2026, 7, 31), date(2026, 2, 28), date(2024, 2, 29)]
)
"""The first, a middle and the last day of a month, and the last of February."""


def documents(product: str, as_of: date = AS_OF) -> st.SearchStrategy[Document]:
    """Any document of a product that matters at a moment."""
    return st.randoms(use_true_random=False).map(
        lambda random: a_maker(random, as_of).document(product)
    )


def subjects(as_of: date = AS_OF) -> st.SearchStrategy[dict[str, Document | str]]:
    """All that is known of somebody: documents, states, and products that nobody asked for."""
    return st.integers(0, 2**48).map(lambda seed: a_subject(Random(seed), as_of))


PRODUCT_CODES = st.sampled_from(list(PRODUCTS))
