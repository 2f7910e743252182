"""What the steps of the end of day take and answer, as the state machine carries them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from puhui.contracts.common import BankCode, Contract, Identifier, ShortText
from puhui.tenancy import bank_id
from servicing.domain.end_of_day.business_day import Failure
from servicing.domain.end_of_day.leg import Leg
from servicing.domain.end_of_day.tally import DayTally

MAX_FAILURES = 100
Tally = dict[str, int]


class StepAsked(Contract):
    """Which step of the business day is asked for."""

    step: Literal["open_closing", "report_partition", "close_the_day", "record_failure"]


class OpeningAsked(Contract):
    """Step "Open the closing": without a date, the bank's business day."""

    bank_id: BankCode
    business_date: date | None = None
    run_id: Identifier
    correlation_id: Identifier


class DayAsked(Contract):
    """A step for a whole day of a bank."""

    bank_id: BankCode
    business_date: date
    correlation_id: Identifier


class LegAsked(Contract):
    """A step for a part of one partition; `after` and `tally` are the answer of the part before."""

    bank_id: BankCode
    business_date: date
    partition: Annotated[int, Field(ge=0)]
    after: str = ""
    visited: Annotated[int, Field(ge=0)] = 0
    changed: Annotated[int, Field(ge=0)] = 0
    tally: Tally = Field(default_factory=dict)
    correlation_id: Identifier

    def leg(self) -> Leg:
        """The leg to walk."""
        return Leg(
            bank_id=bank_id(self.bank_id),
            day=self.business_date,
            partition=self.partition,
            after=self.after,
            visited=self.visited,
            changed=self.changed,
            tally=DayTally.of_values(self.tally),
        )


class FailureTold(Contract):
    """Where an attempt stopped, and by which error."""

    station: ShortText
    partition: int | None = None
    error: ShortText


class FailureAsked(Contract):
    """Step "Record the failure"."""

    bank_id: BankCode
    business_date: date
    run_id: Identifier
    failures: Annotated[tuple[FailureTold, ...], Field(max_length=MAX_FAILURES)]
    correlation_id: Identifier

    def told(self) -> tuple[Failure, ...]:
        """The failures as the business day keeps them."""
        return tuple(
            Failure(station=one.station, partition=one.partition, error=one.error)
            for one in self.failures
        )


def leg_answer(leg: Leg, **more: Any) -> dict[str, Any]:
    """A leg on its way to the next state."""
    return {
        "partition": leg.partition,
        "after": leg.after,
        "finished": leg.finished,
        "visited": leg.visited,
        "changed": leg.changed,
        "tally": leg.tally.as_values(),
        **more,
    }
