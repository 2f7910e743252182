"""Routes: the order is a function of table version and request id, and says why."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdata.domain.errors import RouteTableNotFound
from extdata.domain.route import Route, RouteTable, choose_routes
from tests.support.extdata import TODAY, a_route, a_route_table


def order(table: RouteTable, request_id: str = "req-1", region: str | None = None) -> list[str]:
    """The connectors in the order in which they would be asked."""
    choices = choose_routes(table, request_id=request_id, region_code=region, on=TODAY)
    return [choice.route.connector_id for choice in choices]


def named(name: str, priority: int = 1, weight: int = 100, cost_fen: int = 80) -> Route:
    """A route by its connector's name."""
    return a_route(connector_id=name, priority=priority, weight=weight, cost_fen=cost_fen)


def test_a_lower_priority_number_is_asked_first() -> None:
    table = a_route_table(named("third", 3), named("first", 1), named("second", 2))

    assert order(table) == ["first", "second", "third"]


@given(st.text(min_size=1), st.integers(1, 9))
def test_the_same_request_and_version_always_get_the_same_order(
    request_id: str, version: int
) -> None:
    routes = [named(name) for name in "abcd"]
    table = a_route_table(*routes, version=version, max_routes=4)
    shuffled = a_route_table(*reversed(routes), version=version, max_routes=4)

    assert order(table, request_id) == order(shuffled, request_id)


def test_a_new_version_draws_anew() -> None:
    routes = [named(name) for name in "ab"]

    orders = {tuple(order(a_route_table(*routes, version=version))) for version in range(1, 30)}

    assert orders == {("a", "b"), ("b", "a")}


def test_routes_of_one_priority_share_the_load_by_weight() -> None:
    table = a_route_table(named("heavy", weight=300), named("light", weight=100))

    firsts = Counter(order(table, f"req-{number}")[0] for number in range(4_000))

    assert 0.72 < firsts["heavy"] / 4_000 < 0.78


def test_what_weighs_nothing_follows_by_cost_then_quality() -> None:
    table = a_route_table(
        named("dear", weight=0, cost_fen=90),
        a_route(connector_id="poor", weight=0, cost_fen=50, quality=10),
        a_route(connector_id="good", weight=0, cost_fen=50, quality=90),
        named("drawn", weight=1),
        max_routes=4,
    )

    assert order(table) == ["drawn", "good", "poor", "dear"]


def test_no_more_routes_are_chosen_than_the_table_allows() -> None:
    table = a_route_table(*(named(name, number) for number, name in enumerate("abcde")))

    assert len(order(table)) == 3


def test_a_route_for_a_region_is_taken_for_that_region_only() -> None:
    local = a_route(connector_id="local", regions=("3401",))
    table = a_route_table(local, named("national", 2))

    orders = [order(table, region=region) for region in ("340102", "350100", None)]

    assert orders == [["local", "national"], ["national"], ["national"]]


@pytest.mark.parametrize(
    ("first", "last", "in_force"),
    [
        (TODAY, TODAY, True),
        (date(2026, 11, 3), date.max, False),
        (date.min, date(2026, 11, 1), False),
    ],
)
def test_a_route_is_taken_from_its_first_to_its_last_day(
    first: date, last: date, in_force: bool
) -> None:
    dated = a_route(connector_id="dated", effective_from=first, effective_to=last)
    table = a_route_table(dated, named("other", 2))

    assert ("dated" in order(table)) is in_force


def test_no_fitting_route_is_an_error_of_its_own() -> None:
    table = a_route_table(a_route(regions=("35",)))

    with pytest.raises(RouteTableNotFound) as none:
        order(table, region="340102")

    assert none.value.rule == "route.none"


def test_each_choice_says_why() -> None:
    table = a_route_table(
        named("a", 1), named("b", 2, weight=300), named("c", 2), named("d", 3, weight=0)
    )

    choices = choose_routes(
        a_route_table(*table.routes, max_routes=4), request_id="r", region_code=None, on=TODAY
    )

    reasons = [choice.because for choice in choices]
    assert reasons[0] == "priority 1"
    assert reasons[1].startswith("priority 2, draw ")
    assert reasons[3] == "priority 3, cost 80 fen, quality 80"
