"""A policy and three people for the tests of back-tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.policy_backtest import a_file, a_policy


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """Nobody's score is enough for this one."""
    return a_policy(tmp_path, score_too_low="null, < 999")


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Three applicants in JSON: good, bad, and one of whom nothing came."""
    folder = tmp_path / "people"
    a_file(folder, "S1", label=False)
    a_file(folder, "S2", label=True, request={"amount_fen": 20_000_000})
    a_file(folder, "三号", documents={"tax/1": "not_consented"})
    return folder
