"""Composition root of the rail: settings → adapters → use cases, built on first use."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache

from puhui.aws import client
from puhui.clock import Clock, SystemClock
from puhui.dynamodb import bind_table
from puhui.secrets import secret_key
from sandbox.adapters.dynamo_rail import ROWS, DynamoFaults, DynamoPayments
from sandbox.ports import Faults
from sandbox.settings import RailSettings
from sandbox.usecases.take_payment import QueryPayment, TakePayment

MILLISECONDS = 1_000


@dataclass(frozen=True)
class Wiring:
    """Everything the rail's routes call."""

    secret: bytes
    clock: Clock
    faults: Faults
    take_payment: TakePayment
    query_payment: QueryPayment


@cache
def wiring() -> Wiring:
    """Build everything once per process."""
    settings = RailSettings.from_env()
    bind_table(settings.table_name, *ROWS)
    clock, payments, faults = SystemClock(), DynamoPayments(), DynamoFaults()
    return Wiring(
        secret=secret_key(client("secretsmanager"), settings.core_banking_secret_arn),
        clock=clock,
        faults=faults,
        take_payment=TakePayment(payments, faults, _pause, clock),
        query_payment=QueryPayment(payments),
    )


def _pause(milliseconds: int) -> None:
    """Let the caller wait, as a slow core bank would."""
    if milliseconds:
        time.sleep(milliseconds / MILLISECONDS)
