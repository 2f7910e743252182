"""What every seeded simulation shares: how a promise breaks, and whether any seed breaks one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Broken(AssertionError):
    """A seed broke a promise; the message is the command that lives it again, and what broke."""


class Lives(Protocol):
    """One seed's history."""

    def run(self) -> Any:
        """Live it, and raise Broken where a promise did not hold."""


def broken(simulation: str, seed: int, what: str) -> Broken:
    """The promise that broke, with the command that lives that history again."""
    return Broken(f"python -m tests.support.{simulation} {seed}: {what}")


def breaks(simulation: Callable[[int], Lives], seeds: int) -> bool:
    """Whether one of the first seeds breaks a promise: a guard that is missing must be missed."""
    for seed in range(seeds):
        try:
            simulation(seed).run()
        except Broken:
            return True
    return False
