"""The statistical models as decisions use them: what a policy calls, and what is listened to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from risk.adapters.graph_models import GraphModels, StageModels
from risk.adapters.model_cards import ModelCards
from risk.adapters.trusted import refused_models, trouble
from risk.domain.models.catalogue import BY_ID, CATALOGUE, Segment
from risk.domain.record import RefusedModel
from risk.domain.scorecard import ModelCard
from risk.domain.statistical import Given, StatisticalAnswer

BEFORE_A_LOAN = "pre_loan"


@dataclass(frozen=True)
class OnnxModels:
    """`risk.ports.Models` over one folder of cards."""

    cards: ModelCards
    merged: bool = False
    """Whether the folder has the graph of the whole stage; an archive has single models only."""
    _scorecards: dict[str, ModelCard] = field(default_factory=dict)

    def load(self) -> None:
        """Open all graphs before the first request needs one."""
        _ = self.refused(), self._stage

    def card(self, model_id: str) -> ModelCard:
        """The card of a scorecard, once its artefact has proven to be the one it names."""
        if model_id not in self._scorecards:
            self._single.load(model_id)
            self._scorecards[model_id] = self.cards.card(model_id)
        return self._scorecards[model_id]

    def contributions_e4(self, model_id: str, values: Sequence[float | None]) -> tuple[int, ...]:
        """Run the graph and take its points back as the integers they were made from."""
        names = [one.name for one in self._single.model(model_id).inputs]
        given = dict(zip(names, values, strict=True))
        return self._single.answer(model_id, given.get).contributions_e4

    def listen(
        self, segment: Segment, given: Given, refused: Collection[str]
    ) -> Sequence[StatisticalAnswer]:
        """What all models before a loan say of such an applicant, in the catalogue's order."""
        chosen = [one for one in self._before if segment in BY_ID[one].segments]
        heard = [one for one in chosen if one not in refused]
        if self._stage is None or refused:
            return [self._single.answer(one, given) for one in heard]
        answers = self._stage.answers(given)
        return [answers[one] for one in heard]

    def refused(self) -> tuple[RefusedModel, ...]:
        """The models before a loan whose files are not those on their cards; each is told once."""
        return self._refused

    @cached_property
    def _refused(self) -> tuple[RefusedModel, ...]:
        checks = {one: partial(self._single.load, one) for one in self._before}
        return refused_models(self.cards, checks)

    @cached_property
    def _stage(self) -> StageModels | None:
        """The graph of the stage, or None: then each model answers from its own."""
        stage = StageModels(self.cards, BEFORE_A_LOAN)
        return stage if self.merged and trouble(stage.stage, stage.load) is None else None

    @cached_property
    def _single(self) -> GraphModels:
        return GraphModels(self.cards)

    @cached_property
    def _before(self) -> tuple[str, ...]:
        entries = [one for one in CATALOGUE if one.is_onnx and one.stage == BEFORE_A_LOAN]
        return tuple(one.id for one in entries if self.merged or one.id in self.cards.documents)
