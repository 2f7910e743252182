"""A member of the economy: the latents that nobody sees, and what they make of each domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from types import MappingProxyType
from typing import Final

from sandbox.domain.economy.chance import MILLI, clipped, normal, seeded
from sandbox.domain.economy.persona import PERSONAS, Persona
from sandbox.domain.economy.sectors import SHOCK_FROM
from sandbox.domain.places import COUNTIES
from sandbox.domain.population import SECTIONS

SEGMENT_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"E": "小微企业", "S": "个体工商户与小微企业主", "F": "农户", "C": "个人消费", "T": "科创企业"}
)
TECH_SECTIONS: Final = "CIIM"
BEFORE_FROM: Final = date(2022, 1, 1)
BEFORE_MONTHS: Final = 24
AFTER_MONTHS: Final = 9
AFTER_PERCENT: Final = 28
"""Observed in 2022 and 2023 (all outcomes known before the shock of 2025-01), or from 2025-01 to
2025-09; the year 2024 is left out, because its outcomes straddle the shock."""
VILLAGE_SIZE: Final = 25
THIN_PERCENT: Final = {"S": 25, "F": 45, "C": 30}
SETBACK_PERMILLE: Final = {"before": 60, "on_book": 140}

CALM: Final = 35
SPREAD: Final = 20
"""Stress runs from 0 (calm) to 100 (desperate); `providers/lies.py` says what it drives."""
DOMAIN_WEIGHTS: Final[Mapping[str, tuple[int, int, int]]] = MappingProxyType(
    {
        "bureau/1": (45, 55, 60),
        "multi_lender/1": (50, 35, 75),
        "judicial/1": (45, 50, 70),
        "tax/1": (60, 40, 70),
        "bank_flow/1": (75, 10, 65),
        "relationship/1": (50, 45, 70),
        "utility/1": (50, 35, 80),
        "social_security/1": (55, 20, 80),
        "agriculture/1": (45, 50, 70),
        "registration/1": (40, 30, 85),
        "device/1": (10, 25, 95),
    }
)
"""How much of ability, willingness and noise of its own each domain sees, in percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """Something that went wrong before the day of observation: illness, a lost customer."""

    months_ago: int
    loss_percent: int
    """What of the sales or wages it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person or firm on its day of observation; latents are standard scores in thousandths."""

    seed: str
    index: int
    segment: str
    section: str
    county: str
    observed_on: date
    ability: int
    willingness: int
    persona: Persona
    thin: bool
    """No credit account anywhere: 信用白户."""
    setback: Setback | None
    village_quality: int
    """What a village's people have in common; 0 outside villages."""

    def rng(self, topic: str) -> Random:
        """Chance that belongs to this member and topic: the same at every call."""
        return seeded(self.seed, self.segment, self.index, topic)

    @property
    def after_shock(self) -> bool:
        """Was this member observed after demand fell?"""
        return self.observed_on >= SHOCK_FROM

    def stress(self, product: str) -> int:
        """How tight money looks in one domain, 0 to 100: the latents behind noise of its own."""
        able, willing, noise = DOMAIN_WEIGHTS[product]
        own = normal(self.rng(f"noise|{product}"))
        tight = -self.ability * able - self.willingness * willing + own * noise
        hit = 0 if self.setback is None else self.setback.loss_percent // 4
        shift = self.persona.stress_shift.get(product, 0)
        return clipped(CALM + tight * SPREAD // (100 * MILLI) + hit + shift, 0, 100)


def member_at(seed: str, segment: str, index: int, *, on_book: bool = False) -> Member:
    """The member of a segment at an index, from 0, without making those before it.

    One who is `on_book` already has a loan: an account, and more time for a setback.
    """
    rng = seeded(seed, segment, index, "latents", on_book)
    village = index // VILLAGE_SIZE
    quality = normal(seeded(seed, "village", village)) if segment == "F" else 0
    shared = normal(rng)
    ability = (normal(rng) * 9 + shared * 4) // 10
    willingness = (normal(rng) * 8 + shared * 4 + quality * 4) // 10
    county_of = seeded(seed, "county", village) if segment == "F" else rng
    return Member(
        seed=seed,
        index=index,
        segment=segment,
        section=_section(rng, segment),
        county=county_of.choice(tuple(COUNTIES)),
        observed_on=_observed_on(rng),
        ability=ability,
        willingness=willingness,
        persona=_persona(rng, segment),
        thin=rng.randrange(100) < THIN_PERCENT.get(segment, 0) and not on_book,
        setback=_setback(rng, on_book=on_book),
        village_quality=quality,
    )


def _section(rng: Random, segment: str) -> str:
    drawn = rng.choice(SECTIONS)
    return {"F": "A", "C": "O", "T": rng.choice(TECH_SECTIONS)}.get(segment, drawn)


def _observed_on(rng: Random) -> date:
    after = rng.randrange(100) < AFTER_PERCENT
    first, months = (SHOCK_FROM, AFTER_MONTHS) if after else (BEFORE_FROM, BEFORE_MONTHS)
    index = first.year * 12 + first.month - 1 + rng.randrange(months)
    return date(index // 12, index % 12 + 1, 1)


def _persona(rng: Random, segment: str) -> Persona:
    """Most are honest; firms of segments E and T are no targets of these personas."""
    place = rng.randrange(MILLI)
    if segment in "ET":
        return PERSONAS["honest"]
    for persona in PERSONAS.values():
        place -= persona.permille
        if place < 0:
            return persona
    return PERSONAS["honest"]


def _setback(rng: Random, *, on_book: bool) -> Setback | None:
    months_ago, loss_percent = rng.randint(1, 5), rng.randint(25, 70)
    if rng.randrange(MILLI) >= SETBACK_PERMILLE["on_book" if on_book else "before"]:
        return None
    return Setback(months_ago=months_ago, loss_percent=loss_percent)
