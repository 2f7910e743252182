"""Composition root of the rail: settings → adapters → use cases, built on first use."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache

from puhui.aws import client
from puhui.clock import Clock, ConfiguredBusinessCalendar, SystemClock
from puhui.dynamodb import bind_table
from puhui.http_signing import HmacSigner
from puhui.secrets import secret_key
from sandbox.adapters import dynamo_incoming, dynamo_journal, dynamo_rail
from sandbox.adapters.http_lending_platform import HttpLendingPlatform
from sandbox.incoming_ports import IncomingPayments
from sandbox.ports import Faults
from sandbox.settings import RailSettings
from sandbox.usecases.deliver_statement import DeliverStatement
from sandbox.usecases.take_incoming import ReturnIncoming, TakeDebit, TakeIncoming
from sandbox.usecases.take_payment import CancelPayment, QueryPayment, TakePayment

MILLISECONDS = 1_000


@dataclass(frozen=True)
class Wiring:
    """Everything the rail's routes call."""

    secret: bytes
    clock: Clock
    faults: Faults
    take_payment: TakePayment
    query_payment: QueryPayment
    cancel_payment: CancelPayment
    incoming: IncomingPayments
    take_incoming: TakeIncoming
    return_incoming: ReturnIncoming
    take_debit: TakeDebit
    deliver_statement: DeliverStatement


@cache
def wiring() -> Wiring:
    """Build everything once per process."""
    settings = RailSettings.from_env()
    bind_table(
        settings.table_name,
        *dynamo_rail.ROWS,
        dynamo_journal.JournalRow,
        dynamo_incoming.IncomingRow,
    )
    secret = secret_key(client("secretsmanager"), settings.core_banking_secret_arn)
    clock = SystemClock()
    calendar = ConfiguredBusinessCalendar(settings.business_date, clock)
    payments, faults = dynamo_rail.DynamoPayments(), dynamo_rail.DynamoFaults()
    incoming = dynamo_incoming.DynamoIncomingPayments()
    platform = HttpLendingPlatform(settings.rail_notices_url, HmacSigner(secret, clock))
    return Wiring(
        secret=secret,
        clock=clock,
        faults=faults,
        take_payment=TakePayment(payments, faults, _pause, clock, calendar),
        query_payment=QueryPayment(payments),
        cancel_payment=CancelPayment(payments, clock, calendar),
        incoming=incoming,
        take_incoming=TakeIncoming(incoming, platform, calendar),
        return_incoming=ReturnIncoming(incoming, platform, calendar),
        take_debit=TakeDebit(incoming, faults, _pause, calendar),
        deliver_statement=DeliverStatement(dynamo_journal.DynamoJournal(), platform),
    )


def _pause(milliseconds: int) -> None:
    """Let the caller wait, as a slow core bank would."""
    if milliseconds:
        time.sleep(milliseconds / MILLISECONDS)
