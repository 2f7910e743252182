"""Shocks: who is hit is riskier, nobody else changes, and re-allocating never loses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infra.portfolio_shock import ShockNotReadable, read_shock
from risk.domain.models.answer import ModelInputNotValid
from risk.domain.portfolio.frontier import least_rate_bps
from risk.domain.portfolio.shock import Impact, Reallocation, Shock
from tests.support.portfolio import (
    TERMS,
    WAN_FEN,
    a_candidate,
    a_problem,
    best_portfolio,
    plain_profit,
    some_candidates,
)
from tests.support.risk_stores import ROOT

TWICE = Impact(pd_times_ppm=2_000_000)


def a_shock(**impacts: Impact) -> Shock:
    return Shock(name="test", impacts=impacts or {"E": TWICE})


def test_only_the_firms_of_the_sector_are_hit() -> None:
    problem = a_problem([a_candidate("N1", sector="E"), a_candidate("N2", sector="F")])

    hit = a_shock().hits(problem)

    assert [one.pd_ppm for one in hit.candidates] == [60_000, 30_000]
    assert hit.candidates[1] == problem.candidates[1]


def test_lower_sales_lower_the_cap() -> None:
    problem = a_problem([a_candidate(sector="E", capacity_fen=80 * WAN_FEN)])

    (firm,) = a_shock(E=Impact(sales_times_ppm=500_000)).hits(problem).candidates

    assert firm.cap_fen(TERMS) == 40 * WAN_FEN


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), times=st.integers(1_000_000, 5_000_000))
@example(seed=831155, times=1_001_873)
def test_reallocating_never_brings_less_than_the_old_amounts_at_rates_still_allowed(
    seed, times
) -> None:
    problem = a_problem(some_candidates(5, seed), budget_wan=80)
    shock = a_shock(E=Impact(pd_times_ppm=times), F=Impact(pd_times_ppm=times))

    found = Reallocation(
        shock=shock, before=best_portfolio(problem), after=best_portfolio(shock.hits(problem))
    )

    hit = {one.enterprise: one for one in found.after.problem.candidates}
    allowed = sum(
        plain_profit(
            TERMS,
            hit[offer.candidate.enterprise],
            offer.amount_fen,
            max(offer.rate_bps, least_rate_bps(hit[offer.candidate.enterprise], TERMS)),
        )
        for offer in found.before.allocations
    )
    rounding = len(found.after.allocations)
    assert allowed * 100 - rounding <= found.after.profit_fen
    assert found.after.profit_fen <= found.before.profit_fen + rounding


def test_an_old_offer_may_be_below_the_rate_that_the_shock_makes_the_least() -> None:
    """Why keeping all offers can bring more: a riskier firm of a worse grade must pay more."""
    problem = a_problem(some_candidates(5, 831155), budget_wan=80)
    shock = a_shock(E=Impact(pd_times_ppm=1_001_873), F=Impact(pd_times_ppm=1_001_873))
    before, after = best_portfolio(problem), best_portfolio(shock.hits(problem))

    hit = {one.enterprise: one for one in after.problem.candidates}
    below = [
        offer
        for offer in before.allocations
        if offer.rate_bps < least_rate_bps(hit[offer.candidate.enterprise], TERMS)
    ]

    assert below
    assert Reallocation(shock=shock, before=before, after=after).kept_fen > after.profit_fen


def test_moves_tell_who_loses_and_who_gains() -> None:
    firms = [
        a_candidate("N1", sector="E"),
        a_candidate("N2", pd_ppm=40_000),
        a_candidate("N3", pd_ppm=20_000),
    ]
    problem = a_problem(firms, budget_wan=200)
    shock = a_shock(E=Impact(pd_times_ppm=4_000_000))

    found = Reallocation(
        shock=shock, before=best_portfolio(problem), after=best_portfolio(shock.hits(problem))
    )

    assert [(one.enterprise, one.change_fen) for one in found.moves] == [
        ("N1", -100 * WAN_FEN),
        ("N2", 100 * WAN_FEN),
    ]


def test_a_shock_hits_a_sector_that_exists() -> None:
    with pytest.raises(ModelInputNotValid, match="at least one"):
        Shock(name="none", impacts={})
    with pytest.raises(ModelInputNotValid, match="A to T"):
        Shock(name="none", impacts={"Z": TWICE})
    with pytest.raises(ModelInputNotValid, match="0 to 100"):
        Impact(pd_times_ppm=-1)


def test_the_example_of_the_documents_can_be_read() -> None:
    shock = read_shock(ROOT / "docs" / "examples" / "portfolio" / "epidemic.json")

    assert shock.impacts["H"].pd_times_ppm > shock.impacts["I"].pd_times_ppm


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("[]", "(whole document)"),
        ('{"name": "x"}', "sectors"),
        ('{"name": "x", "sectors": {}}', "sectors"),
        ('{"name": "x", "sectors": {"Z": {}}}', "sectors.Z"),
        ('{"name": "x", "sectors": {"E": {"pd": "2"}}}', "pd"),
        ('{"name": "x", "sectors": {"E": {"pd_multiplier": "NaN"}}}', "sectors.E.pd_multiplier"),
        ('{"name": "x", "sectors": {"E": {"sales_multiplier": "-1"}}}', "sales_times_ppm"),
    ],
)
def test_a_bad_shock_file_names_the_field(tmp_path: Path, body: str, field: str) -> None:
    file = tmp_path / "shock.json"
    file.write_text(body, encoding="utf-8")

    with pytest.raises(ShockNotReadable, match="--shock") as caught:
        read_shock(file)

    assert field in str(caught.value)
