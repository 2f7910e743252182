"""A loan that floats takes its new rate at night, once, and waits where no LPR is known."""

from __future__ import annotations

from datetime import date

from puhui.contracts.settlement import SettlementParameters
from servicing.domain.account.events import RateReset
from servicing.domain.account.repricing import reset_id
from tests.support.end_of_day import Night
from tests.support.servicing import NORTH

EACH_PERIOD = SettlementParameters(repricing="EACH_PERIOD")
MAY = date(2020, 5, 1)
"""The LPR fell by 20 points on 2020-04-20."""


def test_a_night_reprices_a_floating_loan_once_and_counts_nothing_twice() -> None:
    night = Night(partitions=64)
    loan_id = night.book("app-1", settlement=EACH_PERIOD)
    night.catch_up(MAY)

    book = night.world.loan_books.get(NORTH, loan_id)

    resets = [event for event in book.events if isinstance(event.what, RateReset)]
    assert [event.event_id for event in resets] == [
        reset_id(loan_id, date(2020, 4, 1)),
        reset_id(loan_id, MAY),
    ]
    assert book.position.annual_rate_bps == 435 - 20
    assert night.waiting == []


def test_an_undivided_loan_takes_the_rate_of_its_repricing_day_on_the_next_due_day() -> None:
    """Repriced on 25 April, from 1 May: until then 275,494.53 × 4.35 % ÷ 12 = 998.67."""
    night = Night(partitions=64)
    undivided = SettlementParameters(
        repricing="FIXED_DATE", repricing_day="04-25", segment_interest=False
    )
    loan_id = night.book("app-1", settlement=undivided)

    night.catch_up(MAY)

    book = night.world.loan_books.get(NORTH, loan_id)
    resets = [event.event_id for event in book.events if isinstance(event.what, RateReset)]
    assert resets == [reset_id(loan_id, MAY)]
    assert (book.account.dues[1].interest, book.position.annual_rate_bps) == (998_67, 435 - 20)
