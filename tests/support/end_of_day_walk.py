"""The end of day as it is deployed, in one process: real handlers, night after night.

with nights() as walk:
    walk.book(0)
    night = walk.run_night(TODAY)
    assert night["status"] == "SUCCEEDED"
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import count
from typing import Any

from infra.local.inprocess import InProcessCloud
from infra.local.resources import DeploymentOptions
from infra.synth import synthesise
from puhui.dynamodb import bind_table
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.adapters.dynamo_end_of_day import DynamoBusinessDays, DynamoDayReports
from servicing.adapters.end_of_day_rows import (
    END_OF_DAY_ROWS,
    DayFiguresRow,
    end_of_day_pk,
    partition_sk,
)
from servicing.adapters.rows import partition_of
from servicing.book_ports import PARTITIONS
from servicing.domain.account.book import Entered, LoanBook
from servicing.domain.account.events import Payoff
from servicing.domain.account.fold import brought_to
from servicing.domain.account.payoff import payoff_of
from servicing.domain.end_of_day.business_day import BusinessDay
from servicing.domain.end_of_day.report import EndOfDay
from servicing.domain.end_of_day.tally import NOTHING_COUNTED
from servicing.domain.invariants import check_invariants
from servicing.domain.loan import loan_id_of
from tests.support.end_of_day import Night
from tests.support.servicing import NOON, NORTH, TABLE, TODAY, TableWorld

NIGHT_SECONDS = 120.0
WALKED = (0, 1)
"""Two of the 64 partitions are enough for most tests; the others are known to be empty."""


@contextmanager
def nights(*, business_date: str = TODAY.isoformat(), **options: Any) -> Iterator[NightWalk]:
    """Deploy servicing alone; operators set the date, so the days are made up."""
    cloud = InProcessCloud(
        synthesise(modules=("servicing",)),
        business_date=business_date,
        options=DeploymentOptions(**options),
    )
    with cloud:
        yield NightWalk(cloud)


def of_few_partitions(_: str, definition: dict[str, Any]) -> dict[str, Any]:
    """Let a machine walk through WALKED only; `NightWalk.night` keeps the others' empty reports."""
    for state in definition["States"].values():
        if state.get("Items") == "{% $partitions %}":
            state["Items"] = f"{{% $partitions[[{WALKED[0]}..{WALKED[-1]}]] %}}"
    return definition


class NightWalk:
    """A deployed servicing platform, and the nights that pass over it."""

    def __init__(self, cloud: InProcessCloud) -> None:
        self.cloud = cloud
        self.loans: list[str] = []
        self._runs = self._booked = 0
        self._bind()

    def _bind(self) -> None:
        self.world = TableWorld()
        bind_table(TABLE, *END_OF_DAY_ROWS)
        self.days = DynamoBusinessDays(self.world.clock)
        self.reports = DynamoDayReports()
        self._books = Night(self.world, days=self.days, reports=self.reports)

    def book(self, partition: int, **changes: Any) -> str:
        """A loan of 1 March 2020 in a partition; answers its id."""
        for number in count(self._booked + 1):
            self._booked = number
            application = f"app-{number}"
            if partition_of(loan_id_of(f"dsb-{application}")) == partition:
                return self._books.book(application, **changes)
        raise AssertionError("unreachable")

    def book_many(self, loans: int) -> None:
        """So many loans of as many customers, wherever they fall."""
        for number in range(loans):
            self._books.book(f"many-{number}", customer_id=f"cus-{number}")

    def loan(self, loan_id: str) -> LoanBook:
        """A loan's book as the table has it."""
        return self.world.loan_books.get(NORTH, loan_id)

    def pay_all(self, loan_id: str, on: date) -> None:
        """The borrower settles the loan to the 分."""
        book = self.loan(loan_id)
        amount = Money(payoff_of(brought_to(book.account, on)).total)
        what = Payoff(amount=amount)
        entered = Entered(
            event_id=f"payoff-{loan_id}",
            loan_id=loan_id,
            value_date=on,
            entered_on=on,
            at=NOON,
            what=what,
        )
        self.world.loan_books.record(book.enter(entered))

    def day(self, bank: BankId = NORTH) -> BusinessDay:
        """The bank's business day."""
        return self._books.read_business_day(bank)

    def report(self, day: date) -> EndOfDay:
        """The report of a closed day."""
        return self.reports.get(NORTH, day)

    def night(self, day: date | None, bank: str = "north") -> dict[str, Any]:
        """A night of a machine that walks through few partitions."""
        pk = end_of_day_pk(BankId(bank), day or self.day().day)
        with DayFiguresRow.batch_write() as batch:
            for partition in set(range(PARTITIONS)) - set(WALKED):
                batch.save(
                    DayFiguresRow(pk, partition_sk(partition), tally=NOTHING_COUNTED.as_values())
                )
        return self.run_night(day, bank)

    def run_night(
        self, day: date | None, bank: str = "north", *, seconds: float = NIGHT_SECONDS
    ) -> dict[str, Any]:
        """Let the machine run as an operator starts it, and everything be delivered."""
        self._runs += 1
        named = {} if day is None else {"business_date": day.isoformat()}
        arn = self.cloud.start_execution(
            "end-of-day", f"night-{self._runs}", {"bank_id": bank, **named}
        )
        found = self.cloud.wait_for(arn, timeout_seconds=seconds)
        self.cloud.settle(seconds)
        return {**found, "states": self.cloud.states(arn), "arn": arn}

    def calls(self, step: str) -> list[Any]:
        """What a step was asked, call by call."""
        return [event for name, event in self.cloud.invocations if name.endswith(f"-{step}")]

    def violations(self) -> object:
        """What is wrong with the bank's books: nothing, ever."""
        return check_invariants(self.world.snapshot())

    def forget(self) -> None:
        """Empty table: the next test begins without loans."""
        table = self.cloud.client("dynamodb")
        for item in table.scan(TableName=TABLE)["Items"]:
            table.delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})
        self.cloud.settle()

    def events(self, name: str) -> list[Mapping[str, Any]]:
        """The data of the outbox's events of one name, in the order of their subjects."""
        found = [one for one in self.world.events() if one.name == name]
        return [one.data for one in sorted(found, key=lambda one: one.subject)]

    def dead_letters(self) -> list[dict[str, Any]]:
        """What lies in the machine's dead-letter queue, taken out of it."""
        sqs = self.cloud.client("sqs")
        queues = self.cloud.deployed.queues.items()
        url = next(q.url for name, q in queues if name.endswith("end-of-day-dlq"))
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]
