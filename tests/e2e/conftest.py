"""The whole synthesised system in one local cloud, for all end-to-end tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.cloud import LocalCloud
from infra.synth import synthesise

BUSINESS_DATE = "2026-11-02"


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """Every module, as deployed; the synthesis is cached by its sources."""
    state = tmp_path_factory.mktemp("state")
    with LocalCloud(synthesise(), business_date=BUSINESS_DATE, state_dir=state) as running:
        yield running


@pytest.fixture(scope="session")
def data_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """External data with its sandbox only, as docs/extdata.md starts it."""
    state = tmp_path_factory.mktemp("data-state")
    assembly = synthesise(modules=("extdata", "sandbox"))
    with LocalCloud(assembly, business_date=BUSINESS_DATE, state_dir=state) as running:
        yield running
