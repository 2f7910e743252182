"""`puhui portfolio allocate`: its report can be reproduced by hand; bad input is one sentence."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from infra.cli import build
from infra.cli.portfolio_tables import tables
from infra.portfolio_chart import draw
from infra.portfolio_firms import Found, find
from infra.portfolio_report import line_of, result_of, sensitivity_of, shock_of
from infra.portfolio_run import Asked, allocate
from infra.portfolio_solver import Solved
from risk.adapters.packaged_terms import PackagedTerms
from risk.domain.portfolio.problem import Problem
from risk.domain.portfolio.sensitivity import Variation, riskier
from risk.domain.portfolio.shock import Impact, Reallocation, Shock
from risk.domain.pricing import ChurnCurve
from tests.support.policy_backtest import bank_folder
from tests.support.portfolio import WAN_FEN, a_problem, best_portfolio, some_candidates, tabulated
from tests.support.real_data import REAL_FIRMS, needs_real_firms
from tests.support.risk import AS_OF

KEYS = {"allocations", "total_yuan", "expected_profit_yuan", "bound_yuan", "duals"}
ALLOCATION_KEYS = {
    "enterprise",
    "amount_yuan",
    "annual_rate_pct",
    "expected_profit_yuan",
    "pd_ppm",
}
FIRMS = [
    {"企业代号": "X1", "企业名称": "***建筑工程有限公司"},
    {"企业代号": "X2", "企业名称": "***商贸有限公司"},
    {"企业代号": "X3", "企业名称": "个体经营X3"},
]


@cache
def app() -> Any:
    return build()


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app(), ["portfolio", "allocate", *arguments])


def refused(*arguments: str) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    return str(result.stderr)


def solved(problem: Problem) -> Solved:
    portfolio = best_portfolio(problem)
    relaxed = portfolio.bound_fen / 100
    return Solved(portfolio=portfolio, status="optimal", relaxed_yuan=relaxed)


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """A whole report without a solver: a table over budgets answers instead."""
    problem = a_problem(some_candidates(8, seed=5), budget_wan=180)
    base = solved(problem)
    worse = riskier(problem, 2_000_000)
    varied = Variation(code="pd_2", name_zh="违约概率 ×2", name_en="PD ×2", problem=worse)
    shock = Shock(name="建筑业", impacts={"E": Impact(pd_times_ppm=3_000_000)})
    moved = Reallocation(
        shock=shock, before=base.portfolio, after=best_portfolio(shock.hits(problem))
    )
    return {
        **result_of(base),
        "sensitivity": sensitivity_of(base, [(varied, solved(worse))]),
        "frontier": [line_of(solved(problem.with_budget(wan * WAN_FEN))) for wan in (50, 180)],
        "shock": shock_of(moved),
        "parameters": [
            {"name": one.name, "value": one.value} for one in PackagedTerms().sources(AS_OF)
        ],
        "as_of": AS_OF.isoformat(),
        "model": {"id": "m", "version": "1", "sha256": "0" * 64},
        "policy": {"version": "1"},
        "seconds": 1.0,
    }


def assert_reproducible(report: dict[str, Any]) -> None:
    """Every profit from the report's own figures, with the formula of docs/portfolio.md."""
    terms = {one["name"]: one["value"] for one in report["parameters"]}
    firms = {one["enterprise"]: one for one in report["firms"]}
    capital = Fraction(terms["risk_weight_ppm"] * terms["capital_ratio_ppm"], 10**12) * Fraction(
        terms["capital_return_bps"] - terms["funding_bps"], 10**4
    )
    for one in report["allocations"]:
        curve = ChurnCurve(
            **{key: Decimal(text) for key, text in terms[firms[one["enterprise"]]["grade"]].items()}
        )
        bps = round(one["annual_rate_pct"] * 100)
        kept = firms[one["enterprise"]]["kept_ppm"]
        assert kept == int((1 - curve.lost(bps)) * 10**6)
        pd = Fraction(one["pd_ppm"], 10**6)
        margin = (
            (1 - pd) * Fraction(bps, 10**4)
            - pd * Fraction(terms["lgd_ppm"], 10**6)
            - Fraction(terms["funding_bps"] + terms["operating_bps"], 10**4)
            - capital
        )
        taken = one["amount_yuan"] * margin - Fraction(terms["cost_per_loan_fen"], 100)
        exact = Fraction(kept, 10**6) * taken - Fraction(terms["cost_per_offer_fen"], 100)
        assert one["expected_profit_yuan"] == float(exact * 100 // 1) / 100


def assert_sound(report: dict[str, Any], budget_yuan: int) -> None:
    """The contest's terms, the budget, the sums, and the bound."""
    assert report.keys() >= KEYS
    assert all(one.keys() == ALLOCATION_KEYS for one in report["allocations"])
    amounts = [one["amount_yuan"] for one in report["allocations"]]
    assert sum(amounts) == report["total_yuan"] <= budget_yuan
    assert all(100_000 <= one <= 1_000_000 and one % 10_000 == 0 for one in amounts)
    assert all(4 <= one["annual_rate_pct"] <= 15 for one in report["allocations"])
    fen = sum(round(one["expected_profit_yuan"] * 100) for one in report["allocations"])
    assert fen == round(report["expected_profit_yuan"] * 100)
    assert report["expected_profit_yuan"] <= report["bound_yuan"]
    assert_reproducible(report)


def test_a_report_can_be_reproduced_from_its_own_figures(report: dict[str, Any]) -> None:
    assert_sound(report, 1_800_000)


def test_every_firm_has_an_outcome_and_the_groups_add_up(report: dict[str, Any]) -> None:
    offered = [one for one in report["firms"] if one["outcome"] == "offered"]

    assert len(report["firms"]) == len(offered) + sum(report["refused"].values()) == 8
    for groups in ("by_grade", "by_sector"):
        assert sum(one["firms"] for one in report[groups].values()) == len(offered)
        assert sum(one["total_yuan"] for one in report[groups].values()) == report["total_yuan"]


def test_a_shock_tells_profit_before_without_and_with_new_offers(report: dict[str, Any]) -> None:
    shock = report["shock"]

    assert shock["profit_before_yuan"] == report["expected_profit_yuan"]
    assert shock["profit_without_reallocation_yuan"] <= shock["profit_after_yuan"]
    assert {one["sector"] for one in shock["losers"]} == {"E"}


def test_tables_show_the_figures_and_cut_no_word(report: dict[str, Any]) -> None:
    console = Console(width=100, record=True)
    for table in tables(report):
        console.print(table)

    text = console.export_text()
    assert f"{report['expected_profit_yuan']:,.2f}" in text
    assert "…" not in text


@pytest.mark.full
def test_charts_are_the_same_bytes_each_time(report: dict[str, Any], tmp_path: Path) -> None:
    first, second = draw(report, tmp_path / "a"), draw(report, tmp_path / "b")

    assert [one.name for one in first] == [
        "portfolio-frontier.svg",
        "portfolio-grades.svg",
        "portfolio-rates.svg",
    ]
    assert [one.read_bytes() for one in first] == [one.read_bytes() for one in second]


@pytest.mark.parametrize("budget", ["0", "-5"])
def test_a_budget_is_positive(budget: str, tmp_path: Path) -> None:
    said = refused("--data", str(tmp_path), "--budget-yuan", budget)

    assert "--budget-yuan: rule positive" in said


@pytest.mark.parametrize("budget", ["99999", "10000000000000"])
def test_a_budget_pays_for_one_loan_at_least(budget: str, tmp_path: Path) -> None:
    said = refused("--data", str(tmp_path), "--budget-yuan", budget)

    assert "--budget-yuan: rule range" in said
    assert "100,000" in said


def test_a_folder_has_to_be_there_and_to_have_firms(tmp_path: Path) -> None:
    absent = str(tmp_path / "absent")

    assert "--data: rule folder" in refused("--data", absent, "--budget-yuan", "1000000")
    assert "--data: rule files" in refused("--data", str(tmp_path), "--budget-yuan", "1000000")
    dated = ("--as-of", "2026-08-01")
    assert "--data: rule files" in refused(
        "--data", str(tmp_path), "--budget-yuan", "1000000", *dated
    )


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    folder = bank_folder(tmp_path / "firms", FIRMS[:1])
    (folder / "output_invoices.csv").unlink()

    said = refused("--data", str(folder), "--budget-yuan", "1000000")

    assert "output_invoices" in said
    assert "rule data.files" in said


@pytest.mark.parametrize(
    ("more", "field"),
    [
        (("--shock-sector", "太空业"), "--shock-sector: rule sector"),
        (("--shock-sector", "E", "--shock-pd-multiplier", "x"), "--shock-pd-multiplier: rule"),
        (("--shock-sector", "E", "--shock-pd-multiplier", "NaN"), "--shock-pd-multiplier: rule"),
        (("--shock-sector", "E", "--shock-sales-multiplier", "-1"), "--shock-sales-multiplier"),
        (("--shock", "absent.json"), "--shock: rule file"),
        (("--shock", "absent.json", "--shock-sector", "E"), "--shock: rule one"),
        (("--sector-limit-percent", "0"), "--sector-limit-percent: rule range"),
        (("--grade-limit-percent", "101"), "--grade-limit-percent: rule range"),
        (("--as-of", "1.8.2026"), "--as-of: rule date"),
        (("--chart", "/absent/folder/charts"), "--chart: rule writable"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(
    more: tuple[str, ...], field: str, tmp_path: Path
) -> None:
    assert field in refused("--data", str(tmp_path), "--budget-yuan", "1000000", *more)


def test_trades_are_guessed_from_names_and_it_is_said(tmp_path: Path) -> None:
    found = find(bank_folder(tmp_path / "firms", FIRMS), None)

    told = {one.enterprise: (one.sector, one.trade_basis) for one in found.candidates}
    assert told == {"X1": ("E", "name"), "X2": ("F", "name"), "X3": ("F", "none")}
    assert found.as_of == AS_OF


def test_firms_whose_outcome_is_known_are_no_candidates(tmp_path: Path) -> None:
    firms = [{**FIRMS[0], "是否违约": "否"}, {**FIRMS[1], "是否违约": ""}]

    found = find(bank_folder(tmp_path / "firms", firms), AS_OF)

    assert [one.enterprise for one in found.candidates] == ["X2"]


@pytest.mark.full
def test_a_banks_own_firms_are_allocated_by_the_command(tmp_path: Path) -> None:
    folder = bank_folder(tmp_path / "firms", FIRMS)
    result = run(
        *("--data", str(folder), "--budget-yuan", "1500000", "--json"),
        *("--shock-sector", "建筑业", "--sector-limit-percent", "60"),
        *("--chart", str(tmp_path / "charts")),
    )

    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert_sound(found, 1_500_000)
    assert found["by_sector"]["F"]["total_yuan"] <= 900_000
    assert found["shock"]["sectors"]["E"]["candidates"] == 1
    assert len(list((tmp_path / "charts").iterdir())) == 3


@pytest.mark.data
@needs_real_firms
@pytest.mark.full
def test_the_real_firms_get_the_best_allocation_that_a_table_finds() -> None:
    """302 firms, 1亿: the solver's answer, and a knapsack's over 10,000 budgets and 205 firms."""
    firms: Found = find(REAL_FIRMS, None)
    shock = Shock(name="建筑业", impacts={"E": Impact(pd_times_ppm=2_000_000)})
    asked = Asked(data=REAL_FIRMS, budget_fen=10**10, shock=shock)

    found = allocate(asked, say=lambda _: None, find=lambda *_: firms)

    assert_sound(found, 100_000_000)
    assert len(found["firms"]) == 302
    assert found["refused"]["grade_refused"] + found["refused"]["policy_declined"] > 80
    terms = PackagedTerms().on(firms.as_of, firms.policy.grades)
    problem = Problem(terms=terms, budget_fen=10**10, candidates=firms.candidates)
    best = tabulated(problem)
    assert best - 2 <= found["expected_profit_yuan"] <= best + 0.01
    assert found["bound_yuan"] >= best
    by_code = {one["code"]: one["expected_profit_yuan"] for one in found["sensitivity"]}
    assert by_code["pd_2"] < by_code["pd_1.5"] < by_code["base"] < by_code["pd_0.5"]
    assert by_code["budget_50"] < by_code["budget_80"] < by_code["base"] < by_code["budget_120"]
    moved = found["shock"]
    assert moved["profit_without_reallocation_yuan"] <= moved["profit_after_yuan"]
    assert moved["profit_after_yuan"] <= moved["profit_before_yuan"]
