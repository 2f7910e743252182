"""The benchmark itself: its applicant is complete, its peers agree, its figures are all there."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from infra.bench import BENCH, different, run_decision_bench
from puhui.columns import read_columns
from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.values import State
from tests.benchmarks.decision.agreement import differences
from tests.benchmarks.decision.applicant import AS_OF, an_applicant
from tests.benchmarks.decision.ours import STAGES, Applicant, Deciding, all_indicators
from tests.benchmarks.decision.peer_python import pure_python
from tests.benchmarks.decision.questions import common_grids
from tests.benchmarks.decision.scale import scale

MEGABYTE = 1_000_000
SEED = 1


@cache
def applicant() -> Applicant:
    return Applicant.of(an_applicant(seed=SEED), AS_OF)


def test_the_applicant_has_readable_documents_of_every_product() -> None:
    columns = {product: read_columns(product, body) for product, body in applicant().raw.items()}

    assert columns.keys() == PRODUCTS.keys()
    assert len(columns["bank_flow/1"].tables["transactions"]["amount_fen"]) == 3_000
    assert len(columns["invoice/1"].tables["rows"]["amount_fen"]) == 2_000
    assert 1.4 * MEGABYTE < sum(map(len, applicant().raw.values())) < 1.8 * MEGABYTE


def test_one_seed_is_one_applicant() -> None:
    assert an_applicant(seed=7, events=200) == an_applicant(seed=7, events=200)
    assert an_applicant(seed=7, events=200) != an_applicant(seed=8, events=200)


@pytest.mark.parametrize("seed", [SEED, 2, 3])
def test_nearly_every_indicator_has_a_value(seed: int) -> None:
    values = all_indicators(Applicant.of(an_applicant(seed=seed), AS_OF))

    states = Counter(value.state for value in values.values())

    # A variation over one month has no meaning, nor has a share of no related firms.
    assert set(states) <= {State.OK, State.UNDEFINED}
    assert states[State.UNDEFINED] <= 15


def test_stored_columns_lead_to_the_same_decision() -> None:
    raw = json.loads(Deciding(applicant()).prepared()().record)
    stored = json.loads(Deciding(applicant(), stored=True).prepared()().record)

    assert raw["indicators"] == stored["indicators"]
    assert raw["verdict"] == stored["verdict"] == "approve"


def test_each_stage_of_a_decision_is_timed() -> None:
    stages = Deciding(applicant()).stages()

    assert [stage for stage in STAGES if stages[stage] > 0] == list(STAGES)


@pytest.mark.parametrize("seed", [SEED, 2, 3])
def test_plain_python_agrees_with_the_engine(seed: int) -> None:
    raw = an_applicant(seed=seed)
    common = common_grids(AS_OF)

    found = differences(common, all_indicators(Applicant.of(raw, AS_OF)), pure_python(common, raw))

    assert len(common.questions) > 900
    assert found == {}


def test_the_curve_is_relative_to_its_first_point() -> None:
    points = scale(rounds=1, seed=SEED, sizes=(100, 300))

    assert [point["events"] for point in points] == [100, 300]
    assert points[0]["p50_ms_of_n_log_n"] == points[0]["p50_ms_step"] == 1


@pytest.mark.full
def test_all_peers_agree_and_every_figure_is_there() -> None:
    if BENCH.existing() is None:
        pytest.skip("pandas and polars are not installed: `puhui bench decision` installs them")

    figures = run_decision_bench(rounds=1, seed=SEED, scale=False, say=lambda _: None)

    assert different(figures) == []
    assert _missing(figures) == []
    assert figures["stages_ms"].keys() == set(STAGES)
    assert figures["indicators"] >= 1_114


def _missing(figures: dict[str, Any]) -> list[str]:
    numbers = ("p50_ms", "p99_ms", "p50_from_columns_ms", "raw_bytes", "peak_mib", "cold_start_ms")
    peers = ("usual_stack", "polars_expressions", "polars_tuned", "pure_python")
    absent = [name for name in numbers if not figures[name] > 0]
    return absent + [name for name in peers if not figures["peers_p50_ms"][name] > 0]
