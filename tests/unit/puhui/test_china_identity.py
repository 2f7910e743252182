"""Resident ids and credit codes: worked examples of the standards, and every wrong character."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.china import regions, resident_id, uscc
from puhui.errors import Unprocessable

RESIDENT_EXAMPLES = ["11010519491231002X", "370101190102039973", "513101198201130014"]
USCC_EXAMPLES = [
    "91350100M000100Y43",
    "91340100MA2ABCD13N",
    "92340100MA2ABCD13K",
    "93340100MA2ABCD13G",
    "91341200TE5T00016Q",
]

REGIONS = st.sampled_from(sorted(regions.ANHUI_PREFECTURES)).map(lambda c: c[:4] + "04")
BIRTHS = st.dates(min_value=date(1930, 1, 1), max_value=date(2008, 1, 1))
RESIDENT_IDS = st.builds(
    lambda region, born, n: resident_id.complete(f"{region}{born:%Y%m%d}{n:03d}"),
    REGIONS,
    BIRTHS,
    st.integers(0, 999),
)
USCCS = st.builds(
    lambda kind, region, text: uscc.complete(kind + region, text),
    st.sampled_from(["91", "92", "93", "52"]),
    REGIONS,
    st.text(alphabet=uscc.CHARSET, min_size=8, max_size=8),
)


def rule_broken_by_id(value: str, on: date | None = None) -> str | None:
    with pytest.raises(Unprocessable) as caught:
        resident_id.validate(value, on=on)
    assert caught.value.field == "resident_id"
    return caught.value.rule


def rule_broken_by_code(value: str) -> str | None:
    with pytest.raises(Unprocessable) as caught:
        uscc.validate(value)
    assert caught.value.field == "uscc"
    return caught.value.rule


@pytest.mark.parametrize("value", RESIDENT_EXAMPLES)
def test_the_worked_resident_ids_are_valid(value: str) -> None:
    assert resident_id.validate(value).value == value


@pytest.mark.parametrize(
    ("body", "total", "character"),
    [
        ("11010519491231002", 167, "X"),
        ("37010119010203997", None, "3"),
        ("51310119820113001", None, "4"),
    ],
)
def test_the_worked_check_characters(body: str, total: int | None, character: str) -> None:
    weighted = sum(int(d) * w for d, w in zip(body, resident_id.WEIGHTS, strict=True))

    assert total is None or weighted == total
    assert resident_id.check_character(body) == character


def test_a_resident_id_tells_birth_sex_and_region() -> None:
    read = resident_id.validate("11010519491231002X")

    assert (read.born, read.sex, read.region_code) == (date(1949, 12, 31), "female", "110105")


def test_a_resident_id_shows_nothing_of_itself() -> None:
    assert repr(resident_id.validate(RESIDENT_EXAMPLES[0])) == "ResidentId(…)"


@pytest.mark.parametrize(
    ("day", "age"), [(date(2017, 12, 30), 67), (date(2017, 12, 31), 68), (date(1949, 12, 31), 0)]
)
def test_age_is_in_full_years(day: date, age: int) -> None:
    assert resident_id.validate("11010519491231002X").age_on(day) == age


@given(RESIDENT_IDS)
def test_a_completed_resident_id_is_valid(value: str) -> None:
    assert resident_id.validate(value).value == value


@given(RESIDENT_IDS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_changed_character_of_a_resident_id_is_found(
    value: str, position: int, character: str
) -> None:
    changed = value[:position] + character + value[position + 1 :]

    if changed != value:
        assert rule_broken_by_id(changed) in {"resident_id.format", "resident_id.check"}


@given(RESIDENT_IDS, st.integers(0, 16))
def test_two_exchanged_neighbours_of_a_resident_id_are_found(value: str, position: int) -> None:
    one, other = value[position], value[position + 1]
    changed = value[:position] + other + one + value[position + 2 :]

    if changed != value:
        assert rule_broken_by_id(changed) in {"resident_id.format", "resident_id.check"}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "110105491231002",  # 15 digits: an old card
        "11010519491231002x",
        "1101051949123100２X",
        " 11010519491231002X",
        "11010519491231002X\n",
        "01010519491231002X",
    ],
)
def test_text_that_is_no_resident_id_is_refused(value: str) -> None:
    assert rule_broken_by_id(value) == "resident_id.format"


@pytest.mark.parametrize("born", ["20230229", "20231301", "20230431", "18991231", "00000000"])
def test_a_birth_date_that_is_none_is_refused(born: str) -> None:
    assert rule_broken_by_id(resident_id.complete(f"340104{born}001")) == "resident_id.birth_date"


def test_a_birth_after_the_business_date_is_refused() -> None:
    value = resident_id.complete("34010420260804001")

    resident_id.validate(value, on=date(2026, 8, 4))
    assert rule_broken_by_id(value, on=date(2026, 8, 3)) == "resident_id.birth_date"


@pytest.mark.parametrize("region", ["340904", "341902", "160101", "990101", "341000"])
def test_regions_of_resident_ids(region: str) -> None:
    value = resident_id.complete(f"{region}19800101001")

    if region.startswith("9") or region == "341000":
        resident_id.validate(value)
    else:
        assert rule_broken_by_id(value) == "resident_id.region"


@pytest.mark.parametrize("region", ["341402", "342221", "342601", "830000"])
def test_people_keep_numbers_of_abolished_regions(region: str) -> None:
    resident_id.validate(resident_id.complete(f"{region}19600101001"))


def test_a_foreigners_permanent_residence_card_follows_the_same_check() -> None:
    value = resident_id.complete("91112419810803002")

    assert resident_id.validate(value).born == date(1981, 8, 3)


def test_the_field_of_the_error_is_the_callers() -> None:
    with pytest.raises(Unprocessable) as caught:
        resident_id.validate("1", field="party.legal_person_id")

    assert caught.value.field == "party.legal_person_id"


@pytest.mark.parametrize("value", USCC_EXAMPLES)
def test_the_worked_credit_codes_are_valid(value: str) -> None:
    assert uscc.validate(value).value == value


def test_the_published_trap_of_the_bare_modulus_is_refused() -> None:
    body = "91350100M000100Y4"
    total = sum(uscc.CHARSET.index(c) * w for c, w in zip(body, uscc.WEIGHTS, strict=True))

    assert (total, total % 31) == (1640, 28)
    assert uscc.CHARSET[total % 31] == "W"
    assert rule_broken_by_code(body + "W") == "uscc.check"
    assert uscc.check_character(body) == "3"


def test_the_organisation_code_has_its_own_check() -> None:
    assert uscc.organisation_check_character("M000100Y") == "4"
    body = "91350100M000100Y5"
    assert rule_broken_by_code(body + uscc.check_character(body)) == "uscc.organisation_check"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("91340100MA2ABCD13N", "firm"),
        ("92340100MA2ABCD13K", "sole_proprietor"),
        ("93340100MA2ABCD13G", "cooperative"),
    ],
)
def test_a_credit_code_tells_its_kind_and_region(value: str, kind: str) -> None:
    read = uscc.validate(value)

    assert (read.kind, read.region_code, read.organisation_code) == (kind, "340100", "MA2ABCD13")


@given(USCCS)
def test_a_completed_credit_code_is_valid(value: str) -> None:
    assert uscc.validate(value).value == value


@given(USCCS, st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_any_single_changed_character_of_a_credit_code_is_found(
    value: str, position: int, character: str
) -> None:
    changed = value[:position] + character + value[position + 1 :]

    if changed != value:
        assert rule_broken_by_code(changed) in {"uscc.format", "uscc.check"}


@given(USCCS, st.integers(0, 16))
def test_two_exchanged_neighbours_of_a_credit_code_are_found(value: str, position: int) -> None:
    one, other = value[position], value[position + 1]
    changed = value[:position] + other + one + value[position + 2 :]

    if changed != value:
        assert rule_broken_by_code(changed) in {"uscc.format", "uscc.check"}


@pytest.mark.parametrize(
    "value",
    ["", "91350100m000100y43", "91350100M000100Y4", "91350100I000100Y43", "91350100M000100Y43 "],
)
def test_text_that_is_no_credit_code_is_refused(value: str) -> None:
    assert rule_broken_by_code(value) == "uscc.format"


def test_a_credit_code_of_an_unknown_region_is_refused() -> None:
    assert rule_broken_by_code(uscc.complete("91340900", "MA2ABCD1")) == "uscc.region"


@pytest.mark.parametrize("region", ["100000", "341400"])
def test_firms_registered_nationally_or_long_ago_keep_their_codes(region: str) -> None:
    assert uscc.validate(uscc.complete(f"91{region}", "MA2ABCD1")).region_code == region


@pytest.mark.parametrize(("prefix", "organisation"), [("9134010", "MA2ABCD1"), ("91340100", "M")])
def test_a_code_is_completed_from_whole_parts(prefix: str, organisation: str) -> None:
    with pytest.raises(ValueError, match="8 and 8"):
        uscc.complete(prefix, organisation)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_every_real_day_is_a_birth_date(day: date) -> None:
    assert resident_id.validate(resident_id.complete(f"340104{day:%Y%m%d}001")).born == day
    assert resident_id.validate(
        resident_id.complete(f"340104{day:%Y%m%d}001"), on=day + timedelta(days=1)
    )
