"""Who asks for a loan and when: members of the sandbox economy, on days of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from infra.simulation.options import SEGMENTS, Options
from sandbox.domain.economy.chance import seeded
from sandbox.domain.economy.lives import Life
from sandbox.domain.economy.member import Member, member_at
from sandbox.domain.providers.books import months_before

LAST_ASKING_DAY: Final = 20
"""Of a month; who asks later is taken to ask in the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Somebody who asks for the first or another time; documents are of the month's first day."""

    life: Life
    asked_on: date
    times: int = 1

    @property
    def member(self) -> Member:
        """Who asks, as seen on the first of the month."""
        return self.life.seen_on(self.asked_on.replace(day=1))

    @property
    def customer_id(self) -> str:
        """The same for every loan of one member."""
        return f"sim-{self.life.member.segment}-{self.life.member.index:06d}"

    @property
    def application_id(self) -> str:
        """One for each time."""
        return f"{self.customer_id}-{self.times}"


def first_askings(options: Options) -> Mapping[date, tuple[Asking, ...]]:
    """Everybody's first application by its day, spread over the first months."""
    found: dict[date, list[Asking]] = defaultdict(list)
    for asking in _everybody(options):
        found[asking.asked_on].append(asking)
    return {day: tuple(askings) for day, askings in found.items()}


def asking_again(asking: Asking, settled_on: date, percent: int) -> Asking | None:
    """Another application in the month after a loan was repaid, or none."""
    first = months_before(settled_on, -1)
    if not asking.life.asks_again(first, percent):
        return None
    day = seeded(asking.customer_id, asking.life.member.seed, first).randrange(LAST_ASKING_DAY)
    return replace(asking, asked_on=first + timedelta(days=day), times=asking.times + 1)


def _everybody(options: Options) -> Iterator[Asking]:
    for number in range(options.applicants):
        index, place = divmod(number, len(SEGMENTS))
        segment = SEGMENTS[place]
        rng = seeded(options.seed, "simulation asks", segment, index)
        first = months_before(options.start, -rng.randrange(options.asking_months))
        member = replace(member_at(options.seed, segment, index), observed_on=first)
        yield Asking(
            life=Life(member=member),
            asked_on=first + timedelta(days=rng.randrange(LAST_ASKING_DAY)),
        )
