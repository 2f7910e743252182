"""Who stands on a list, which hit counts for which list, and who must agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.errors import Unprocessable
from risk.domain.approval import Act, SamePerson
from risk.domain.errors import ListEntryRefused, NotAtThisStage
from risk.domain.indicators.values import State
from risk.domain.inputs import inputs_of, plain
from risk.domain.matching import PPM
from risk.domain.name_lists import (
    MAX_REFUSALS,
    EntryStatus,
    Hit,
    ListBook,
    ListEntry,
    Refusal,
    Screening,
)
from risk.usecases.decide_list_entry import DecideListEntry
from risk.usecases.propose_list_entry import ProposeListEntry, ProposeListEntryCommand
from risk.usecases.remove_list_entry import RemoveListEntry
from risk.usecases.screen_subject import ScreenSubject
from tests.support.risk import a_request
from tests.support.risk_desk import (
    FIRM_CODE,
    NORTH,
    NOW,
    PERSON_CODE,
    TODAY,
    a_subject,
    an_entry,
    fingerprint,
)
from tests.support.risk_desk_fakes import (
    FixedFingerprints,
    FixedSubjects,
    InMemoryHitLog,
    InMemoryListEntries,
)

CLOCK = FixedClock(NOW)
LATER = NOW + timedelta(hours=1)
OTHER_CODE = "91340100MA2ABCD11A"

LIST_INPUTS = ("list.black.hits", "list.grey.hits", "list.white.hits")


def hits(entry: ListEntry, *subjects: Any, day: date = TODAY) -> list[tuple[str, int, Any]]:
    found = ListBook.of([entry]).hits(subjects or (a_subject(),), day)
    return [(hit.match, hit.score_ppm, hit.counts_as) for hit in found]


def a_person(name: str = "张伟", **changes: Any) -> Any:
    return a_subject(name, kind="person", **changes)


def test_a_code_is_matched_exactly_whatever_the_name() -> None:
    entry = an_entry(code=FIRM_CODE)

    found = hits(entry, a_subject("改名后的公司", code_index=fingerprint("firm", FIRM_CODE)))

    assert found == [("code", PPM, "black")]


def test_a_firm_of_exactly_the_name_counts_as_black() -> None:
    assert hits(an_entry(), a_subject("安徽鼎盛商貿有限責任公司")) == [("name", PPM, "black")]


def test_a_firm_of_a_similar_name_counts_as_grey() -> None:
    assert hits(an_entry(), a_subject("安徽鼎盛商务有限公司")) == [("name", 833_333, "grey")]


def test_the_same_name_under_another_code_counts_as_grey() -> None:
    entry = an_entry(code=FIRM_CODE)

    found = hits(entry, a_subject(code_index=fingerprint("firm", OTHER_CODE)))

    assert found == [("name", PPM, "grey")]


def test_leaving_ones_code_out_never_helps() -> None:
    entry = an_entry(code=FIRM_CODE)

    assert hits(entry, a_subject(code_index=None)) == [("name", PPM, "black")]


def test_a_namesake_of_a_black_person_is_grey_never_black() -> None:
    entry = an_entry(kind="person", name="张伟", code=PERSON_CODE)

    assert hits(entry, a_person()) == [("name", PPM, "grey")]


def test_a_persons_name_is_not_compared_loosely() -> None:
    entry = an_entry(kind="person", name="欧阳建国民")

    assert hits(entry, a_person("欧阳建国明")) == []


def test_a_white_entry_counts_by_its_code_only() -> None:
    entry = an_entry(list="white", code=FIRM_CODE, expires_on=TODAY)

    by_name = hits(entry, a_subject())
    by_code = hits(entry, a_subject(code_index=fingerprint("firm", FIRM_CODE)))

    assert (by_name, by_code) == ([("name", PPM, None)], [("code", PPM, "white")])


def test_an_entry_counts_through_its_last_day() -> None:
    entry = an_entry(expires_on=TODAY)

    assert (len(hits(entry)), hits(entry, day=TODAY + timedelta(days=1))) == (1, [])


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (EntryStatus.PROPOSED, 0),
        (EntryStatus.LIVE, 1),
        (EntryStatus.REMOVAL_PROPOSED, 1),
        (EntryStatus.REMOVED, 0),
        (EntryStatus.REFUSED, 0),
    ],
)
def test_an_entry_counts_from_approval_to_approved_removal(
    status: EntryStatus, counts: int
) -> None:
    assert len(hits(an_entry(status=status))) == counts


def test_an_entry_met_by_code_and_by_name_is_one_hit_by_code() -> None:
    entry = an_entry(code=FIRM_CODE)
    subject = a_subject(code_index=fingerprint("firm", FIRM_CODE))

    assert hits(entry, subject, a_subject()) == [("code", PPM, "black")]


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


def test_a_removal_that_was_refused_too_often_is_not_proposed_again() -> None:
    entry = an_entry()
    for _ in range(MAX_REFUSALS):
        entry = entry.propose_removal("误报", "maker-2", NOW).refuse("checker", NOW)

    with pytest.raises(ListEntryRefused) as refused:
        entry.propose_removal("误报", "maker-2", NOW)

    assert refused.value.rule == "entry.refusals"


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


def screened(*entries: ListEntry, subjects: tuple[Any, ...]) -> tuple[Screening, InMemoryHitLog]:
    kept = InMemoryListEntries({(one.bank_id, one.entry_id): one for one in entries})
    log = InMemoryHitLog()
    screen = ScreenSubject(FixedSubjects(subjects), kept, log, CLOCK)
    return screen(a_request(), "dec-1"), log


def test_without_a_subject_the_lists_are_missing_and_not_empty() -> None:
    found, _ = screened(an_entry(), subjects=())

    inputs = inputs_of(a_request(), (), {}, required=(), screening=found.to_record())
    assert {inputs[name].state for name in LIST_INPUTS} == {State.MISSING}


def test_every_hit_is_noted_with_its_decision() -> None:
    _, log = screened(an_entry(), subjects=(a_subject(),))

    assert log.noted == [("nle-1", "dec-1", PPM)]


def test_the_inputs_count_hits_by_the_list_that_they_count_for() -> None:
    found, _ = screened(
        an_entry(),
        an_entry(entry_id="nle-2", name="安徽鼎盛商务"),
        an_entry(entry_id="nle-3", list="grey"),
        subjects=(a_subject(),),
    )

    inputs = inputs_of(a_request(), (), {}, required=(), screening=found.to_record())
    assert {name: plain(inputs[name]) for name in LIST_INPUTS} == {
        "list.black.hits": "1",
        "list.grey.hits": "2",
        "list.white.hits": "0",
    }


def test_an_entry_of_another_bank_is_no_hit() -> None:
    south = replace(an_entry(), bank_id="south")  # type: ignore[arg-type]

    found, log = screened(south, subjects=(a_subject(),))

    assert (found.hits, log.noted) == ((), [])


def test_a_record_of_a_screening_names_nobody() -> None:
    found, _ = screened(an_entry(), subjects=(a_subject(),))

    assert found.to_record() == {
        "state": "ok",
        "hits": [
            {
                "entry_id": "nle-1",
                "list": "black",
                "match": "name",
                "score_ppm": PPM,
                "counts_as": "black",
            }
        ],
    }


def test_a_subject_and_an_entry_show_no_name_when_printed() -> None:
    text = repr(an_entry(code=FIRM_CODE)) + repr(a_subject())

    assert [secret for secret in ("鼎盛", FIRM_CODE, "诈骗") if secret in text] == []


@given(
    status=st.sampled_from(EntryStatus),
    expires=st.none() | st.integers(-3, 3),
    day=st.integers(-3, 3),
)
def test_a_hit_is_always_of_an_entry_that_counts_on_the_day(
    status: EntryStatus, expires: int | None, day: int
) -> None:
    ends = None if expires is None else TODAY + timedelta(days=expires)
    entry = an_entry(status=status, expires_on=ends)
    on = TODAY + timedelta(days=day)

    found: tuple[Hit, ...] = ListBook.of([entry]).hits((a_subject(),), on)

    assert bool(found) == entry.counts_on(on)
