"""Pass-through, overrides and slices: what is counted, and what is never shown."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.contracts.risk import ReviewOutcome
from risk.domain.monitoring.fairness import POOLED, UNKNOWN, Fairness, fairness_of
from risk.domain.monitoring.rates import rates_by_policy
from risk.domain.monitoring.scored import ScoredDecision
from risk.domain.monitoring.thresholds import MINIMUM_SLICE
from tests.support.monitoring import a_scored, an_outcome

VERDICTS = st.sampled_from(("approve", "refer", "decline"))
DECISIONS = st.lists(
    st.tuples(VERDICTS, st.integers(0, 2), st.sampled_from(("1", "2"))), max_size=30
).map(
    lambda many: [
        a_scored(number, verdict=verdict, waived_count=waived, policy_version=version)
        for number, (verdict, waived, version) in enumerate(many)
    ]
)
REVIEWS = st.dictionaries(
    st.integers(0, 29).map(lambda number: f"dec-{number:05d}"),
    st.sampled_from(("upheld", "changed")),
)


def many(count: int, first: int = 0, **changes: object) -> list[ScoredDecision]:
    return [a_scored(first + number, **changes) for number in range(count)]


def of(attribute: str, found: tuple[Fairness, ...]) -> Fairness:
    (one,) = [one for one in found if one.attribute == attribute]
    return one


def test_who_decided_alone_and_who_was_overruled() -> None:
    reviewed: dict[str, ReviewOutcome] = {"dec-00003": "changed", "dec-00004": "upheld"}
    decisions = [
        a_scored(0),
        a_scored(1, verdict="decline"),
        a_scored(2, verdict="refer"),
        a_scored(3, verdict="decline"),
        a_scored(4, verdict="decline"),
        a_scored(5, waived_count=1),
    ]

    everything = rates_by_policy(decisions, reviewed)[-1]

    assert (everything.without_person, everything.pass_through_ppm) == (2, 333_333)
    assert (everything.reviewed, everything.changed, everything.waived) == (2, 1, 1)
    assert (everything.overridden, everything.override_ppm) == (2, 333_333)


def test_a_waived_decision_that_a_review_changed_is_one_override() -> None:
    (_, everything) = rates_by_policy(
        [a_scored(0, verdict="decline", waived_count=2)], {"dec-00000": "changed"}
    )

    assert (everything.overridden, everything.changed, everything.waived) == (1, 1, 1)


@settings(max_examples=40)
@given(DECISIONS, REVIEWS)
def test_the_policies_add_up_to_all_of_them(
    decisions: list[ScoredDecision], reviewed: dict[str, ReviewOutcome]
) -> None:
    *policies, everything = rates_by_policy([a_scored(99), *decisions], reviewed)

    for name in ("count", "approved", "referred", "declined", "overridden", "without_person"):
        assert sum(getattr(one, name) for one in policies) == getattr(everything, name)
    verdicts = everything.approved + everything.referred + everything.declined
    assert verdicts == everything.count
    assert everything.without_person + everything.overridden <= everything.count


def test_no_decision_has_no_rates() -> None:
    assert rates_by_policy([], {}) == ()


def test_a_group_approved_less_than_four_fifths_as_often_is_named() -> None:
    decisions = [
        *many(80),
        *many(20, 100, verdict="decline"),
        *many(63, 200, region_code="410100"),
        *many(37, 300, region_code="410100", verdict="decline"),
    ]

    anhui, henan = of("region", fairness_of(decisions)).slices

    assert (anhui.group, anhui.approval_ppm, anhui.ratio_ppm) == ("安徽省", 800_000, 1_000_000)
    assert (henan.group, henan.approval_ppm, henan.ratio_ppm) == ("河南省", 630_000, 787_500)
    assert (anhui.below_four_fifths, henan.below_four_fifths) == (False, True)


def test_exactly_four_fifths_is_not_below() -> None:
    decisions = [*many(100), *many(80, 100, branch_id="wuhu")]
    decisions += many(20, 200, branch_id="wuhu", verdict="decline")

    *_, wuhu = of("branch", fairness_of(decisions)).slices
    assert (wuhu.ratio_ppm, wuhu.below_four_fifths) == (800_000, False)


def test_a_small_group_is_never_shown_and_never_the_only_one_hidden() -> None:
    decisions = [*many(200), *many(50, 300, branch_id="wuhu"), *many(3, 400, branch_id="anqing")]

    found = of("branch", fairness_of(decisions))
    assert [(one.group, one.count) for one in found.slices] == [("hefei", 200), (POOLED, 53)]
    assert found.pooled_groups == 2


def test_a_single_group_has_nothing_to_be_compared_with() -> None:
    assert of("customer_kind", fairness_of(many(100))).slices == ()


@given(st.lists(st.sampled_from("abcdefgh"), max_size=150))
def test_no_shown_slice_is_small_and_all_of_them_add_up(branches: list[str]) -> None:
    decisions = [a_scored(number, branch_id=name) for number, name in enumerate(branches)]

    slices = of("branch", fairness_of(decisions)).slices
    assert all(one.count >= MINIMUM_SLICE for one in slices)
    assert sum(one.count for one in slices) in {0, len(decisions)}


def test_age_and_gender_are_known_only_where_the_caller_says_so() -> None:
    decisions = [*many(40), *many(40, 100), *many(40, 200)]
    gender = {one.customer_id: "女" for one in decisions[:40]}
    gender |= {one.customer_id: "男" for one in decisions[40:80]}

    without = {one.attribute for one in fairness_of(decisions)}
    found = of("gender", fairness_of(decisions, groups={"gender": gender}))

    assert without == {"branch", "customer_kind", "region"}
    assert [(one.group, one.count) for one in found.slices] == [
        ("女", 40),
        (UNKNOWN, 40),
        ("男", 40),
    ]


def test_a_slice_knows_its_prediction_and_its_bad_rate() -> None:
    decisions = [*many(40, pd_ppm=200_000), *many(40, 100, branch_id="wuhu", pd_ppm=100_000)]
    outcomes = [an_outcome(number, result="bad" if number < 2 else "good") for number in range(10)]

    hefei, wuhu = of("branch", fairness_of(decisions, outcomes)).slices
    assert (hefei.mean_pd_ppm, hefei.outcomes, hefei.bad_rate_ppm) == (200_000, 10, 200_000)
    assert (wuhu.mean_pd_ppm, wuhu.outcomes, wuhu.bad_rate_ppm) == (100_000, 0, None)


def test_two_applications_of_one_customer_count_where_each_was_made() -> None:
    decisions = [*many(40), *many(40, 100, branch_id="wuhu")]
    decisions = [replace(one, customer_id="cus-1") for one in decisions]
    random.Random(1).shuffle(decisions)

    assert [one.count for one in of("branch", fairness_of(decisions)).slices] == [40, 40]
