"""A warning's clock (4小时时钟): time used, pauses, escalations, and the breach.

Instants only go forward: whatever the wall clock of whoever acts says, nothing happens before what
has already happened. So a clock that jumps back undoes nothing, and one that is minutes ahead
brings an escalation or the breach at most those minutes early, each once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from servicing.domain.errors import PauseRefused
from servicing.domain.warning.rules import PPM, Escalation, WarningRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A stretch in which the clock stands, and why."""

    started_at: datetime
    reason: str
    by: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """An escalation that has happened."""

    at: datetime
    at_ppm: int
    to_role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClock:
    """From raising a warning to its answer; the numbers are those of its raising."""

    started_at: datetime
    allowed_seconds: int
    max_pause_seconds: int
    escalations: tuple[Escalation, ...]
    last_at: datetime
    """The latest instant that is written on the warning."""
    pauses: tuple[Pause, ...] = ()
    steps: tuple[StepTaken, ...] = ()
    answered_at: datetime | None = None

    @classmethod
    def start(cls, now: datetime, rules: WarningRules) -> SlaClock:
        """A clock that begins to run."""
        return cls(
            started_at=now,
            last_at=now,
            allowed_seconds=rules.allowed_seconds,
            max_pause_seconds=rules.max_pause_seconds,
            escalations=rules.escalations,
        )

    def moment(self, now: datetime) -> datetime:
        """The instant that counts: never before the last one."""
        return max(now, self.last_at)

    @property
    def is_paused(self) -> bool:
        """Whether a pause is open; one that has used up the allowance no longer stops the time."""
        return bool(self.pauses) and self.pauses[-1].ended_at is None

    @property
    def breached_at(self) -> datetime | None:
        """When the breach was noticed."""
        return next((step.at for step in self.steps if step.at_ppm >= PPM), None)

    def paused_seconds(self, at: datetime) -> int:
        """All pauses up to an instant, at most the allowance."""
        stood = sum(
            (((one.ended_at or at) - one.started_at) for one in self.pauses), start=timedelta()
        )
        return min(_seconds(stood), self.max_pause_seconds)

    def used_seconds(self, at: datetime) -> int:
        """Time that counts, from the start to an instant or to the answer."""
        until = self.answered_at or at
        return _seconds(until - self.started_at) - self.paused_seconds(until)

    def remaining_seconds(self, now: datetime) -> int:
        """What is left; negative when overdue."""
        return self.allowed_seconds - self.used_seconds(self.moment(now))

    def due_at(self, now: datetime) -> datetime:
        """When it will be overdue if an open pause lasts as long as it may."""
        return self._when(self.allowed_seconds, self.moment(now))

    @property
    def is_late(self) -> bool:
        """Whether its time was used up before it was answered; the due instant itself is late."""
        if self.breached_at is not None or self.answered_at is None:
            return self.breached_at is not None
        return self.used_seconds(self.answered_at) >= self.allowed_seconds

    def wake_at(self, now: datetime) -> datetime | None:
        """When the sweeper has something to do next; None when nothing can come any more."""
        waiting = self._waiting()
        if not waiting or self.answered_at is not None:
            return None
        return self._when(_threshold(waiting[0], self.allowed_seconds), self.moment(now))

    def sweep(self, now: datetime) -> tuple[SlaClock, tuple[StepTaken, ...]]:
        """Take every escalation that is due; the same instant again takes none."""
        at = self.moment(now)
        if self.answered_at is not None:
            return self, ()
        used = self.used_seconds(at)
        taken = tuple(
            StepTaken(at=at, at_ppm=one.at_ppm, to_role=one.to_role)
            for one in self._waiting()
            if used >= _threshold(one, self.allowed_seconds)
        )
        if not taken:
            return self, ()
        return replace(self, steps=(*self.steps, *taken), last_at=at), taken

    def pause(self, now: datetime, *, reason: str, by: str) -> SlaClock:
        """Stand still; refused when it stands, is answered, overdue, or the allowance is used."""
        at = self.moment(now)
        for holds, rule in (
            (self.answered_at is None, "must not be answered"),
            (not self.is_paused, "must not be paused already"),
            (self.paused_seconds(at) < self.max_pause_seconds, "must have pause left"),
            (self.used_seconds(at) < self.allowed_seconds, "must not be overdue"),
        ):
            if not holds:
                raise PauseRefused(f"the clock {rule}", field="clock", rule=rule)
        opened = Pause(started_at=at, reason=reason, by=by)
        return replace(self, pauses=(*self.pauses, opened), last_at=at)

    def resume(self, now: datetime) -> SlaClock:
        """Run on."""
        at = self.moment(now)
        if not self.is_paused:
            rule = "must be paused"
            raise PauseRefused(f"the clock {rule}", field="clock", rule=rule)
        ended = replace(self.pauses[-1], ended_at=at)
        return replace(self, pauses=(*self.pauses[:-1], ended), last_at=at)

    def answer(self, now: datetime) -> SlaClock:
        """Stop for good, unless the answer is refused; an open pause ends with it."""
        running = self.resume(now) if self.is_paused else self
        at = running.moment(now)
        return replace(running, answered_at=at, last_at=at)

    def reopen(self, now: datetime) -> SlaClock:
        """Run on as if there had been no answer: the time it lay with the checker counts."""
        return replace(self, answered_at=None, last_at=self.moment(now))

    def _waiting(self) -> list[Escalation]:
        taken = {step.at_ppm for step in self.steps}
        return [one for one in self.escalations if one.at_ppm not in taken]

    def _when(self, threshold_seconds: int, at: datetime) -> datetime:
        """When so much time will be used, an open pause lasting as long as it may."""
        stands = self.max_pause_seconds - self.paused_seconds(at) if self.is_paused else 0
        return at + timedelta(seconds=stands + threshold_seconds - self.used_seconds(at))


def _threshold(step: Escalation, allowed_seconds: int) -> int:
    return allowed_seconds * step.at_ppm // PPM


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)
