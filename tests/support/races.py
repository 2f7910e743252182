"""Makes calls race: all start at the same barrier, each answer or refusal is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from puhui.errors import PuhuiError


def race(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all calls at once; answer what they answered, or the error that refused them."""
    barrier = threading.Barrier(len(calls))
    answers: list[Any] = []

    def run(call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            answers.append(call())
        except PuhuiError as error:
            answers.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
