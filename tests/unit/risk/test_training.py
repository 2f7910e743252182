"""Training the scorecard: same data, same bytes; quality and shares on the real firms."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from infra.training import run_training
from layers.models.training.firms import DataNotThere, Firm, read_firms
from layers.models.training.scorecard import Feature, fit
from puhui.contracts.risk import DecisionResult
from risk.domain.indicators.engine import compute
from risk.domain.indicators.months import AsOf
from tests.support.real_data import REAL_FIRMS, WHY_SKIPPED, needs_real_firms
from tests.support.risk import decided
from tests.support.risk_stores import ARTEFACTS, ROOT
from tests.unit.risk.indicators.engine import invoice_values
from tests.unit.risk.slow_indicators import slow_values

FEATURES = (
    Feature("size", (1.0, 2.0, 3.0), riskier_upwards=False),
    Feature("swing", (0.5, 1.0), riskier_upwards=True),
)


def simulated(firms: int = 60) -> tuple[Any, Any]:
    random = np.random.default_rng(42)
    values = np.column_stack([random.uniform(0, 4, firms), random.uniform(0, 2, firms)])
    defaulted = values[:, 1] - values[:, 0] + random.normal(0, 1, firms) > 0
    values[::7, 1] = np.nan
    return values, defaulted


def test_the_same_data_gives_the_same_points() -> None:
    values, defaulted = simulated()

    assert fit(FEATURES, values, defaulted) == fit(FEATURES, values, defaulted)


def test_the_order_of_the_firms_gives_the_same_points() -> None:
    values, defaulted = simulated()

    assert fit(FEATURES, values[::-1], defaulted[::-1]) == fit(FEATURES, values, defaulted)


def test_points_follow_the_argued_direction_and_missing_is_the_worst() -> None:
    size, swing = fit(FEATURES, *simulated()).points

    assert list(size.bins) == sorted(size.bins, reverse=True)
    assert list(swing.bins) == sorted(swing.bins)
    assert swing.missing >= max(swing.bins)


def test_an_indicator_against_its_argument_gets_no_weight() -> None:
    values, defaulted = simulated()

    (size, _) = fit(FEATURES, values, ~defaulted).points

    assert set(size.bins) == {0.0}


def test_exported_bytes_are_the_same_each_time() -> None:
    pytest.importorskip("onnx", reason="the training group is not installed")
    from layers.models.training.export_onnx import to_onnx
    from layers.models.training.fidelity import largest_difference

    values, defaulted = simulated()
    card = fit(FEATURES, values, defaulted)

    assert to_onnx(card, "test") == to_onnx(card, "test")
    assert largest_difference(card, to_onnx(card, "test"), values) < 1e-5


def test_a_folder_without_firms_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(DataNotThere):
        read_firms(tmp_path, labelled=True)


def test_the_rating_is_never_read() -> None:
    source = (ROOT / "layers" / "models" / "training" / "firms.py").read_text(encoding="utf-8")

    assert "信誉评级" not in source.split('"""', 2)[2]


@pytest.fixture(scope="module")
def real_firms() -> list[Firm]:
    if not REAL_FIRMS.is_dir():
        pytest.skip(WHY_SKIPPED)
    return [*read_firms(REAL_FIRMS, labelled=True), *read_firms(REAL_FIRMS, labelled=False)]


def judged(firm: Firm) -> DecisionResult:
    """What the whole of risk answers about a real firm on the first day after its invoices."""
    return decided(
        firm.body,
        as_of=date(2020, 3, 1),
        established_on=date(2012, 1, 1),
        application_id=firm.firm_id,
    ).result


@pytest.mark.data
def test_the_engine_agrees_with_the_obvious_implementation_on_real_firms(
    real_firms: list[Firm],
) -> None:
    as_of = date(2020, 3, 1)
    for firm in sorted(real_firms, key=lambda one: len(one.body))[:120:4]:
        fast = invoice_values(compute(firm.facts, AsOf(as_of)))
        slow = slow_values(json.loads(firm.body), as_of)
        assert {k: (v.state.value, v.decimal) for k, v in fast.items()} == slow, firm.firm_id


@pytest.mark.data
def test_verdicts_on_the_firms_without_history_have_sensible_shares(
    real_firms: list[Firm],
) -> None:
    verdicts = Counter(judged(firm).verdict for firm in real_firms if firm.defaulted is None)

    shares = {verdict: count / 302 for verdict, count in verdicts.items()}
    assert sum(verdicts.values()) == 302
    assert 0.40 <= shares["approve"] <= 0.65
    assert 0.15 <= shares["refer"] <= 0.35
    assert 0.10 <= shares["decline"] <= 0.30


@pytest.mark.data
def test_firms_that_defaulted_are_mostly_not_approved(real_firms: list[Firm]) -> None:
    """A sanity check and no validation: the scorecard was fitted on these firms."""
    known = [firm for firm in real_firms if firm.defaulted]
    approved = [firm.firm_id for firm in known if judged(firm).verdict == "approve"]

    assert len(approved) <= len(known) // 6


@pytest.mark.data
@needs_real_firms
@pytest.mark.full
def test_training_again_gives_the_committed_artefact(tmp_path: Path) -> None:
    """The whole of `puhui train`, with libraries of its own; minutes when they are installed."""
    figures = run_training(
        "layers.models.training.sme_application_score", REAL_FIRMS, tmp_path, say=lambda _: None
    )

    assert figures["auc_mean"] >= 0.85
    for name in ("sme_application_score/model.onnx", "sme_application_score/card.json"):
        assert (tmp_path / name).read_bytes() == (ARTEFACTS / name).read_bytes()
