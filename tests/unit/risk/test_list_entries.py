"""How an entry comes onto a name list and off it: two people, and what each of them said stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.errors import Unprocessable
from risk.domain.approval import Act, SamePerson
from risk.domain.errors import ListEntryRefused, NotAtThisStage
from risk.domain.name_lists import (
    MAX_REFUSALS,
    EntryStatus,
    ListBook,
    ListEntry,
    Refusal,
)
from risk.usecases.decide_list_entry import DecideListEntry
from risk.usecases.propose_list_entry import ProposeListEntry, ProposeListEntryCommand
from risk.usecases.remove_list_entry import RemoveListEntry
from tests.support.risk_desk import (
    FIRM_CODE,
    NORTH,
    NOW,
    TODAY,
    a_subject,
    an_entry,
)
from tests.support.risk_desk_fakes import (
    FixedFingerprints,
    InMemoryListEntries,
)

CLOCK = FixedClock(NOW)
LATER = NOW + timedelta(hours=1)


def hits(entry: ListEntry, *subjects: Any, day: date = TODAY) -> list[tuple[str, int, Any]]:
    found = ListBook.of([entry]).hits(subjects or (a_subject(),), day)
    return [(hit.match, hit.score_ppm, hit.counts_as) for hit in found]


def test_whoever_proposed_an_entry_does_not_approve_it() -> None:
    proposed = an_entry(status=EntryStatus.PROPOSED, approved=None)

    with pytest.raises(SamePerson):
        proposed.approve("maker", NOW)


def test_whoever_proposed_a_removal_does_not_approve_it() -> None:
    leaving = an_entry().propose_removal("已结清", "maker-2", NOW)

    with pytest.raises(SamePerson):
        leaving.approve("maker-2", NOW)
    assert leaving.approve("checker-2", NOW).status is EntryStatus.REMOVED


def test_a_refused_removal_leaves_the_entry_counting_and_tells_who_proposed_and_refused_it() -> (
    None
):
    entry = an_entry()

    kept = entry.propose_removal("误报", "maker-2", NOW).refuse("checker-2", LATER)

    assert replace(kept, refusals=()) == entry
    assert kept.refusals == (
        Refusal(
            of="removal",
            reason="误报",
            proposed=Act("maker-2", NOW),
            refused=Act("checker-2", LATER),
        ),
    )


def test_every_refused_removal_stays_beside_the_one_that_was_approved() -> None:
    entry = an_entry()
    for reason in ("误报", "已结清"):
        entry = entry.propose_removal(reason, "maker-2", NOW).refuse("checker", NOW)

    gone = entry.propose_removal("法院已更正", "maker-2", NOW).approve("checker", LATER)

    assert [one.reason for one in gone.refusals] == ["误报", "已结清"]
    assert (gone.removal_reason, gone.removal_proposed, gone.removed) == (
        "法院已更正",
        Act("maker-2", NOW),
        Act("checker", LATER),
    )


def test_a_refused_entry_tells_who_refused_it_and_was_never_removed() -> None:
    entry = an_entry(status=EntryStatus.PROPOSED, approved=None)

    refused = entry.refuse("checker", LATER)

    (found,) = refused.refusals
    assert (refused.status, refused.removed) == (EntryStatus.REFUSED, None)
    assert (found.of, found.reason, found.proposed.by, found.refused) == (
        "entry",
        entry.reason,
        "maker",
        Act("checker", LATER),
    )


def often_refused(**changes: Any) -> ListEntry:
    entry = an_entry(**changes)
    for _ in range(MAX_REFUSALS):
        entry = entry.propose_removal("误报", "maker-2", NOW).refuse("checker", NOW)
    return entry


@pytest.mark.parametrize("list_kind", ["black", "grey"])
def test_a_removal_that_was_refused_too_often_is_not_proposed_again(list_kind: str) -> None:
    entry = often_refused(list=list_kind)

    with pytest.raises(ListEntryRefused) as refused:
        entry.propose_removal("误报", "maker-2", NOW)

    assert (refused.value.field, refused.value.rule) == ("entry_id", "entry.refusals")


def test_the_removal_of_a_white_entry_is_proposed_and_approved_however_often_it_was_refused() -> (
    None
):
    leaving = often_refused(list="white").propose_removal("涉诉", "maker-2", NOW)

    assert leaving.approve("checker", NOW).status is EntryStatus.REMOVED


def test_a_white_entry_keeps_no_more_refusals_than_others_its_removal_waits_instead() -> None:
    leaving = often_refused(list="white").propose_removal("涉诉", "maker-2", NOW)

    with pytest.raises(ListEntryRefused) as refused:
        leaving.refuse("checker", NOW)

    assert (refused.value.field, refused.value.rule) == ("entry_id", "entry.refusals")


def test_an_entry_that_is_off_takes_no_step() -> None:
    gone = an_entry(status=EntryStatus.REMOVED)

    with pytest.raises(NotAtThisStage):
        gone.approve("checker", NOW)


def a_proposal(**changes: Any) -> ProposeListEntryCommand:
    fields: dict[str, Any] = {
        "bank_id": NORTH,
        "by": "maker",
        "key": "k1",
        "list": "black",
        "kind": "firm",
        "name": "安徽鼎盛商贸有限公司",
        "code": FIRM_CODE,
        "source": "法院公告",
        "reason": "失信被执行",
        "expires_on": None,
    }
    return ProposeListEntryCommand(**fields | changes)


def a_propose(entries: InMemoryListEntries) -> ProposeListEntry:
    return ProposeListEntry(entries, FixedFingerprints(), CLOCK, FixedBusinessCalendar(TODAY))


def test_a_proposal_sent_again_is_the_same_entry() -> None:
    entries = InMemoryListEntries()
    propose = a_propose(entries)

    assert propose(a_proposal()) == propose(a_proposal())
    assert len(entries.kept) == 1


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"code": "91350100M000100Y44"}, "uscc.check"),
        ({"kind": "person", "code": "110105194912310021"}, "resident_id.check"),
        ({"list": "white", "code": None, "expires_on": TODAY}, "entry.white_code"),
        ({"list": "white"}, "entry.white_expiry"),
        ({"list": "white", "expires_on": TODAY + timedelta(days=400)}, "entry.white_days"),
        ({"expires_on": TODAY - timedelta(days=1)}, "entry.expired"),
        ({"name": "（）"}, "entry.name"),
    ],
)
def test_a_proposal_that_breaks_a_rule_is_refused_by_its_name(
    changes: dict[str, Any], rule: str
) -> None:
    with pytest.raises((ListEntryRefused, Unprocessable)) as refused:
        a_propose(InMemoryListEntries())(a_proposal(**changes))

    assert refused.value.rule == rule


def test_an_entry_goes_onto_the_list_and_off_it_by_four_eyes() -> None:
    entries = InMemoryListEntries()
    entry_id = a_propose(entries)(a_proposal()).entry_id
    decide, remove = DecideListEntry(entries, CLOCK), RemoveListEntry(entries, CLOCK)

    live = decide(NORTH, entry_id, approved=True, by="checker")
    leaving = remove(NORTH, entry_id, reason="已结清", by="checker")
    gone = decide(NORTH, entry_id, approved=True, by="maker")

    assert [one.status.value for one in (live, leaving, gone)] == [
        "live",
        "removal_proposed",
        "removed",
    ]
