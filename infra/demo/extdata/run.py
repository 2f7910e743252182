"""Runs the demonstration of external data: providers, faults, questions, books, proofs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

import yaml

from infra.config import ROOT
from infra.demo.extdata import report
from infra.demo.extdata.bank import DEMO_BANK, ExternalDataBank, caller_of
from infra.demo.extdata.faults import SCHEDULE, planned_at
from infra.demo.extdata.outside import Outside
from infra.demo.extdata.report import AnswerSeen
from infra.demo.extdata.workload import MOST_FIRMS, Question, consents_of, firms_for, questions
from infra.local.providers import provider_prices
from puhui.ids import derived_id
from sandbox.adapters.provider_firms import PopulationFirms
from sandbox.adapters.provider_server import ProviderServer
from sandbox.domain.applicant import Applicant
from sandbox.domain.population import generate

FOLDER: Final = ROOT / "docs" / "examples" / "extdata"
TODAY: Final = date(2026, 11, 2)
"""The accounting day of the demonstration."""
WORKERS: Final = 8
LIMITED_PROVIDER: Final = "sbx-device"
"""Gets a daily quota below what is asked of it, so that quota stops show."""
LIMITED_SHARE: Final = 0.02
REPLAYS: Final = 100

Progress = Callable[[int, int], None]
"""answered, asked"""


@dataclass(frozen=True)
class Play:
    """One demonstration at a bank."""

    bank: ExternalDataBank
    outside: Outside
    seed: str
    queries: int
    progress: Progress

    def __call__(self) -> dict[str, Any]:
        """Onboard, ask, close the books, check; answer the report."""
        started = time.monotonic()
        firms = list(generate(self.seed, firms_for(self.queries), TODAY))
        self.bank.onboard(FOLDER)
        quota = max(5, round(self.queries * LIMITED_SHARE))
        self.bank.limit(LIMITED_PROVIDER, quota)
        self.bank.give(consents_of(firms, TODAY), firms)
        asked = list(questions(self.seed, self.queries, len(firms)))
        answers = self._ask_all(asked, firms)
        self.outside.behave()
        checks = self._checks(asked, answers, {LIMITED_PROVIDER: quota})
        checks["wall_seconds"] = round(time.monotonic() - started, 1)
        return report.build(answers, len(asked), checks)

    def _ask_all(self, asked: Sequence[Question], firms: Sequence[Applicant]) -> list[AnswerSeen]:
        """Keep some questions under way at once; faults begin and end at their numbers."""
        answers: list[AnswerSeen] = []
        with ThreadPoolExecutor(WORKERS, "caller") as callers:
            for batch in _batches(asked, len(SCHEDULE) * 20):
                self.outside.plan(planned_at(batch[0].number, batch[-1].number, len(asked)))
                answers += callers.map(lambda one: self.bank.ask(one, firms[one.firm]), batch)
                self.progress(len(answers), len(asked))
        return answers

    def _checks(
        self,
        asked: Sequence[Question],
        answers: Sequence[AnswerSeen],
        quotas: Mapping[str, int],
    ) -> dict[str, Any]:
        """What only the run can know: the books, the chains, and what providers saw."""
        month = f"{TODAY:%Y-%m}"
        names = self.bank.provider_names()
        calls = {name: self.outside.calls(name) for name in names}
        books = self.bank.close_books(month, {name: self.outside.statement(name) for name in names})
        audit = self.bank.verify_audit()
        hits = [one.query_id for one in answers if one.status == "hit" and not one.cached]
        allowed = _allowed_numbers(asked)
        return {
            "cost_fen": books.cost_fen,
            "statement_fen": books.statement_fen,
            "reconciliation_gap_fen": books.gap_fen,
            "disputes": books.disputes,
            "disputed_fen": books.disputed_fen,
            "disputes_by_kind": dict(books.disputes_by_kind),
            "audit": {
                "records": audit.records,
                "chains": audit.chains,
                "faults": list(audit.faults),
            },
            "overrun_quotas": sum(
                max(len(calls[name]) - quota, 0) for name, quota in quotas.items()
            ),
            "unconsented_calls": sum(len(numbers - allowed) for numbers in calls.values()),
            "breaker_transitions": self.bank.breaker_transitions(),
            "quota_stops": self.bank.quota_stops(),
            "replays": self.bank.replay(hits[:: max(len(hits) // REPLAYS, 1)][:REPLAYS]),
            "provider_names": names,
            "month": month,
            "seed": self.seed,
        }


def provider_server(seed: str) -> ProviderServer:
    """The twelve providers for the demonstration's population, with their own price lists."""
    return ProviderServer(population(seed), seed=seed, prices=provider_prices())


def population(seed: str) -> PopulationFirms:
    """Every firm that a demonstration may ask about."""
    firms = PopulationFirms(seed=seed, size=MOST_FIRMS, as_of=TODAY)
    firms.prepare()
    return firms


def _batches(asked: Sequence[Question], parts: int) -> Iterator[Sequence[Question]]:
    size = max(len(asked) // parts, WORKERS)
    rest = iter(asked)
    while batch := list(islice(rest, size)):
        yield batch


def _allowed_numbers(asked: Sequence[Question]) -> set[str]:
    """The request numbers of questions that may leave the bank, for every connector there is."""
    connectors = [
        connector["connector_id"]
        for path in sorted(FOLDER.glob("sbx-*.yaml"))
        for connector in yaml.safe_load(path.read_text(encoding="utf-8"))["connectors"]
    ]
    return {
        derived_id("req", DEMO_BANK, _query_id(question), connector)
        for question in asked
        if question.kind == "plain"
        for connector in connectors
    }


def _query_id(question: Question) -> str:
    """The id of the query that a question becomes."""
    return derived_id("qry", DEMO_BANK, caller_of(question), question.request_id)
