"""One spelling for a name, a documented measure of likeness, and an index that finds the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.matching import PPM, THRESHOLD_PPM, NameIndex, core_name, similarity_ppm

NAMES = st.text(alphabet="安徽合肥鼎盛商贸物流", min_size=1, max_size=9)


@pytest.mark.parametrize(
    "spelling",
    [
        "安徽鼎盛商贸有限公司",
        "安徽鼎盛商贸有限责任公司",
        "安徽鼎盛商貿有限公司",
        " 安徽 鼎盛（商贸）有限公司",
        "安徽·鼎盛-商贸有限公司",
    ],
)
def test_spellings_of_one_firm_are_one_name(spelling: str) -> None:
    assert core_name(spelling, "firm") == "安徽鼎盛商贸"


def test_full_width_letters_are_the_same_letters() -> None:
    assert core_name("ａｂｃ科技有限公司", "firm") == core_name("ABC科技有限公司", "firm")


def test_a_form_that_is_the_whole_name_stays() -> None:
    assert core_name("有限公司", "firm") == "有限公司"


def test_a_persons_name_keeps_every_character() -> None:
    assert core_name("張 三", "person") == "张三"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("安徽鼎盛商贸", "安徽鼎盛商贸", PPM),
        ("安徽鼎盛商贸", "安徽鼎盛商务", 833_333),
        ("安徽鼎盛商贸", "安徽盛鼎商贸", 833_333),
        ("安徽鼎盛商贸", "安徽鼎盛", 666_666),
        ("安徽", "浙江", 0),
    ],
)
def test_likeness_is_the_edits_over_the_longer_name(first: str, second: str, expected: int) -> None:
    assert similarity_ppm(first, second) == expected


@given(NAMES, NAMES)
def test_likeness_has_no_direction_and_only_a_name_is_like_itself(first: str, second: str) -> None:
    ppm = similarity_ppm(first, second)

    assert ppm == similarity_ppm(second, first)
    assert (ppm == PPM) == (first == second)


@given(st.lists(NAMES, max_size=30), NAMES)
def test_the_index_finds_what_comparing_with_everybody_finds(known: list[str], name: str) -> None:
    index = NameIndex.of((str(number), one) for number, one in enumerate(known))

    found = {one.key: one.score_ppm for one in index.like(name)}

    slow = {str(number): similarity_ppm(name, one) for number, one in enumerate(known)}
    assert found == {key: ppm for key, ppm in slow.items() if ppm >= THRESHOLD_PPM}
