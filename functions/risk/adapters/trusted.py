"""Whether a model's files may be used; operators are told of one that may not."""

from __future__ import annotations

from collections.abc import Callable

from puhui.observability import logger, metrics
from risk.domain.errors import ModelNotTrusted


def holds(model: str, check: Callable[[], object]) -> bool:
    """Whether a check raises nothing."""
    try:
        check()
    except ModelNotTrusted as error:
        metrics.count("ModelRefused")
        logger.error("model refused", error=error, model=model)
        return False
    return True
