"""The models that are code as decisions use them: each with its card, checked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from puhui.errors import BadRequest
from risk.adapters.formula_models import PACKAGE, FormulaModel, sha256_of_code
from risk.adapters.model_cards import ModelCards
from risk.adapters.trusted import refused_models
from risk.domain.errors import ModelNotTrusted
from risk.domain.model_inputs.asking import ASKED
from risk.domain.model_told import ServedFormula
from risk.domain.record import RefusedModel


@dataclass(frozen=True)
class CardedFormulas:
    """`risk.ports.Formulas` over one folder of cards."""

    cards: ModelCards
    archived: bool = False
    """Whether the folder is an archive: today's code then answers under the cards of that day."""
    asked: Sequence[str] = ASKED
    _served: dict[str, ServedFormula] = field(default_factory=dict)

    def served(self, model_id: str) -> ServedFormula:
        """The model, once its parameters and its code have proven to be those on its card."""
        if model_id not in self._served:
            self._served[model_id] = self._opened(model_id)
        return self._served[model_id]

    def refused(self) -> tuple[RefusedModel, ...]:
        """Those that a decision may not ask; each is told once."""
        return self._refused

    @cached_property
    def _refused(self) -> tuple[RefusedModel, ...]:
        return refused_models(self.cards, {one: partial(self.served, one) for one in self.asked})

    def _opened(self, model_id: str) -> ServedFormula:
        model = formula(self.cards, model_id, archived=self.archived)
        card = self.cards.document(model_id)
        try:
            return ServedFormula(
                id=model_id,
                version=card["version"],
                sha256=card["sha256"],
                card_sha256=self.cards.card_sha256(model_id),
                parameters=model.parameters,
            )
        except (BadRequest, LookupError, TypeError) as error:
            # Whoever wrote this knew how to hash it again.
            raise ModelNotTrusted(f"the card or parameters of {model_id} lack a part") from error


def formula(cards: ModelCards, model_id: str, *, archived: bool = False) -> FormulaModel:
    """A model that is code, if its parameters and its code are those on its card."""
    model = FormulaModel(model_id, cards.artefact(model_id))
    code = cards.document(model_id).get("code") or {}
    if not archived:
        modules = code.get("modules") or ()
        named = f"{PACKAGE}.{model_id}" in modules
        if not named or sha256_of_code(modules) != code.get("sha256"):
            raise ModelNotTrusted(f"the code of {model_id} is not the one on its card")
    return model
