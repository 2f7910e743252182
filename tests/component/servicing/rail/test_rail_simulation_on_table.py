"""The seeded lives of the rail, on the table: what holds in memory holds under its conditions."""

from __future__ import annotations

import pytest

from servicing.adapters.dynamo_rail import DynamoRailPayments
from servicing.domain.rail.payment import RailPayment
from tests.support.rail_sim import RailSimulation, breaks
from tests.support.rail_tables import TablePayments, table_rail_bank

FAST_SEEDS = 3
FULL_SEEDS = 200
MUTANT_SEEDS = 40


@pytest.mark.parametrize("seed", range(FAST_SEEDS))
def test_lives_under_faults_keep_every_promise_on_the_table(seed: int) -> None:
    with table_rail_bank() as bank:
        RailSimulation(seed, bank).run()


@pytest.mark.full
@pytest.mark.parametrize("seed", range(FAST_SEEDS, FULL_SEEDS))
def test_two_hundred_lives_keep_every_promise_on_the_table(seed: int) -> None:
    with table_rail_bank() as bank:
        RailSimulation(seed, bank).run()


class AnyNumber(TablePayments):
    """A number that is taken is written over."""

    def add(self, payment: RailPayment) -> RailPayment:
        if payment.serial_no in self.rows:
            return DynamoRailPayments.save(self, self.rows[payment.serial_no])
        return super().add(payment)


def test_on_a_table_that_answers_any_order_for_a_number_a_seed_fails() -> None:
    for seed in range(MUTANT_SEEDS):
        with table_rail_bank(AnyNumber) as bank:
            if breaks(seed, bank):
                return
    pytest.fail("no seed needs the condition on the number")
