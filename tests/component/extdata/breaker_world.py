"""Breakers of each kind with a way to let time pass, and what they told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import boto3
import pytest

from extdata.adapters.powertools_breakers import BreakerTransition, PowertoolsBreakers
from extdata.domain.answer import ProviderAnswer
from extdata.domain.errors import ProviderTimeout
from extdata.provider_ports import Breaker
from puhui.errors import PuhuiError
from tests.component.extdata.flow_control import TABLE
from tests.support.extdata import BANK, an_answer

PROVIDER, CONNECTOR = "sbx-tax", "sbx-tax-returns"
RECOVERY = 30
Raises = type[PuhuiError]


@dataclass
class BreakerWorld:
    """Breakers of one kind, a way to let time pass, and what was told."""

    breakers: PowertoolsBreakers
    wait: Callable[[int], None]
    told: list[BreakerTransition] = field(default_factory=list)
    calls: int = 0

    def breaker(self, connector: str = CONNECTOR) -> Breaker:
        return self.breakers.guarded(BANK, PROVIDER, connector)

    def answer(self) -> ProviderAnswer:
        self.calls += 1
        return an_answer()

    def fail(self, times: int, error: Raises = ProviderTimeout, connector: str = CONNECTOR) -> None:
        for _ in range(times):
            with pytest.raises(error):
                self.breaker(connector).run(raising(error))

    def state(self, connector: str = CONNECTOR) -> str:
        return self.breakers.of(BANK, PROVIDER, connector).state

    @property
    def path(self) -> list[str]:
        return [change.after for change in self.told]


def raising(error: Raises) -> Callable[[], ProviderAnswer]:
    """A call that fails."""

    def call() -> ProviderAnswer:
        raise error(rule="provider.failed")

    return call


def wait_in_table(seconds: int) -> None:
    """Let every circuit have opened, and every probe begun, so much earlier."""
    client = boto3.client("dynamodb")
    for item in client.scan(TableName=TABLE)["Items"]:
        for name in {"opened_at", "probe_lease_expiry"} & set(item):
            item[name] = {"N": str(int(item[name]["N"]) - seconds)}
        client.put_item(TableName=TABLE, Item=item)
