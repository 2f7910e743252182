"""What every model without statistics answers with, and how it refuses what makes no sense."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.errors import BadRequest


@dataclass(frozen=True, slots=True)
class ModelReason:
    """Why a model answers as it does: a stable code, and a sentence in Chinese."""

    code: str
    text: str


class ModelInputNotValid(BadRequest):
    """An input of a model, or one of its parameters, breaks a rule that the message names."""


def require(holds: bool, field: str, rule: str) -> None:
    """Refuse a value, naming the field and the rule that it breaks.

    >>> require(False, "term_months", "must be positive")
    Traceback (most recent call last):
    risk.domain.models.answer.ModelInputNotValid: term_months: must be positive
    """
    if not holds:
        raise ModelInputNotValid(f"{field}: {rule}", field=field, rule=rule)
