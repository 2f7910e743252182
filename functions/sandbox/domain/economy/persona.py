"""Who applies: honest people, three kinds of fraud, and people that a broker has coached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What a persona leaves on devices and forms; honest people leave some of it too."""

    shared_device: tuple[int, int, int] = (14, 1, 3)
    """Percent whose phone others have used, and how many others."""
    crowded_grid: tuple[int, int, int] = (35, 2, 15)
    """Percent who apply where many apply (markets, branches), and how many."""
    fill_seconds: Span = (150, 700)
    edits: Span = (0, 12)
    pastes: Span = (0, 3)
    number_months: Span = (3, 160)
    face_score: Span = (800, 990)
    failed_check_permille: int = 20
    beside_staff_percent: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One kind of applicant; chances are in thousandths of all applicants."""

    code: str
    name: str
    permille: int
    traces: Traces
    stress_shift: Mapping[str, int]
    """By product, how much tighter money looks than the latents say."""
    fraud_permille: int
    """How many of a thousand turn out to be fraud or default on the first payment."""
    broker_permille: int
    """How many of a thousand are found to have come through a broker."""
    bad_logit: int
    """What the persona adds to the log-odds of default, in thousandths."""


NONE: Final[Mapping[str, int]] = MappingProxyType({})

PERSONAS: Final[Mapping[str, Persona]] = MappingProxyType(
    {
        one.code: one
        for one in (
            Persona(
                code="ring",
                name="团伙骗贷",
                permille=8,
                traces=Traces(
                    shared_device=(55, 2, 7),
                    crowded_grid=(60, 4, 22),
                    fill_seconds=(100, 550),
                    pastes=(0, 5),
                    number_months=(1, 60),
                    failed_check_permille=40,
                    beside_staff_percent=8,
                ),
                stress_shift=MappingProxyType({"multi_lender/1": 15}),
                fraud_permille=800,
                broker_permille=60,
                bad_logit=3_000,
            ),
            Persona(
                code="first_payment",
                name="首期即违约",
                permille=7,
                traces=Traces(number_months=(1, 90), fill_seconds=(120, 600), pastes=(0, 4)),
                stress_shift=MappingProxyType({"multi_lender/1": 32, "bureau/1": 10}),
                fraud_permille=750,
                broker_permille=30,
                bad_logit=2_500,
            ),
            Persona(
                code="stolen_identity",
                name="冒用身份",
                permille=4,
                traces=Traces(
                    shared_device=(25, 1, 4),
                    number_months=(0, 36),
                    face_score=(620, 930),
                    failed_check_permille=200,
                    edits=(0, 18),
                ),
                stress_shift=NONE,
                fraud_permille=850,
                broker_permille=20,
                bad_logit=3_000,
            ),
            Persona(
                code="brokered",
                name="中介包装",
                permille=32,
                traces=Traces(
                    shared_device=(40, 2, 8),
                    crowded_grid=(50, 3, 20),
                    fill_seconds=(100, 600),
                    edits=(0, 10),
                    pastes=(0, 4),
                    number_months=(2, 150),
                    beside_staff_percent=8,
                ),
                stress_shift=MappingProxyType({"multi_lender/1": 14, "bureau/1": 6}),
                fraud_permille=60,
                broker_permille=850,
                bad_logit=500,
            ),
            Persona(
                code="honest",
                name="如实申请",
                permille=949,
                traces=Traces(),
                stress_shift=NONE,
                fraud_permille=3,
                broker_permille=2,
                bad_logit=0,
            ),
        )
    }
)
"""Synthetic shares: 1.9 % fraud personas, 3.2 % brokered; no published figure stands behind."""
