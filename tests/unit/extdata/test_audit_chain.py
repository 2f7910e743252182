"""The audit chain: every way to alter it is found, and 100,000 records are walked in seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from extdata.domain.audit import SHARDS, ChainId, Link, append, link_hash
from extdata.domain.seal import ChainSeal
from extdata.usecases.seal_audit import SealAudit
from extdata.usecases.verify_audit import VerifyAudit
from puhui.clock import FixedClock
from puhui.tenancy import BankId
from tests.support.extdata import BANK, NOON

DAY = "2026-11-02"
CHAIN = ChainId(bank_id=BANK, day=DAY, shard=0)
MAX_SECONDS = 20.0
"""For 100,000 records on a busy machine; alone it takes about 2."""


class Chains:
    """Chains in memory that anybody may alter."""

    def __init__(self) -> None:
        self.kept: dict[ChainId, list[Link]] = {}
        self.heads: dict[ChainId, tuple[int, str]] = {}
        self.expected: list[str] = []

    def append(self, chain: ChainId, record_id: str, record: Mapping[str, Any]) -> bool:
        links = self.kept.setdefault(chain, [])
        links.append(append(chain, links[-1] if links else None, record_id, record))
        self.heads[chain] = (links[-1].sequence, links[-1].hash)
        return True

    def links(self, chain: ChainId) -> Iterator[Link]:
        return iter(self.kept.get(chain, ()))

    def head(self, chain: ChainId) -> tuple[int, str] | None:
        return self.heads.get(chain)

    def expected_records(self, bank_id: BankId, day: str) -> Iterator[str]:
        return iter(self.expected)


class Seals:
    """Seals that nobody can take back."""

    def __init__(self) -> None:
        self.kept: list[ChainSeal] = []

    def keep(self, seal: ChainSeal) -> None:
        self.kept.append(seal)

    def of_day(self, bank_id: BankId, day: str) -> Sequence[ChainSeal]:
        return self.kept


def a_chain(records: int = 6) -> Chains:
    """One chain of a few records, each of which was recorded."""
    chains = Chains()
    for number in range(records):
        chains.append(CHAIN, f"qry-{number}.hit", {"n": number})
    chains.expected = [f"qry-{number}.hit" for number in range(records)]
    return chains


def rewrite(chains: Chains, records: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Make the chain anew from its first link, with right hashes and a right head."""
    chains.kept[CHAIN] = []
    for record_id, record in records:
        chains.append(CHAIN, record_id, record)


def edit(links: list[Link]) -> None:
    links[2] = replace(links[2], record={"n": 99})


def edit_with_its_hash(links: list[Link]) -> None:
    two = links[2]
    links[2] = replace(
        two, record={"n": 99}, hash=link_hash(CHAIN, two.sequence, two.previous, {"n": 99})
    )


def delete(links: list[Link]) -> None:
    del links[2]


def insert(links: list[Link]) -> None:
    links.insert(3, append(CHAIN, links[2], "qry-x.hit", {"n": 99}))


def reorder(links: list[Link]) -> None:
    links[2], links[3] = links[3], links[2]


def fork(links: list[Link]) -> None:
    links.append(append(CHAIN, links[3], "qry-x.hit", {"n": 99}))


def cut_off(links: list[Link]) -> None:
    del links[-2:]


def lengthen(links: list[Link]) -> None:
    links.append(append(CHAIN, links[-1], "qry-x.hit", {"n": 99}))


@pytest.mark.parametrize(
    "alter",
    [edit, edit_with_its_hash, delete, insert, reorder, fork, cut_off, lengthen],
    ids=lambda alter: alter.__name__,
)
def test_whatever_is_altered_is_found(alter: Callable[[list[Link]], None]) -> None:
    chains = a_chain()
    alter(chains.kept[CHAIN])

    found = VerifyAudit(chains, Seals())(BANK, DAY)

    assert found.faults


def test_what_nobody_touched_verifies() -> None:
    found = VerifyAudit(a_chain(), Seals())(BANK, DAY)

    assert (found.verified, found.records) == (True, 6)


def test_a_tail_that_was_cut_off_with_its_head_misses_records() -> None:
    chains = a_chain()
    cut_off(chains.kept[CHAIN])
    last = chains.kept[CHAIN][-1]
    chains.heads[CHAIN] = (last.sequence, last.hash)

    found = VerifyAudit(chains, Seals())(BANK, DAY)

    assert (found.verified, found.waiting) == (False, 2)


