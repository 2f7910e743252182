"""The faults of the ledger's simulator: lost calls, deaths, interruptions, all from one seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from puhui.errors import Conflict, NotFound, StaleVersion, UpstreamUnavailable
from servicing.domain.errors import EventRefused
from tests.support.seeds import Broken, broken

__all__ = ["Broken", "Faults", "FaultyPort", "Killed", "Rates"]

MAX_FAULTS = 40
"""Faults of one seed; after them the world behaves, so that every saga can end."""
MAX_DEPTH = 2
RACED = {"resolve", "record"}
"""Writes of what was read before; between the two somebody else may have written."""


class Killed(BaseException):
    """The function died here: nothing after this line runs."""


@dataclass(frozen=True)
class Rates:
    """How likely each fault is at each port call."""

    lost_before: float = 0.04
    lost_after: float = 0.06
    killed: float = 0.04
    interleaved: float = 0.10
    raced: float = 0.30


class FaultyPort:
    """A port whose every call may be lost, cut short or interrupted."""

    def __init__(self, inner: Any, simulation: Faults) -> None:
        self._inner = inner
        self._simulation = simulation

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._inner, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._simulation.before_call(name)
            result = method(*args, **kwargs)
            self._simulation.after_call()
            return result

        return call


class Faults:
    """What goes wrong in one seed's history, and how a call is delivered in spite of it."""

    simulation: str
    """The module of tests.support that lives a seed again."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rates = Rates()
        self.random = random.Random(seed)
        self.faults_left = MAX_FAULTS
        self.depth = 0
        self.deliveries = 0
        self.past: list[Callable[[], Any]] = []

    def somebody_else(self) -> None:
        """Another call that runs in between; the simulation says which."""
        raise NotImplementedError

    def rivals(self) -> list[Callable[[], None]]:
        """Calls that want to write what is about to be written."""
        raise NotImplementedError

    def before_call(self, name: str) -> None:
        """At the door of every port: another call first, a lost request, or death."""
        if name in RACED:
            self._race()
        self._interleave()
        if self._happens(self.rates.lost_before):
            raise UpstreamUnavailable("request lost")
        if self._happens(self.rates.killed):
            raise Killed

    def after_call(self) -> None:
        """The effect is there; the answer may be lost, late, or heard by nobody."""
        if self._happens(self.rates.lost_after):
            raise UpstreamUnavailable("answer lost")
        if self._happens(self.rates.killed):
            raise Killed
        self._interleave()

    def _interleave(self) -> None:
        """Somebody else's call, or a copy of an earlier one, runs at exactly this point."""
        if self.depth >= MAX_DEPTH or not self._happens(self.rates.interleaved):
            return
        self.depth += 1
        try:
            if self.past and self.random.random() < 0.6:
                again = self.random.choice(self.past)
                self.delivered(again)
            else:
                self.somebody_else()
        finally:
            self.depth -= 1

    def _race(self) -> None:
        """Between reading and writing, somebody else writes."""
        if self.depth >= MAX_DEPTH or not self._happens(self.rates.raced):
            return
        self.depth += 1
        try:
            rival = self.random.choice(self.rivals())
            self.delivered(rival)
        finally:
            self.depth -= 1

    def _happens(self, rate: float) -> bool:
        if self.faults_left <= 0 or self.random.random() >= rate:
            return False
        self.faults_left -= 1
        return True

    def delivered(self, call: Callable[[], Any], *, remember: bool = False) -> bool:
        """Deliver one call; answer whether it ended in an answer, not in a refusal or silence.

        A remembered call may be delivered again at any later moment.
        """
        self.deliveries += 1
        if remember:
            self.past.append(call)
        try:
            call()
        except (Killed, UpstreamUnavailable, StaleVersion, Conflict, NotFound, EventRefused):
            return False
        return True

    def broken(self, what: str) -> None:
        """A promise broke: say how to live this history again."""
        raise broken(self.simulation, self.seed, what)
