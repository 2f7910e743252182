"""Seeded lives of a promise past its deadline: the order may be lost, late, or paid unheard.

The credit factory reserves, sends the order once under one number, hears or asks, then posts or
voids; messages are lost and arrive late, the factory dies. Meanwhile the business day moves and the
sweeper runs, and its questions get lost too. At the end the ledger says what the core bank did.

    python -m tests.support.expiry_sim SEED
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from puhui.errors import Conflict, NotFound, UpstreamUnavailable
from puhui.tenancy import BankId
from servicing.domain.disbursement import transfer_id_of
from servicing.domain.invariants import check_invariants
from servicing.domain.transfers import Transfer, TransferState
from servicing.rail_ports import PaymentWord
from servicing.usecases.expire_transfers import ExpireTransfers
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from servicing.usecases.void_disbursement import VoidDisbursement
from tests.support.seeds import broken
from tests.support.servicing import NORTH, TODAY, MemoryWorld, a_reservation, a_resolution

NUMBER = "dsb-app-1-1"
TRANSFER = transfer_id_of(NUMBER)


@dataclass
class InMemoryCoreBank:
    """The core bank's payments: one word for a number, whatever comes first under it."""

    rejects: bool = False
    words: dict[str, PaymentWord] = field(default_factory=dict)
    paid: list[str] = field(default_factory=list)
    is_up: Callable[[], bool] = lambda: True

    def pay(self, number: str) -> PaymentWord:
        """An order arrives."""
        if number not in self.words:
            self.words[number] = PaymentWord.NEVER if self.rejects else PaymentWord.PAID
            self.paid += [] if self.rejects else [number]
        return self.words[number]

    def cancel(self, transfer: Transfer) -> PaymentWord:
        """Servicing gives the number up; the question or its answer may be lost."""
        if not self.is_up():
            raise UpstreamUnavailable("question lost")
        word = self._out_of_use(transfer.disbursement_id)
        if not self.is_up():
            raise UpstreamUnavailable("answer lost")
        return word

    def _out_of_use(self, number: str) -> PaymentWord:
        return self.words.setdefault(number, PaymentWord.NEVER)


@dataclass
class MovingDay:
    """The accounting day, which end of day moves."""

    day: date = TODAY

    def today(self, bank_id: BankId | None = None) -> date:
        """The day; it is the same for every bank."""
        return self.day


class ExpirySimulation:
    """One life."""

    expire_class: type[ExpireTransfers] = ExpireTransfers

    def __init__(self, seed: int, bank_class: type[InMemoryCoreBank] = InMemoryCoreBank) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.calm = False
        self.world = MemoryWorld()
        self.bank = bank_class(rejects=self.random.random() < 0.3, is_up=self._answered)
        self.day = MovingDay()
        ledger, clock = self.world.ledger, self.world.clock
        self.post = PostDisbursement(ledger, clock)
        self.void = VoidDisbursement(ledger, clock)
        self.expire = self.expire_class(ledger, ledger, self.bank, clock, self.day)
        self.on_its_way = False
        self.factory_lives = True

    def run(self) -> TransferState:
        """Live, then check; answer how the promise ended."""
        ReserveDisbursement(self.world.ledger, self.world.clock)(a_reservation())
        self.on_its_way = self.random.random() < 0.8
        for _ in range(self.random.randint(3, 12)):
            if self.random.random() < 0.4:
                self.day.day += timedelta(days=1)
            self.random.choice([self._arrives, self._factory, self._sweeper, self._dies])()
        self.calm = True
        self.day.day += timedelta(days=3)
        self.expire()
        if self.factory_lives:
            self._factory()
        self._arrives()
        return self._check()

    def _answered(self) -> bool:
        return self.calm or self.random.random() < 0.7

    def _arrives(self) -> None:
        """The order comes to the core bank, now or long after it was sent."""
        if self.on_its_way and self._answered():
            self.on_its_way = False
            self.bank.pay(NUMBER)

    def _factory(self) -> None:
        """Its workflow asks for the word and acts on it; without one it waits."""
        if not self.factory_lives or not self._answered():
            return
        word = self.bank.words.get(NUMBER)
        try:
            if word is PaymentWord.PAID:
                self.post(a_resolution(business_date=self.day.day, bank_reference="ref"))
            elif word is PaymentWord.NEVER:
                self.void(a_resolution(business_date=self.day.day, reason="x"))
        except (Conflict, NotFound) as error:
            self._broken(f"the factory acted on the core bank's word and got {error!r}")

    def _sweeper(self) -> None:
        self.expire()

    def _dies(self) -> None:
        """The execution was stopped by hand: nobody asks for this money any more."""
        if self.random.random() < 0.3:
            self.factory_lives = False

    def _check(self) -> TransferState:
        state = self.world.ledger.get(NORTH, TRANSFER).state
        found = check_invariants(self.world.snapshot())
        if found:
            self._broken("; ".join(map(str, found)))
        if len(self.bank.paid) > 1:
            self._broken("paid twice")
        if self.bank.paid and state is TransferState.VOIDED:
            self._broken("the money is out, and its promise was voided")
        if not self.bank.paid and state is not TransferState.VOIDED:
            self._broken(f"nothing was ever paid, and the promise is {state}")
        if self.bank.paid and state is TransferState.PENDING and not self._told():
            self._broken("the money is out, the promise stands, and nobody was told")
        return state

    def _told(self) -> bool:
        return bool(self.expire().paid)

    def _broken(self, what: str) -> None:
        raise broken("expiry_sim", self.seed, what)


if __name__ == "__main__":
    sys.stdout.write(f"ended {ExpirySimulation(int(sys.argv[1])).run()}, every promise kept\n")
