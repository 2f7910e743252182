"""Due days of a monthly plan: counted from the first day, so that a clamped day returns."""

from __future__ import annotations

import calendar
from datetime import date


def months_after(anchor: date, months: int) -> date:
    """The same day of a later month, or the month's last day where that day does not exist.

    Always counted from the anchor: a loan of 31 January is due on 29 February and 31 March.

    >>> [months_after(date(2020, 1, 31), n).isoformat() for n in (1, 2, 3)]
    ['2020-02-29', '2020-03-31', '2020-04-30']
    """
    years, month_index = divmod(anchor.month - 1 + months, 12)
    year, month = anchor.year + years, month_index + 1
    last_day = calendar.monthrange(year, month)[1]
    return date(year, month, min(anchor.day, last_day))
