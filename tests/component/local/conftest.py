"""moto's mock with our shims installed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from infra.local import moto_shims
from tests.support.shimmed_moto import Outside


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    found = Outside()
    with mock_aws():
        moto_shims.install(found, retry_delay_scale=0.0)
        try:
            yield found
        finally:
            moto_shims.uninstall()
