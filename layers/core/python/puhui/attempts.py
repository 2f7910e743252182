"""Runs what must not disturb its caller: a failure is answered, never raised.

    answer = attempt(lambda: evaluate(shadow))
    if isinstance(answer, PuhuiError): …

For work beside the real work (a shadow, a signal), never for the work itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from puhui.errors import PuhuiError
from puhui.safe_errors import safe_error

T = TypeVar("T")


def attempt(run: Callable[[], T]) -> T | PuhuiError:
    """The result, or the failure as one of ours, which is safe to log."""
    try:
        return run()
    except Exception as error:
        return safe_error(error)
