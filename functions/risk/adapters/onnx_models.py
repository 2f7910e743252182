"""Scorecards as a policy calls them: loaded from verified bytes, the same answer every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from risk.adapters.graph_models import GraphModels
from risk.adapters.model_cards import ModelCards
from risk.domain.scorecard import ModelCard


@dataclass(frozen=True)
class OnnxModels:
    """`risk.ports.Models` over the artefacts that the cards name."""

    cards: ModelCards
    _cards: dict[str, ModelCard] = field(default_factory=dict)

    def load(self, model_id: str) -> None:
        """Open a model before the first request needs it."""
        self.card(model_id)

    def card(self, model_id: str) -> ModelCard:
        """The card, once its artefact has proven to be the one it names."""
        if model_id not in self._cards:
            card = self.cards.card(model_id)
            self._graph.load(model_id)
            self._cards[model_id] = card
        return self._cards[model_id]

    def contributions_e4(self, model_id: str, values: Sequence[float | None]) -> tuple[int, ...]:
        """Run the graph and take its points back as the integers they were made from."""
        names = [one.indicator for one in self.card(model_id).inputs]
        given = dict(zip(names, values, strict=True))
        return self._graph.answer(model_id, given).contributions_e4

    @cached_property
    def _graph(self) -> GraphModels:
        return GraphModels(self.cards)
