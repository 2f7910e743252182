"""The gravest text counts, age weighs, unknown is never harmless, another firm is not blamed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.text_severity import Answer, Inputs, Text, answer
from tests.support.text_models import (
    NAME,
    SHIPPED,
    TODAY,
    a_signal,
    a_text,
    judged,
    shipped_parameters,
)

VECTORS = json.loads((SHIPPED / "golden.json").read_text(encoding="utf-8"))["vectors"]
DECIDING = [rule for rule in shipped_parameters().events if rule.words_decide]
SENTENCES = st.sampled_from(
    ["按期还款", "被申请破产清算", "拖欠工资", "被诉至法院", "新厂房开工", "平台提现困难"]
)
TEXTS = st.builds(
    a_text,
    SENTENCES | st.none(),
    published_on=st.none() | st.dates(TODAY - timedelta(days=3_000), TODAY),
    signal=st.none() | st.integers(0, 1_000_000).map(a_signal),
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_golden_vectors(vector: dict[str, Any]) -> None:
    inputs = msgspec.convert(vector["inputs"], Inputs, strict=True)

    found = answer(inputs, shipped_parameters())

    assert found == msgspec.convert(vector["answer"], Answer, strict=True)


def ppm(found: Answer) -> int:
    """Unknown is worse than anything."""
    return 1_000_001 if found.text_severity_ppm is None else found.text_severity_ppm


@given(st.lists(TEXTS, max_size=4), TEXTS)
def test_one_more_text_never_makes_it_less_grave(texts: list[Text], more: Text) -> None:
    alarm = shipped_parameters().alarm_ppm

    before, after = ppm(judged(*texts)), ppm(judged(*texts, more))

    assert after >= min(before, alarm)


@given(st.lists(TEXTS, min_size=1, max_size=4), st.integers(0, 3))
def test_a_text_that_nobody_could_read_never_helps(texts: list[Text], at: int) -> None:
    at %= len(texts)
    unread = [*texts[:at], a_text(None), *texts[at + 1 :]]

    found = judged(*unread)

    assert found.text_severity_ppm is None or found.text_severity_ppm >= (
        shipped_parameters().alarm_ppm
    )


@given(st.lists(TEXTS, max_size=4))
def test_the_order_of_texts_does_not_matter(texts: list[Text]) -> None:
    assert ppm(judged(*texts)) == ppm(judged(*reversed(texts)))


def test_a_grave_text_weighs_less_with_each_year() -> None:
    days = (0, 31, 91, 181, 366, 731, 5_000)

    found = [
        judged(a_text("宣告破产", published_on=TODAY - timedelta(days=age))).text_severity_ppm
        for age in days
    ]

    assert found == [1_000_000, 800_000, 600_000, 400_000, 200_000, 100_000, 100_000]


def test_a_text_of_unknown_date_counts_as_of_today() -> None:
    assert judged(a_text("宣告破产", published_on=None)).text_severity_ppm == 1_000_000


def test_a_text_of_tomorrow_is_refused() -> None:
    with pytest.raises(ModelInputNotValid, match="published_on"):
        judged(a_text("宣告破产", published_on=TODAY + timedelta(days=1)))


@pytest.mark.parametrize("text", ["", "  ", "🙂🙂", "ｘｘｘ", None])
def test_what_cannot_be_read_is_unknown_whatever_the_model_says(text: str | None) -> None:
    found = judged(a_text(text, signal=a_signal(0)))

    assert found.text_severity_ppm is None
    assert found.unread_count == 1


def test_words_alone_never_call_a_text_harmless() -> None:
    assert judged(a_text("新厂房顺利开工")).text_severity_ppm is None


@pytest.mark.parametrize(
    "text",
    [
        "公司未被列为失信被执行人",
        "公司不存在提现困难",
        "公司没有停产，生产正常",
        "已移出失信名单",
        "该案已解除限制高消费",
        "无拖欠工资记录",
    ],
)
def test_a_denial_is_no_event(text: str) -> None:
    found = judged(a_text(text, signal=a_signal(10_000)))

    assert (found.severity, found.text_severity_ppm) == (0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "公司未回应，负责人失联",
        "此前未被处罚。昨日被列为失信被执行人",
        "未能按期还款的企业负责人潜逃",
        "拖欠工資",
        "限制高消费令",
    ],
)
def test_a_denial_of_something_else_takes_nothing_back(text: str) -> None:
    assert (judged(a_text(text, signal=a_signal(10_000))).severity or 0) >= 2


@pytest.mark.parametrize("rule", DECIDING, ids=lambda rule: rule.event)
def test_every_deciding_word_is_heard_over_a_model_that_hears_nothing(rule: Any) -> None:
    for word in rule.words:
        found = judged(a_text(f"该企业{word}", signal=a_signal(0)))
        assert (found.severity or 0) >= rule.severity, word


def test_words_never_make_a_graver_reading_of_the_model_milder() -> None:
    sure = a_signal(1_000_000, 涉嫌欺诈=1_000_000)

    found = judged(a_text("公司被诉至法院", signal=sure))

    assert (found.event, found.severity) == ("涉嫌欺诈", 3)


def test_bad_news_of_no_known_kind_is_worth_a_look() -> None:
    found = judged(a_text("此事令人非常担忧", signal=a_signal(900_000)))

    assert found.severity == 1


def test_an_event_without_severity_is_refused() -> None:
    with pytest.raises(ModelInputNotValid, match="signal"):
        judged(a_text("公司发布公告", signal=a_signal(0, 火星登陆=1_000_000)))


@pytest.mark.parametrize(
    ("text", "about"),
    [
        (f"{NAME}停业", True),
        ("安徽鼎盛商貿停业", True),
        ("安徽（鼎盛）商贸停业", True),
        ("安徽鼎盛商务停业", False),
        ("鼎盛商贸停业", False),
    ],
)
def test_only_a_text_with_the_name_is_about_the_customer(text: str, about: bool) -> None:
    (found,) = judged(a_text(text, tied_by_source=False)).texts

    assert found.about_customer is about


def test_without_a_name_every_text_counts() -> None:
    assert judged(a_text("某企业停业", tied_by_source=False), names=()).severity == 3


def test_nobody_looked_is_not_nothing_found() -> None:
    nobody = answer(Inputs(as_of=TODAY, names=(NAME,), texts=None), shipped_parameters())

    assert nobody.text_severity_ppm is None
    assert judged().text_severity_ppm == 0
