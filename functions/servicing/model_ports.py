"""Who answers for the models of `risk`, in the words of those who ask."""

from __future__ import annotations

from typing import Any, Protocol

from puhui.contracts.risk import ModelAnswer
from puhui.tenancy import BankId


class ModelAnswers(Protocol):
    """Any of risk's 28 models by its id."""

    def ask(self, bank_id: BankId, model: str, inputs: dict[str, Any]) -> ModelAnswer:
        """The answer; raises ModelAbsent without `risk`, ModelUnavailable when it cannot be had."""
