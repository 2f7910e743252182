"""Which day it is in each bank's books, for everything in servicing that asks."""

from __future__ import annotations

from typing import Protocol

from puhui.clock import Clock, ConfiguredBusinessCalendar
from puhui.dynamodb import bind_table
from servicing.adapters.dynamo_end_of_day import DynamoBusinessDays
from servicing.adapters.end_of_day_rows import END_OF_DAY_ROWS
from servicing.usecases.read_business_day import BookedCalendar, ReadBusinessDay


class DatedSettings(Protocol):
    """The settings of any of servicing's functions."""

    @property
    def table_name(self) -> str:
        """Where business days are kept."""

    @property
    def business_date(self) -> str:
        """The configured day: an ISO date, or `calendar`."""


def business_calendar(settings: DatedSettings, clock: Clock) -> BookedCalendar:
    """Each bank's own day, which its end of day moves; the configured one before it has any."""
    bind_table(settings.table_name, *END_OF_DAY_ROWS)
    configured = ConfiguredBusinessCalendar(settings.business_date, clock)
    return BookedCalendar(ReadBusinessDay(DynamoBusinessDays(clock), configured))
