"""Model M28 as collections ask it: facts in, points out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from puhui.tenancy import BankId
from servicing.domain.collections.case import CaseFacts
from servicing.domain.model_errors import ModelUnavailable
from servicing.model_ports import ModelAnswers

MODEL: Final = "collection_score"


@dataclass(frozen=True)
class AskedCollectionScore:
    """`servicing.collections_ports.CollectionScore` over risk's models."""

    models: ModelAnswers

    def points(self, bank_id: BankId, facts: CaseFacts) -> int:
        """One question about one loan."""
        points = self.models.ask(bank_id, MODEL, dict(facts.as_inputs())).answer.get("points")
        if not isinstance(points, int):
            raise ModelUnavailable(f"{MODEL} answered no points")
        return points
