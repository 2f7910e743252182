"""External data in the demonstration: its providers' onboarding, and what it was asked.

onboard(cloud, client, bank_id)
asked = Asked()
station_times(asked.watching(histories))     # reads the answers that pass by
asked.summary()
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

import httpx

from infra.cli.extdata_setup import Onboarding
from infra.config import ROOT
from infra.demo.api import BankApi
from infra.local.cloud import LocalCloud

EXAMPLES: Final = ROOT / "docs" / "examples" / "extdata"
MODULE: Final = "extdata"


def onboard(cloud: LocalCloud, client: httpx.Client, bank_id: str) -> None:
    """Bring every example provider into use, as its data steward and risk manager would."""
    steward = BankApi(client, cloud.tokens.issue("data_steward", bank_id, subject="steward-demo"))
    checker = BankApi(client, cloud.tokens.issue("risk_manager", bank_id, subject="checker-demo"))
    Onboarding(steward, checker, cloud.providers_url).folder(EXAMPLES)


class Asked:
    """Every query of the factory with its last answer, read from the executions' histories."""

    def __init__(self) -> None:
        """Nothing was asked."""
        self._answers: dict[str, dict[str, Any]] = {}
        self._applications = 0

    def watching(self, histories: Iterable[list[dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
        """Pass the histories on, and keep what external data answered in them."""
        for history in histories:
            found = list(_answers_in(history))
            self._applications += bool(found)
            for answer in found:
                self._answers[answer["query_id"]] = answer
            yield history

    def summary(self) -> dict[str, Any]:
        """How often, how it was answered, and what that cost in 分."""
        answers = self._answers.values()
        statuses = Counter(str(answer["status"]) for answer in answers)
        cost_fen = sum(int(answer["cost_fen"]) for answer in answers)
        return {
            "applications": self._applications,
            "queries": len(answers),
            "hits": statuses["hit"],
            "cache_hits": sum(bool(answer["cached"]) for answer in answers),
            "by_status": dict(statuses),
            "by_product": dict(Counter(str(answer["fact"]["product"]) for answer in answers)),
            "cost_fen": cost_fen,
            "cost_per_application_fen": round(cost_fen / max(1, self._applications)),
        }


def _answers_in(history: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for event in history:
        details = event.get("taskSucceededEventDetails")
        if details is None or details.get("resourceType") != "lambda":
            continue
        answer = json.loads(details["output"]).get("Payload")
        if isinstance(answer, dict) and {"query_id", "fact", "cost_fen"} <= answer.keys():
            yield answer
