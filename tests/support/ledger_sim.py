"""A seeded simulator of disbursements under faults: `Simulation(seed, world).run()`.

Calls are repeated, lost before and after they take effect, interrupted by other calls at every
port, and die half-way; late calls arrive after everything is over. One seed is one history: a
failing seed prints itself; the same line replays it:

    python -m tests.support.ledger_sim SEED

Two kinds of applications live here. Driven ones follow the credit factory's saga to its end, and
must end well. Contested ones get a random crowd of calls, right and wrong, from two banks; for
them only the books' promises count, and that no two successful answers contradict each other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from puhui.contracts.servicing import ReserveDisbursement as Reservation
from servicing.domain.disbursement import transfer_id_of
from servicing.domain.errors import TransferNotFound
from servicing.domain.loan import Loan
from servicing.domain.transfers import Transfer, TransferState
from servicing.ports import Ledger, Loans
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.release_closed_application import ReleaseClosedApplication
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from servicing.usecases.void_disbursement import VoidDisbursement
from tests.support.ledger_sim_checks import BooksWatch
from tests.support.ledger_sim_faults import Broken, Faults, FaultyPort, Killed
from tests.support.servicing import (
    NORTH,
    SOUTH,
    MemoryWorld,
    World,
    a_closing,
    a_reservation,
    a_resolution,
    an_activation,
)

__all__ = ["Broken", "Killed", "Saga", "Simulation"]

MAX_TRIES = 60


@dataclass
class Saga:
    """One driven application: what the rail will say, and how far the saga has come."""

    name: str
    paid: bool
    method: str
    reserve_times_out: bool
    done: list[str] = field(default_factory=list)

    @property
    def application(self) -> dict[str, str]:
        """The ids that all its calls carry."""
        return {
            "application_id": self.name,
            "correlation_id": self.name,
            "disbursement_id": f"dsb-{self.name}-1",
        }


class Simulation(Faults):
    """One seed's history."""

    simulation = "ledger_sim"
    void_class: type[VoidDisbursement] = VoidDisbursement

    def __init__(self, seed: int, world: World, *, check_every: int = 1) -> None:
        super().__init__(seed)
        self.check_every = check_every
        self.world = world
        self.watch = BooksWatch(world)
        self.answers: dict[tuple[str, str], set[Any]] = {}
        ledger: Ledger = FaultyPort(world.ledger, self)
        loans: Loans = FaultyPort(world.loans, self)
        self.reserve = ReserveDisbursement(ledger, world.clock)
        self.post = PostDisbursement(ledger, world.clock)
        self.void = self.void_class(ledger, world.clock)
        self.activate = ActivateLoan(ledger, loans)
        self.release = ReleaseClosedApplication(ledger, world.clock)

    # --- the history ------------------------------------------------------------------------

    def run(self) -> int:
        """Live the history and check it; answer how many calls were delivered."""
        sagas = [self._saga(n) for n in range(self.random.randint(1, 3))]
        turns = [*(sagas * 8), *([None] * self.random.randint(6, 14))]
        self.random.shuffle(turns)
        for turn, saga in enumerate(turns):
            if saga is None:
                self.somebody_else()
            else:
                self._advance(saga)
            if turn % self.check_every == 0:
                self.check()
        self.faults_left = 0
        for saga in sagas:
            for _ in range(MAX_TRIES):
                self._advance(saga)
            self._late_calls()
            self._check_ended(saga)
        self.check()
        return self.deliveries

    def _saga(self, n: int) -> Saga:
        return Saga(
            name=f"app-{n}",
            paid=self.random.random() < 0.6,
            method=self.random.choice(["EQUAL_INSTALLMENT", "INTEREST_FIRST"]),
            reserve_times_out=self.random.random() < 0.2,
        )

    # --- driven applications ----------------------------------------------------------------

    def _advance(self, saga: Saga) -> None:
        """Try the saga's next step once, as the state machine does: an error tries again later."""
        step = self._next_step(saga)
        if step is None:
            return
        if self.delivered(partial(getattr(self, f"_step_{step}"), saga), remember=True):
            saga.done.append(step)

    @staticmethod
    def _next_step(saga: Saga) -> str | None:
        if saga.reserve_times_out:
            steps = ["give_up", "close"]
        elif saga.paid:
            steps = ["reserve", "post", "activate", "close"]
        else:
            steps = ["reserve", "void", "close"]
        return next((step for step in steps if step not in saga.done), None)

    def _step_reserve(self, saga: Saga) -> Transfer:
        return self.reserve(a_reservation(**saga.application, loan={"method": saga.method}))

    def _step_post(self, saga: Saga) -> Transfer:
        return self.post(a_resolution(**saga.application, bank_reference=f"ref-{saga.name}"))

    def _step_void(self, saga: Saga) -> Transfer:
        return self.void(a_resolution(**saga.application, reason="核心系统拒绝支付"))

    def _step_activate(self, saga: Saga) -> Loan:
        return self.activate(an_activation(**saga.application, method=saga.method))

    def _step_close(self, saga: Saga) -> None:
        outcome = "disbursed" if saga.paid and not saga.reserve_times_out else "payment_rejected"
        closed = a_closing(application_id=saga.name, outcome=outcome)
        self.release(NORTH, f"evt-{saga.name}", closed)

    def _step_give_up(self, saga: Saga) -> None:
        """The reservation's answer never came; the saga voids, and the reservation comes late."""
        self.past.append(lambda: self._step_reserve(saga))
        try:
            self._step_void(saga)
        except TransferNotFound:
            return

    def _late_calls(self) -> None:
        """Everything that was ever sent arrives once more, in any order."""
        late = list(self.past)
        self.random.shuffle(late)
        for call in late:
            self.delivered(call)

    def _check_ended(self, saga: Saga) -> None:
        """A paid saga has its posted money and its loan; every other one has nothing."""
        transfer_id = transfer_id_of(f"dsb-{saga.name}-1")
        loans = self.world.loans.of_application(NORTH, saga.name)
        state = self.world.ledger.get(NORTH, transfer_id).state
        pending = self.world.ledger.pending_of_application(NORTH, saga.name)
        if saga.paid and not saga.reserve_times_out:
            good = state is TransferState.POSTED and len(loans) == 1
        else:
            good = state in {TransferState.VOIDED, TransferState.BLOCKED} and not loans
        if not good or pending is not None:
            self.broken(f"{saga} ended {state} with {len(loans)} loans, pending {pending}")

    # --- contested applications -------------------------------------------------------------

    def rivals(self) -> list[Callable[[], None]]:
        """Two calls of which only one may succeed."""
        return [self._right_post, self._right_void]

    def somebody_else(self) -> None:
        """One call about a contested application, right or wrong."""
        call = self.random.choice(
            [
                self._right_reserve,
                self._right_reserve,
                self._right_post,
                self._right_post,
                self._right_void,
                self._right_activate,
                self._withdrawn,
                self._wrong_reserve,
                self._wrong_post,
                self._wrong_activate,
            ]
        )
        self.delivered(call)

    def _ids(self) -> dict[str, str]:
        number = self.random.randint(1, 2)
        return {
            "application_id": "con",
            "correlation_id": "con",
            "disbursement_id": f"dsb-con-{number}",
        }

    def _right_reserve(self) -> None:
        ids = self._ids()
        self._reserved(a_reservation(**ids))

    def _right_post(self) -> None:
        ids = self._ids()
        self.post(a_resolution(**ids, bank_reference="ref"))
        self._answered(ids["disbursement_id"], "end", "posted")

    def _right_void(self) -> None:
        ids = self._ids()
        self.void(a_resolution(**ids, reason="x"))
        self._answered(ids["disbursement_id"], "end", "voided")

    def _right_activate(self) -> None:
        ids = self._ids()
        loan = self.activate(an_activation(**ids))
        self._answered(ids["disbursement_id"], "plan", loan.schedule.sha256)

    def _withdrawn(self) -> None:
        self.release(NORTH, "evt-con", a_closing(application_id="con"))

    def _wrong_reserve(self) -> None:
        """The same id with another amount, or by another bank; the other bank sees nothing."""
        ids = self._ids()
        changes: list[dict[str, Any]] = [{"amount_fen": 7}, {"bank_id": "south"}]
        change = self.random.choice(changes)
        self._reserved(a_reservation(**ids | change))

    def _reserved(self, asked: Reservation) -> None:
        """Whoever is answered gets what they asked for, and nobody two different things."""
        transfer = self.reserve(asked)
        if (transfer.bank_id, transfer.amount.minor) != (asked.bank_id, asked.amount_fen):
            self.broken(f"asked for {asked.amount_fen} by {asked.bank_id}, answered {transfer}")
        self._answered(asked.disbursement_id, "amount", transfer.amount.minor)
        self._answered(asked.disbursement_id, "bank", transfer.bank_id)

    def _wrong_post(self) -> None:
        transfer = self.post(a_resolution(**self._ids(), bank_id="south", bank_reference="ref"))
        if transfer.bank_id != SOUTH:
            self.broken("a bank posted another bank's transfer")

    def _wrong_activate(self) -> None:
        ids = self._ids()
        loan = self.activate(an_activation(**ids, schedule_sha256="b" * 64))
        self.broken(f"{loan.loan_id} was booked with a plan that nobody signed")

    def _answered(self, subject: str, what: str, answer: Any) -> None:
        """Successful answers about one thing never contradict each other."""
        known = self.answers.setdefault((subject, what), set())
        known.add(answer)
        if len(known) > 1:
            self.broken(f"{subject} was answered {what} {sorted(map(str, known))}")

    def check(self) -> None:
        """All promises, at this moment."""
        complaints = self.watch.complaints()
        if complaints:
            self.broken("; ".join(complaints))


if __name__ == "__main__":
    calls = Simulation(int(sys.argv[1]), MemoryWorld()).run()
    sys.stdout.write(f"{calls} calls, every promise kept\n")
