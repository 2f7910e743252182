"""Seeded lives of the rail: notices, files and debits in any order, twice, wrong, and cut off.

A seed decides everything. Ports die before or after they take effect, and let another delivery run
in their midst; whoever died is told again, and the sweeper comes. At the end every serial number
has had one effect, no money is lost, and what contradicted it was refused. A failing seed prints
itself; the same line lives it again:

    python -m tests.support.rail_sim SEED [restored]
"""

from __future__ import annotations

import copy
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from puhui.errors import PuhuiError, StaleVersion
from puhui.money import Money
from servicing.domain.rail.errors import RailPaymentMismatch
from servicing.domain.rail.payment import Channel, Heard, PaymentState
from tests.support.rail import RailBank, a_debit, a_file, a_line, heard
from tests.support.servicing import NORTH, SOUTH

REFERENCES: Final = ("loan-1", "loan-2", "nobody", "closed")
DIES: Final = 0.06
OVERTAKES: Final = 0.08
MAX_RETELLINGS: Final = 60
WORDS: Final = ("ok", "ok", "reject", "lost_before", "lost_after")


class Broken(AssertionError):
    """A promise did not hold; the message says which, and for which seed."""


class Dies(BaseException):
    """The function was killed."""


@dataclass
class Flaky:
    """A port that may die around any call, or be overtaken by another delivery."""

    port: Any
    sim: RailSimulation

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.port, name)
        return self.sim.around(found) if callable(found) else found

    def __call__(self, *arguments: Any) -> Any:
        return self.sim.around(self.port)(*arguments)