def test_a_chain_without_its_head_is_found() -> None:
    chains = a_chain()
    del chains.heads[CHAIN]

    found = VerifyAudit(chains, Seals())(BANK, DAY)

    assert found.faults == ("the chain ends at #6 and has no head",)


def test_a_head_that_names_another_hash_is_found() -> None:
    chains = a_chain()
    chains.heads[CHAIN] = (6, "f" * 64)

    found = VerifyAudit(chains, Seals())(BANK, DAY)

    assert found.faults == ("the head names another link #6",)


class GrowingChains(Chains):
    """Somebody appends just before the links are read, and just after."""

    def links(self, chain: ChainId) -> Iterator[Link]:
        read = list(super().links(chain))
        if chain == CHAIN:
            self.append(CHAIN, "qry-new.hit", {"n": 7})
            read = list(super().links(chain))
            self.append(CHAIN, "qry-newer.hit", {"n": 8})
        return iter(read)


def test_a_chain_that_grows_while_it_is_read_verifies() -> None:
    quiet = a_chain()
    chains = GrowingChains()
    chains.kept, chains.heads = quiet.kept, quiet.heads
    chains.expected = [*quiet.expected, "qry-new.hit"]

    found = VerifyAudit(chains, Seals())(BANK, DAY)

    assert (found.faults, found.records) == ((), 7)


def test_a_link_beyond_the_head_is_found_though_its_record_was_recorded() -> None:
    chains = a_chain()
    lengthen(chains.kept[CHAIN])
    chains.expected.append("qry-x.hit")

    found = VerifyAudit(chains, Seals())(BANK, DAY)

    assert found.faults == ("the head says #6, the chain ends at #7",)


def test_a_chain_that_was_rewritten_whole_breaks_its_seal() -> None:
    chains, seals = a_chain(), Seals()
    SealAudit(chains, seals, FixedClock(NOON))(BANK, DAY)
    rewrite(chains, [(f"qry-{n}.hit", {"n": 99 if n == 2 else n}) for n in range(6)])
    unsealed = VerifyAudit(chains, Seals())(BANK, DAY)

    found = VerifyAudit(chains, seals)(BANK, DAY)

    assert unsealed.verified
    assert found.faults == (f"{DAY}/0 #6: is not what was sealed",)


def test_a_chain_that_vanished_with_its_records_is_missing_at_its_seal() -> None:
    chains, seals = a_chain(), Seals()
    SealAudit(chains, seals, FixedClock(NOON))(BANK, DAY)

    found = VerifyAudit(Chains(), seals)(BANK, DAY)

    assert found.faults == (f"{DAY}/0 #6: is missing but sealed",)


def test_what_is_appended_after_the_seal_breaks_nothing() -> None:
    chains, seals = a_chain(), Seals()
    SealAudit(chains, seals, FixedClock(NOON))(BANK, DAY)
    chains.append(CHAIN, "qry-late.hit", {"n": 7})
    chains.expected.append("qry-late.hit")

    found = VerifyAudit(chains, seals)(BANK, DAY)

    assert found.verified


def test_a_night_also_seals_what_came_late_for_the_days_before() -> None:
    chains, seals = a_chain(), Seals()
    seal = SealAudit(chains, seals, FixedClock(NOON))
    seal.up_to(BANK, date(2026, 11, 2))
    chains.append(CHAIN, "qry-late.hit", {"n": 7})

    sealed = seal.up_to(BANK, date(2026, 11, 3))

    assert sealed == 1
    assert [one.sequence for one in seals.kept] == [6, 7]


def test_a_record_in_two_chains_is_found() -> None:
    chains = a_chain()
    chains.append(replace(CHAIN, shard=SHARDS - 1), "qry-2.hit", {"n": 2})

    found = VerifyAudit(chains, Seals())(BANK, DAY)

    assert found.faults == (f"{DAY}: 1 records are chained twice",)


@pytest.mark.full
def test_a_hundred_thousand_records_verify_in_seconds() -> None:
    chains = Chains()
    record = {"query_id": "qry-1", "caller": "factory", "attempts": [{"request_no": "no-1"}]}
    for number in range(100_000):
        record_id = f"qry-{number}.hit"
        chains.expected.append(record_id)
        chains.append(ChainId.of(BANK, DAY, record_id), record_id, {**record, "n": number})
    started = time.monotonic()

    found = VerifyAudit(chains, Seals())(BANK, DAY)

    assert (found.verified, found.records) == (True, 100_000)
    assert time.monotonic() - started < MAX_SECONDS
