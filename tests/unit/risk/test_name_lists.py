"""Who stands on a list, and which hit counts for which list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.clock import FixedClock
from risk.domain.indicators.values import State
from risk.domain.inputs import inputs_of, plain
from risk.domain.matching import PPM
from risk.domain.name_lists import (
    EntryStatus,
    Hit,
    ListBook,
    ListEntry,
    Screening,
)
from risk.usecases.screen_subject import ScreenSubject
from tests.support.risk import a_request
from tests.support.risk_desk import (
    FIRM_CODE,
    NOW,
    PERSON_CODE,
    TODAY,
    a_subject,
    an_entry,
    fingerprint,
)
from tests.support.risk_desk_fakes import (
    FixedSubjects,
    InMemoryHitLog,
    InMemoryListEntries,
)

CLOCK = FixedClock(NOW)
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


def screened(*entries: ListEntry, subjects: tuple[Any, ...]) -> tuple[Screening, InMemoryHitLog]:
    kept = InMemoryListEntries({(one.bank_id, one.entry_id): one for one in entries})
    log = InMemoryHitLog()
    screen = ScreenSubject(FixedSubjects(subjects), kept, log, CLOCK)
    return screen(a_request(), "dec-1"), log


def test_without_a_subject_the_lists_are_missing_and_not_empty() -> None:
    found, _ = screened(an_entry(), subjects=())

    inputs = inputs_of(a_request(), (), {}, screening=found.to_record())
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

    inputs = inputs_of(a_request(), (), {}, screening=found.to_record())
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
