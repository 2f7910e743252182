"""What a decision knows when it asks its models, and how a model that is not asked is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from puhui.contracts.risk import DecisionRequest
from risk.domain.documents import Document
from risk.domain.evaluation import Parameters
from risk.domain.facts import Fact
from risk.domain.indicators.engine import document_state
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import State, Values
from risk.domain.model_not_asked import Why
from risk.domain.models.catalogue import Segment
from risk.domain.record import Given
from risk.domain.statistical import StatisticalAnswer

BUREAU: Final = "bureau/1"
TAX: Final = "tax/1"
INVOICE: Final = "invoice/1"
REGISTRATION: Final = "registration/1"
BANK_FLOW: Final = "bank_flow/1"
UTILITY: Final = "utility/1"
AGRICULTURE: Final = "agriculture/1"
DEVICE: Final = "device/1"
RELATIONSHIP: Final = "relationship/1"
E4: Final = 4
"""Decimals of a ratio among the indicators."""

FIELDS_ASKED: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    AGRICULTURE: {
        "crops": frozenset({"year", "crop", "income_fen"}),
        "livestock": frozenset({"kind", "sold_l12m"}),
    },
    BANK_FLOW: {
        "statements": frozenset({"account", "from_on", "to_on", "opening_fen", "closing_fen"}),
        "transactions": frozenset(
            {
                "account", "sequence", "booked_on", "direction", "amount_fen", "balance_fen",
                "counterparty", "kind", "related", "own_account",
            }
        ),
    },
    BUREAU: {
        "accounts": frozenset(
            {
                "product", "org", "opened_on", "closed_on", "status", "balance_fen",
                "monthly_due_fen",
            }
        ),
        "queries": frozenset({"queried_on", "reason", "org"}),
    },
    DEVICE: {
        "checks": frozenset({"kind", "checked_on", "score"}),
        "events": frozenset({"happened_on", "staff"}),
    },
    REGISTRATION: {"network": frozenset({"relation"}), "shareholders": frozenset({"kind"})},
}  # fmt: skip
"""By product and table what the models are asked about, besides indicators and snapshots."""


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A model whose whole source is absent: it has no answer, which helps nobody."""

    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that a decision may ask its models about."""

    request: DecisionRequest
    segment: Segment
    documents: Mapping[str, Document]
    """By product: those that can be read and are not stale."""
    values: Values
    given: Given
    """What was looked up beside the facts; a replay has it from the record."""
    statistical: Mapping[str, StatisticalAnswer]
    parameters: Parameters
    grade: str | None = None
    """What the policy gave, once it has been walked."""

    def document(self, product: str) -> Document | None:
        """A product's document, if there is one to read."""
        return self.documents.get(product)

    def whole(self, name: str) -> int | None:
        """An indicator that is a whole number, or None without a value."""
        return self.values[name].scaled

    def fen(self, name: str) -> int | None:
        """An indicator in yuan as 分: its two decimals are the 分."""
        return self.values[name].scaled

    def any_of(self, *names: str) -> bool | None:
        """Whether a count is above zero; without one that is, not known unless all are known."""
        counts = [self.whole(name) for name in names]
        if any(counts):
            return True
        return None if None in counts else False

    def total(self, *names: str) -> int | None:
        """The sum of several counts, where all are known."""
        counts = [self.whole(name) for name in names]
        known = [one for one in counts if one is not None]
        return sum(known) if len(known) == len(counts) else None


Answers = Mapping[str, Any]
"""What the models that were asked before have answered, by their ids."""


def documents_of(facts: Sequence[Fact], as_of: AsOf) -> dict[str, Document]:
    """The documents that count at a moment; a stale one says as little as none."""
    return {
        fact.product: Document.of(fact, as_of.day)
        for fact in facts
        if document_state(fact.product, fact, as_of) is State.OK and fact.columns is not None
    }


def field_of(answers: Answers, model: str, field: str) -> Any:
    """A field of another model's answer; None where that model did not answer."""
    found = answers.get(model)
    return None if found is None else getattr(found, field)
