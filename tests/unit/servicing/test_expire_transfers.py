"""A promise past its deadline ends on the core bank's word, never by time alone (INV5, INV9)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from puhui.errors import UpstreamUnavailable
from servicing.domain.errors import TransferAlreadyVoided
from servicing.domain.invariants import check_invariants
from servicing.domain.transfers import PENDING_FOR, Transfer, TransferState
from servicing.rail_ports import PaymentWord
from servicing.usecases.expire_transfers import REASON, ExpireTransfers
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from tests.support.expiry_sim import (
    NUMBER,
    TRANSFER,
    ExpirySimulation,
    InMemoryCoreBank,
    MovingDay,
)
from tests.support.seeds import breaks
from tests.support.servicing import NORTH, TODAY, MemoryWorld, a_reservation, a_resolution

FAST_SEEDS = 150
FULL_SEEDS = 10_000
MUTANT_SEEDS = 300
PAST = TODAY + PENDING_FOR + timedelta(days=1)


class Promised:
    """30 million 分 promised on the first day, and a core bank."""

    def __init__(self) -> None:
        self.world = MemoryWorld()
        self.bank = InMemoryCoreBank()
        self.day = MovingDay(PAST)
        ReserveDisbursement(self.world.ledger, self.world.clock)(a_reservation())
        ledger = self.world.ledger
        self.expire = ExpireTransfers(ledger, ledger, self.bank, self.world.clock, self.day)

    @property
    def transfer(self) -> Transfer:
        """As the ledger has it."""
        return self.world.ledger.get(NORTH, TRANSFER)


@pytest.fixture
def promised() -> Promised:
    """A promise on the day after its deadline."""
    return Promised()


def test_money_that_was_never_sent_is_free_again(promised: Promised) -> None:
    expired = promised.expire()

    assert [one.transfer_id for one in expired.voided] == [TRANSFER]
    assert (promised.transfer.state, promised.transfer.reason) == (TransferState.VOIDED, REASON)
    assert promised.transfer.resolved_on == PAST
    assert promised.world.events()[-1].name == "DisbursementVoided"
    assert check_invariants(promised.world.snapshot()) == ()


def test_money_that_the_core_bank_rejected_is_free_again(promised: Promised) -> None:
    promised.bank.rejects = True
    promised.bank.pay(NUMBER)

    assert len(promised.expire().voided) == 1


def test_an_order_that_comes_after_that_is_not_paid(promised: Promised) -> None:
    promised.expire()

    word = promised.bank.pay(NUMBER)

    assert (word, promised.bank.paid) == (PaymentWord.NEVER, [])


def test_money_that_is_out_stays_promised_and_is_told_of(promised: Promised) -> None:
    promised.bank.pay(NUMBER)

    expired = promised.expire()

    assert [one.transfer_id for one in expired.paid] == [TRANSFER]
    assert (expired.voided, promised.transfer.state) == ((), TransferState.PENDING)


def test_without_a_word_the_promise_stands_and_is_told_of_each_time(promised: Promised) -> None:
    promised.bank.is_up = lambda: False

    told = [len(promised.expire().unknown) for _ in range(3)]

    assert (told, promised.transfer.state) == ([1, 1, 1], TransferState.PENDING)


def test_a_word_that_comes_later_ends_it(promised: Promised) -> None:
    promised.bank.is_up = lambda: False
    promised.expire()
    promised.bank.is_up = lambda: True

    assert len(promised.expire().voided) == 1
    assert promised.expire().voided == ()


@pytest.mark.parametrize("days", range(PENDING_FOR.days + 1))
def test_before_the_deadline_nobody_is_asked(promised: Promised, days: int) -> None:
    promised.day.day = TODAY + timedelta(days=days)
    promised.bank.is_up = lambda: pytest.fail("the core bank was asked")

    expired = promised.expire()

    assert (expired.voided, expired.unknown) == ((), ())


def test_what_the_factory_ended_meanwhile_stays_so(promised: Promised) -> None:
    post = PostDisbursement(promised.world.ledger, promised.world.clock)

    class Overtaking(InMemoryCoreBank):
        def cancel(self, transfer: Transfer) -> PaymentWord:
            post(a_resolution(bank_reference="ref-1"))
            return PaymentWord.NEVER

    promised.expire = ExpireTransfers(
        promised.world.ledger,
        promised.world.ledger,
        Overtaking(),
        promised.world.clock,
        promised.day,
    )

    assert promised.expire().voided == ()
    assert promised.transfer.state is TransferState.POSTED


def test_what_expired_is_not_posted_any_more(promised: Promised) -> None:
    promised.expire()
    post = PostDisbursement(promised.world.ledger, promised.world.clock)

    with pytest.raises(TransferAlreadyVoided):
        post(a_resolution(bank_reference="ref-1"))


# --- thousands of lives, and what each guard is for -----------------------------------------


def test_lives_under_faults_keep_every_promise() -> None:
    ends = Counter(ExpirySimulation(seed).run() for seed in range(FAST_SEEDS))

    assert min(ends[TransferState.POSTED], ends[TransferState.VOIDED]) > FAST_SEEDS // 10


@pytest.mark.full
def test_ten_thousand_lives_under_faults_keep_every_promise() -> None:
    for seed in range(FULL_SEEDS):
        ExpirySimulation(seed).run()


class ByTimeAlone(ExpireTransfers):
    """What is past its deadline is void."""

    def _word(self, transfer: Transfer) -> PaymentWord | None:
        return PaymentWord.NEVER


class SilenceIsNo(ExpireTransfers):
    """A core bank that does not answer has not paid."""

    def _word(self, transfer: Transfer) -> PaymentWord | None:
        return super()._word(transfer) or PaymentWord.NEVER


class OnlyAsked(InMemoryCoreBank):
    """A question leaves the number in use."""

    def _out_of_use(self, number: str) -> PaymentWord:
        return self.words.get(number, PaymentWord.NEVER)


class Unswept(ExpireTransfers):
    """Nobody looks."""

    def _word(self, transfer: Transfer) -> PaymentWord | None:
        raise UpstreamUnavailable

    def __call__(self) -> object:  # type: ignore[override]
        return type("Nothing", (), {"paid": ()})


@pytest.mark.parametrize("mutant", [ByTimeAlone, SilenceIsNo, Unswept])
def test_without_this_guard_of_the_sweeper_a_seed_breaks(mutant: type[ExpireTransfers]) -> None:
    class Simulated(ExpirySimulation):
        expire_class = mutant

    assert breaks(Simulated, MUTANT_SEEDS)


def test_when_the_number_stays_in_use_a_seed_breaks() -> None:
    assert breaks(lambda seed: ExpirySimulation(seed, OnlyAsked), MUTANT_SEEDS)
