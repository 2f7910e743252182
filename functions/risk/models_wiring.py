"""Composition root of what answers for single models."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from risk.adapters.graph_models import GraphModels
from risk.adapters.model_answers import ModelAnswers
from risk.adapters.model_cards import ModelCards
from risk.settings import ModelSettings
from risk.usecases.answer_model import AnswerModel


@cache
def answer_model() -> AnswerModel:
    """Build it once per process; a model is opened when it is first asked."""
    cards = ModelCards(Path(ModelSettings.from_env().models_folder))
    return AnswerModel(cards, ModelAnswers(cards, GraphModels(cards)))