@dataclass
class RailSimulation:
    """One life."""

    seed: int
    bank: RailBank = field(default_factory=RailBank)
    restores: bool = False
    """Whether the table goes back to an earlier moment once (FLT32); the core bank does not."""
    calm: bool = False
    waiting: list[Callable[[], object]] = field(default_factory=list)
    depth: int = 0

    def __post_init__(self) -> None:
        """Stand between the use cases and their ports."""
        self.rng = random.Random(self.seed)
        bank = self.bank
        bank.references.known[NORTH, "closed"] = ("closed",)
        bank.recorder.refusing.add("closed")
        for part in (bank.book, bank.take, bank.ask, bank.finish):
            for name in ("payments", "record", "debits"):
                if hasattr(part, name):
                    object.__setattr__(part, name, Flaky(getattr(part, name), self))

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call with what may happen before and after it."""

        def guarded(*arguments: Any) -> Any:
            self._maybe()
            answer = call(*arguments)
            self._maybe()
            return answer

        return guarded

    def run(self) -> None:
        """Live, then check."""
        payments = [self._payment(number) for number in range(self.rng.randint(2, 6))]
        tellings = [self._telling(one) for one in payments for _ in range(self.rng.randint(1, 3))]
        tellings += [self._wrong_telling(one) for one in payments if self.rng.random() < 0.5]
        tellings += [self._file(payments)] * self.rng.randint(1, 2)
        debit = a_debit(amount=Money(self.rng.randint(1, 10**6)))
        self.bank.rail.script = [self.rng.choice(WORDS) for _ in range(4)]
        tellings += [lambda: self.bank.ask(debit)] * self.rng.randint(1, 3)
        self.rng.shuffle(tellings)
        if self.restores:
            self._lose_some(list(tellings))
            again = replace(debit, serial_no=self.debit_number(debit.serial_no))
            tellings += [self._file(payments), lambda: self.bank.ask(again)]
        self._tell_all(tellings)
        self._settle(debit.serial_no)
        self._check()

    def debit_number(self, known: str) -> str:
        """What a night that is run again asks under: the number of loan and day, for ever."""
        return known

    def _tell_all(self, tellings: list[Callable[[], object]]) -> None:
        self.waiting = tellings
        while self.waiting:
            self._told(self.waiting.pop())

    def _lose_some(self, tellings: list[Callable[[], object]]) -> None:
        """Everything happens, and what happened after some moment is gone from the table."""
        moment = self.rng.randint(0, len(tellings))
        self._tell_all(tellings[:moment])
        kept = [(one, copy.copy(one.__dict__[name]), name) for one, name in self._stored()]
        self._tell_all(tellings[moment:])
        for one, before, name in kept:
            one.__dict__[name] = before

    def _stored(self) -> list[tuple[Any, str]]:
        """What lies in servicing's table."""
        bank = self.bank
        return [
            (bank.payments, "rows"),
            (bank.payments, "vouchers"),
            (bank.payments, "events"),
            (bank.recorder, "orders"),
            (bank.debits, "rows"),
            (bank.files, "rows"),
        ]

    def _maybe(self) -> None:
        if self.calm:
            return
        if self.rng.random() < DIES:
            raise Dies
        if self.waiting and self.depth < 2 and self.rng.random() < OVERTAKES:
            self.depth += 1
            try:
                self._told(self.waiting.pop())
            finally:
                self.depth -= 1

    def _told(self, telling: Callable[[], object]) -> None:
        """Told again until it is heard, as a core bank and a queue do."""
        for _ in range(MAX_RETELLINGS):
            try:
                telling()
                return
            except (Dies, StaleVersion):
                continue
        self.waiting.insert(0, telling)

    def _settle(self, debit: str) -> None:
        """The faults end; the sweeper comes until nothing is left."""
        self.calm = True
        for _ in range(8):
            self.bank.finish()
        if not self.bank.debits.rows[debit].settled:
            self._broken(f"debit {debit} is still {self.bank.debits.rows[debit].state}")

    def _payment(self, number: int) -> Heard:
        return heard(
            serial_no=f"cb-{number}",
            amount=Money(self.rng.randint(1, 10**6)),
            reference=self.rng.choice(REFERENCES),
        )

    def _telling(self, payment: Heard) -> Callable[[], object]:
        told = replace(payment, channel=self.rng.choice((Channel.CALL, Channel.FILE)))

        def telling() -> None:
            try:
                self.bank.take(told)
            except RailPaymentMismatch:
                if self.bank.payments.rows[told.serial_no].fingerprint == told.fingerprint:
                    self._broken(f"{told.serial_no}: a repetition was refused")

        return telling

    def _wrong_telling(self, payment: Heard) -> Callable[[], object]:
        """The same number for something else; it is refused, or it was first and the others are."""
        wrong = self.rng.choice(
            (
                replace(payment, amount=payment.amount + Money(1)),
                replace(payment, reference="loan-1" if payment.reference != "loan-1" else "loan-2"),
                replace(payment, bank_id=SOUTH),
            )
        )

        def telling() -> None:
            known = self.bank.payments.rows.get(payment.serial_no)
            try:
                self.bank.take(wrong)
            except RailPaymentMismatch:
                return
            if known is not None and known.fingerprint != wrong.fingerprint:
                self._broken(f"{payment.serial_no}: a contradiction was taken")

        if self.rng.random() < 0.3:
            return telling
        return lambda: telling() if payment.serial_no in self.bank.payments.rows else None

    def _file(self, payments: list[Heard]) -> Callable[[], object]:
        """The day's file; a line that contradicts what was heard before is listed, not taken."""
        lines = [
            a_line(number, one.serial_no, one.amount.minor, reference=one.reference)
            for number, one in enumerate(payments, start=1)
        ]
        key = self.bank.store.keep(a_file(lines))
        return lambda: self.bank.take_file(key)

    def _check(self) -> None:
        bank = self.bank
        states = {one.state for one in bank.payments.rows.values()}
        if not states <= {PaymentState.BOOKED, PaymentState.SUSPENDED}:
            self._broken(f"payments were left {sorted(states)}")
        orders = Counter(order.serial_no for order in bank.recorder.orders.values())
        for serial_no, payment in bank.payments.rows.items():
            booked = orders[serial_no]
            if booked != (payment.state is PaymentState.BOOKED):
                self._broken(f"{serial_no} is {payment.state} and was booked {booked} times")
        recorded = Money.total(order.amount for order in bank.recorder.orders.values())
        came = Money.total(one.amount for one in bank.payments.rows.values())
        if recorded + bank.suspended != came:
            self._broken(f"{came} came, {recorded} is in loans, {bank.suspended} in suspense")
        if len(bank.rail.numbers) > 1:
            self._broken(f"a debit went out under {len(bank.rail.numbers)} numbers")
        self._check_debit()

    def _check_debit(self) -> None:
        """What the rail took from the customer is what the loan received under that number."""
        bank, ours = self.bank, self.bank.rail.numbers
        received = [o.amount.minor for o in bank.recorder.orders.values() if o.serial_no in ours]
        if sum(received) != bank.rail.taken_fen:
            self._broken(f"the rail took {bank.rail.taken_fen} 分, the loan has {sum(received)}")

    def _broken(self, what: str) -> None:
        more = " restored" if self.restores else ""
        raise Broken(f"python -m tests.support.rail_sim {self.seed}{more}: {what}")


def breaks(seed: int, bank: RailBank, *, restores: bool = False) -> bool:
    """Whether a life breaks a promise, in a bank that lacks a guard."""
    try:
        RailSimulation(seed, bank, restores=restores).run()
    except (Broken, AssertionError, PuhuiError):
        return True
    return False


if __name__ == "__main__":
    RailSimulation(int(sys.argv[1]), restores="restored" in sys.argv).run()
    sys.stdout.write("every promise kept\n")
