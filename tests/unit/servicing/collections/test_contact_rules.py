"""When, how often and whom: the rules of contact, and that nothing else decides."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.clock import CHINA, UTC
from servicing.domain.collections.contacts import Channel, Contact
from servicing.domain.collections.errors import (
    CollectorIsJudge,
    ContactRefused,
    ThirdPersonNotFound,
)
from servicing.domain.collections.file import CollectionFile, ThirdPerson
from servicing.domain.collections.rules import SOURCES, CollectionRules
from servicing.domain.collections.stops import Stop, StopKind
from tests.support.collections_fakes import NOON, RULES, a_contact, a_file, a_late_loan

YEAR = datetime(2026, 1, 1), datetime(2026, 12, 31)  # noqa: DTZ001 (hypothesis adds the zone)
MOMENTS = st.datetimes(*YEAR, timezones=st.just(UTC))


def refused(file: CollectionFile, contact: Contact) -> str | None:
    """The rule that forbids a contact, if one does."""
    try:
        file.check_contact(contact, RULES)
    except ContactRefused as error:
        return error.rule
    return None


@pytest.mark.parametrize(
    ("hour", "minute", "rule"),
    [
        (7, 59, "contact.window"),
        (8, 0, None),
        (20, 59, None),
        (21, 0, "contact.window"),
        (0, 0, "contact.window"),
    ],
)
def test_the_window_is_chinas_clock(hour: int, minute: int, rule: str | None) -> None:
    at = datetime(2026, 8, 3, hour, minute, tzinfo=CHINA)

    assert refused(a_file(), a_contact(at)) == rule
    assert refused(a_file(), a_contact(at.astimezone(UTC))) == rule


def test_a_letter_may_be_posted_at_any_hour() -> None:
    night = datetime(2026, 8, 3, 23, 0, tzinfo=CHINA)

    assert refused(a_file(), a_contact(night, channel=Channel.LETTER)) is None


@given(at=MOMENTS, channel=st.sampled_from(list(Channel)))
def test_a_contact_is_allowed_in_the_window_and_never_outside(
    at: datetime, channel: Channel
) -> None:
    local = at.astimezone(CHINA).time()

    rule = refused(a_file(), a_contact(at, channel=channel))

    inside = time(8) <= local < time(21) or channel is Channel.LETTER
    assert rule == (None if inside else "contact.window")


@given(gaps=st.lists(st.integers(1, 3_000), min_size=1, max_size=60))
def test_however_collectors_try_no_day_and_no_week_has_more_than_the_limit(
    gaps: list[int],
) -> None:
    file, at, made = a_file(), NOON, []
    for gap in gaps:
        at += timedelta(minutes=gap)
        try:
            file = file.contacted(a_contact(at), RULES)
        except ContactRefused:
            continue
        made.append(a_contact(at).day)

    for day in made:
        assert made.count(day) <= RULES.debtor_per_day
        week = [one for one in made if day - timedelta(days=7) < one <= day]
        assert len(week) <= RULES.debtor_per_week


def test_the_fourth_contact_of_a_day_is_refused_whatever_the_channel() -> None:
    file = a_file()
    for hour in (9, 12, 15):
        file = file.contacted(a_contact(NOON.replace(hour=hour), channel=Channel.SMS), RULES)

    assert refused(file, a_contact(NOON.replace(hour=18))) == "contact.per_day"
    assert refused(file, a_contact(NOON + timedelta(days=1))) is None


def test_the_limit_is_the_debtors_not_the_loans() -> None:
    file = a_file(a_late_loan(), a_late_loan(loan_id="loan-2"))
    for hour in (9, 12, 15):
        file = file.contacted(a_contact(NOON.replace(hour=hour)), RULES)

    assert refused(file, a_contact(NOON.replace(hour=18), loan_id="loan-2")) == "contact.per_day"


# --- third persons --------------------------------------------------------------------------


def a_person(person_id: str = "per-1") -> ThirdPerson:
    return ThirdPerson(
        person_id=person_id,
        relation="配偶",
        consent_document_id="doc-1",
        recorded_by="collector-1",
        recorded_at=NOON,
    )


def test_nobody_else_is_contacted_without_consent() -> None:
    contact = a_contact(third_person_id="per-1")

    assert refused(a_file(), contact) == "contact.third_person_consent"
    assert refused(a_file().naming(a_person()), contact) is None


def test_who_withdraws_is_not_contacted_again() -> None:
    file = a_file().naming(a_person()).without("per-1", NOON)

    assert refused(file, a_contact(third_person_id="per-1")) == "contact.third_person_consent"
    with pytest.raises(ThirdPersonNotFound):
        file.without("per-2", NOON)


def test_each_third_person_has_a_limit_of_his_own() -> None:
    file = a_file().naming(a_person()).naming(a_person("per-2"))
    file = file.contacted(a_contact(third_person_id="per-1"), RULES)
    later = NOON + timedelta(hours=1)

    assert refused(file, a_contact(later, third_person_id="per-1")) == "contact.per_day"
    assert refused(file, a_contact(later, third_person_id="per-2")) is None
    assert refused(file, a_contact(later)) is None


# --- stops ----------------------------------------------------------------------------------


def a_stop(kind: StopKind = StopKind.COMPLAINT) -> Stop:
    return Stop(stop_id="s-1", kind=kind, loan_id="loan-1", by="cus-1", at=NOON, text="频繁来电")


@pytest.mark.parametrize("kind", list(StopKind))
@given(at=MOMENTS, channel=st.sampled_from(list(Channel)))
def test_while_a_stop_stands_nobody_is_contacted(
    kind: StopKind, at: datetime, channel: Channel
) -> None:
    file = a_file().stopped(a_stop(kind))

    assert refused(file, a_contact(at, channel=channel)) == f"contact.{kind.value}"


@pytest.mark.parametrize("kind", list(StopKind))
def test_after_its_end_contact_is_allowed_again(kind: StopKind) -> None:
    stop = a_stop(kind)
    file = a_file().stopped(stop).resumed(stop, "risk-1", NOON, "已核实并致歉")

    assert refused(file, a_contact()) is None


@pytest.mark.parametrize("judge", ["collector-1", "cus-1"])
def test_neither_who_called_nor_who_complained_resolves_a_complaint(judge: str) -> None:
    stop = a_stop()
    file = a_file().contacted(a_contact(), RULES).stopped(stop)

    with pytest.raises(CollectorIsJudge):
        file.resumed(stop, judge, NOON, "已核实")


def test_a_debtor_with_nothing_overdue_is_left_alone() -> None:
    file = a_file(lines=())

    assert refused(file, a_contact()) == "contact.overdue"
    assert refused(a_file(), a_contact(loan_id="loan-9")) == "contact.overdue"


def test_old_contacts_leave_the_file() -> None:
    file = a_file().contacted(a_contact(), RULES)

    later = file.contacted(a_contact(NOON + timedelta(days=RULES.kept_days)), RULES)

    assert len(later.contacts) == 1


def test_every_number_has_a_source() -> None:
    assert set(SOURCES) == set(CollectionRules.__dataclass_fields__)
