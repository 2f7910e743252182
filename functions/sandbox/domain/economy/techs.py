"""A technology firm beside its books: rights, research, team and the titles that it holds."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.domain.economy.chance import MILLI, clipped, normal
from sandbox.domain.economy.member import Member
from sandbox.domain.providers.books import Books


@dataclass(frozen=True, slots=True, kw_only=True)
class TechProfile:
    """What the firm declares and the registers of rights confirm."""

    invention_patents: int
    other_patents: int
    """Utility models and designs."""
    software_rights: int
    rd_expense_bps: int | None
    """Research expense of twelve months over sales; None without an accountant's statement."""
    rd_staff_percent: int
    qualification_level: int
    """1 专精特新小巨人, 2 省级专精特新, 3 高新技术企业, 4 科技型中小企业, 5 none."""
    core_team_years: int
    core_leavers_l12m: int
    grants_l24m: int
    """Government grants won in 24 months."""
    rights_in_dispute: int


def tech_profile(member: Member, books: Books) -> TechProfile:
    """Able firms invent more and keep their people; each figure has noise of its own."""
    rng = member.rng("tech")

    def seen(weight: int) -> int:
        """Ability behind noise, in thousandths."""
        return (member.ability * weight + normal(rng) * (100 - weight)) // 100

    level = clipped((2_900 - seen(55) * 11 // 10) // 1_000 + rng.randrange(2), 1, 5)
    rd = clipped(600 + seen(40) * 350 // MILLI, 20, 3_000)
    return TechProfile(
        invention_patents=clipped((1_500 + seen(50) * 2) // 900, 0, 20),
        other_patents=clipped(4 + seen(35) * 4 // MILLI, 0, 40),
        software_rights=clipped(5 + seen(30) * 5 // MILLI, 0, 50),
        rd_expense_bps=None if rng.randrange(100) < 8 else rd,
        rd_staff_percent=clipped(22 + seen(35) * 12 // MILLI, 0, 90),
        qualification_level=level,
        core_team_years=clipped(5 + seen(50) * 3 // MILLI, 0, 25),
        core_leavers_l12m=clipped(-seen(55) // 900 + rng.randrange(2), 0, 8),
        grants_l24m=clipped(1 + seen(45) // 800, 0, 9),
        rights_in_dispute=int(normal(rng) - member.willingness // 2 > 1_900),
    )
