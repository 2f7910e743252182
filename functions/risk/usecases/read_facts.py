"""Read facts (读取事实): every reference becomes a fact with a state, never an exception."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from puhui.columns import DocumentNotReadable, FactColumns, decode_columns, read_columns
from puhui.contracts.facts import INVOICE_SCHEMA, FactReference
from puhui.fact_schemas import PRODUCTS
from puhui.tenancy import BankId
from risk.domain.facts import Fact
from risk.domain.graph.learned import FIELDS_TOLD
from risk.domain.indicators.fields_read import fields_read
from risk.domain.indicators.values import State
from risk.domain.labels.gather import FIELDS_READ
from risk.domain.model_inputs.known import FIELDS_ASKED
from risk.ports import DocumentUnusable, FactDocuments


class AtOnce(Protocol):
    """Applies a function to all documents and answers in their order, as `map` does."""

    def __call__(
        self, read: Callable[[FactReference], Fact], references: Sequence[FactReference], /
    ) -> Iterable[Fact]:
        """One fact for each reference."""
        ...


@dataclass(frozen=True)
class ReadFacts:
    """Fetch, verify and decode the referenced documents."""

    documents: FactDocuments
    at_once: AtOnce = map
    """How several documents are read: one after another, or by threads."""

    def __call__(self, bank_id: BankId, references: Sequence[FactReference]) -> tuple[Fact, ...]:
        products = [reference.product for reference in references]

        def read(reference: FactReference) -> Fact:
            return self._fact(bank_id, reference, products.count(reference.product) > 1)

        facts = list(self.at_once(read, references))
        if INVOICE_SCHEMA not in products:
            facts.append(Fact(product=INVOICE_SCHEMA, state=State.MISSING, reason="not_given"))
        return tuple(facts)

    def _fact(self, bank_id: BankId, reference: FactReference, repeated: bool) -> Fact:
        state, reason, columns = State(reference.state), None, None
        if repeated:
            # Two documents for one question: choosing one would let the customer choose.
            state, reason = State.MISSING, "ambiguous"
        elif state is State.OK and reference.product in PRODUCTS:
            state, reason, columns = self._columns(bank_id, reference)
        return Fact(
            product=reference.product,
            state=state,
            reason=reason,
            document_id=reference.document_id,
            sha256=reference.sha256,
            size_bytes=reference.size_bytes,
            columns=columns,
        )

    def _columns(
        self, bank_id: BankId, reference: FactReference
    ) -> tuple[State, str | None, FactColumns | None]:
        try:
            columns = self._stored_columns(bank_id, reference)
            if columns is None:
                body = self.documents.read(bank_id, reference)
                columns = read_columns(reference.product, body, _wanted()[reference.product])
            return State.OK, None, columns
        except DocumentUnusable as error:
            return State.MISSING, error.reason, None
        except DocumentNotReadable as error:
            return State.MISSING, error.rule, None

    def _stored_columns(self, bank_id: BankId, reference: FactReference) -> FactColumns | None:
        """The columns from when the document arrived; unreadable ones are made again."""
        body = self.documents.read_columns(bank_id, reference)
        if body is None:
            return None
        try:
            columns = decode_columns(body)
        except DocumentNotReadable:
            return None
        made_from = columns.product, columns.document_sha256
        return columns if made_from == (reference.product, reference.sha256) else None


@cache
def _wanted() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """What becomes columns: the fields of indicators, labels, models and graph."""
    found = {product: dict(tables) for product, tables in fields_read().items()}
    for more in (FIELDS_READ, FIELDS_ASKED, FIELDS_TOLD):
        for product, tables in more.items():
            for table, names in tables.items():
                found[product][table] = found[product].get(table, frozenset()) | names
    return found
