"""What befalls a borrower after the loan, and how it pays: month by month, by its latents.

Nothing here is drawn before it is asked for, and no document takes a draw of it: a blow shows in
the documents of the months after it, as it does in the borrower's payments. The same member, day
and draw give the same life.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Final

from sandbox.domain.economy.chance import PPM, chance_ppm, happens, seeded
from sandbox.domain.economy.loans import CATCH_UP_PERCENT, late_days, miss_logit
from sandbox.domain.economy.member import Member, Setback
from sandbox.domain.economy.outcomes import BLOW_PPM, fraud
from sandbox.domain.providers.books import months_before

MONTHS_PER_YEAR: Final = 12
BLOW_LASTS_MONTHS: Final = 9
"""After so many months a blow is overcome, or the loan is lost."""
PART_PERCENT: Final = 20
"""Of those who miss an instalment, who pay a part of it."""
REDEEM_LOGIT: Final = -5_300
"""Log-odds, in thousandths, that a usual member repays everything early in a month."""
RECOVER_LOGIT: Final = -3_200
"""That the debtor of a loan that was written off brings something in a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What a borrower brings for an instalment: a share of what is due, some days late."""

    percent: int
    """Of the instalment; 0 is nothing."""
    days_late: int = 0
    catches_up: bool = False
    """Whether all older instalments are paid with it."""


NOTHING: Final = Payment(percent=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A member after its day of application; `draw` names one of many lives that it could have."""

    member: Member
    draw: str = "0"

    @property
    def cheats(self) -> bool:
        """Whether nothing was ever going to be paid back."""
        return fraud(self.member, f"life {self.draw}")

    def seen_on(self, first: date) -> Member:
        """The member as documents of the first of a month know it, with what has befallen it."""
        return replace(self.member, observed_on=first, setback=self._setback(first))

    def pays(self, due_on: date, behind: int) -> Payment:
        """What comes for the instalment of a day, while so many older ones are unpaid."""
        if self.cheats:
            return NOTHING
        rng = self._rng("pays", due_on)
        seen = self.seen_on(due_on.replace(day=1))
        place, part = rng.randrange(PPM), rng.randrange(100)
        share, catches_up = rng.randint(2, 8) * 10, rng.randrange(100) < CATCH_UP_PERCENT
        if place < chance_ppm(miss_logit(seen, due_on, behind)):
            return Payment(percent=share) if part < PART_PERCENT else NOTHING
        return Payment(percent=100, days_late=late_days(seen, rng), catches_up=catches_up)

    def redeems(self, first: date) -> bool:
        """Whether all is repaid early in a month: the able do it more often."""
        if self.cheats:
            return False
        logit = REDEEM_LOGIT + self.member.ability * 4 // 10
        return happens(self._rng("redeems", first), chance_ppm(logit))

    def brings_back_percent(self, first: date) -> int:
        """Of a claim that was written off, what comes in a month; mostly nothing."""
        rng = self._rng("brings back", first)
        logit = RECOVER_LOGIT + (self.member.ability + self.member.willingness) * 4 // 10
        comes, share = happens(rng, chance_ppm(logit)), rng.randint(5, 30)
        return share if comes and not self.cheats else 0

    def asks_again(self, first: date, percent: int) -> bool:
        """Whether a borrower who has repaid asks for another loan."""
        return not self.cheats and self._rng("asks again", first).randrange(100) < percent

    def _setback(self, first: date) -> Setback | None:
        """The latest blow that is not overcome; an older one lasts as long."""
        for ago in range(1, BLOW_LASTS_MONTHS + 1):
            month = months_before(first, ago)
            if month < self.member.observed_on:
                break
            rng = self._rng("blow", month)
            if happens(rng, BLOW_PPM // MONTHS_PER_YEAR):
                return Setback(months_ago=ago, loss_percent=rng.randint(25, 70))
        return self._older(first)

    def _older(self, first: date) -> Setback | None:
        hit, asked_on = self.member.setback, self.member.observed_on
        if hit is None:
            return None
        passed = (first.year - asked_on.year) * MONTHS_PER_YEAR + first.month - asked_on.month
        ago = hit.months_ago + passed
        return replace(hit, months_ago=ago) if ago <= BLOW_LASTS_MONTHS else None

    def _rng(self, what: str, day: date) -> Random:
        member = self.member
        return seeded(member.seed, member.segment, member.index, "life", self.draw, what, day)
