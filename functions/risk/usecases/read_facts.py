"""Read facts (读取事实): every reference becomes a fact with a state, never an exception."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from puhui.columns import DocumentNotReadable, FactColumns, read_columns
from puhui.contracts.facts import INVOICE_SCHEMA, FactReference
from puhui.fact_schemas import PRODUCTS
from puhui.tenancy import BankId
from risk.domain.facts import Fact
from risk.domain.indicators.values import State
from risk.ports import DocumentUnusable, FactDocuments


@dataclass(frozen=True)
class ReadFacts:
    """Fetch, verify and decode the referenced documents."""

    documents: FactDocuments

    def __call__(self, bank_id: BankId, references: Sequence[FactReference]) -> tuple[Fact, ...]:
        products = [reference.product for reference in references]
        facts = [
            self._fact(bank_id, reference, products.count(reference.product) > 1)
            for reference in references
        ]
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
            body = self.documents.read(bank_id, reference)
            return State.OK, None, read_columns(reference.product, body)
        except DocumentUnusable as error:
            return State.MISSING, error.reason, None
        except DocumentNotReadable as error:
            return State.MISSING, error.rule, None
