"""Whether a model's files may be used; operators are told of one that may not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from puhui.observability import logger, metrics
from risk.adapters.model_cards import ModelCards
from risk.domain.errors import ModelNotTrusted
from risk.domain.record import RefusedModel


def trouble(model: str, check: Callable[[], object]) -> ModelNotTrusted | None:
    """Why a file may not be used, if it may not."""
    try:
        check()
    except ModelNotTrusted as error:
        metrics.count("ModelRefused")
        logger.error("model refused", error=error, model=model)
        return error
    return None


def refused_models(
    cards: ModelCards, checks: Mapping[str, Callable[[], object]]
) -> tuple[RefusedModel, ...]:
    """The models whose checks find trouble, as a decision's record tells them."""
    found = ((model, trouble(model, check)) for model, check in checks.items())
    return tuple(
        RefusedModel.of(model, cards.version(model), error.message)
        for model, error in found
        if error is not None
    )
