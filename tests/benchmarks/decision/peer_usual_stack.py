"""A peer: what a team usually writes, whole: pandas, a session for each model, zen with a trace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
import zen

from puhui.contracts.risk import DecisionRequest, DecisionResult
from risk.adapters.packaged_policies import MODULE
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.values import IndicatorValue
from tests.benchmarks.decision.figures import Values
from tests.benchmarks.decision.peer_pandas import usual_indicators
from tests.benchmarks.decision.questions import Common
from tests.support.risk_stores import ARTEFACTS

SEVERITY: Final = {"approve": 0, "refer": 1, "decline": 2}
ENOUGH_PROFIT_PPM: Final = 10_000
PPM: Final = 1_000_000
ACCEPTED_PPM: Final = 10


@dataclass
class UsualStack:
    """Indicators, models and rules; no limit, no price, no record."""

    common: Common
    request: DecisionRequest
    expected: DecisionResult
    ours: Mapping[str, IndicatorValue]
    """Our own decision and values; this peer takes from them what it does not make itself."""
    values: Values = field(default_factory=dict)
    verdict: str = ""
    probabilities_ppm: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the models and read the tables, which no decision pays for."""
        stage = json.loads((ARTEFACTS / "stages" / "pre_loan.json").read_bytes())
        self._models = {
            one["id"]: _model(ARTEFACTS / one["id"] / "model.onnx") for one in stage["members"]
        }
        tables = published_tables()
        content = {name: _decision(table) for name, table in tables.items()}
        options: Any = {"loader": {"type": "static", "content": content}}
        self._engine = zen.ZenEngine(options)
        self._fields = {
            name: [one["field"] for one in table["inputs"] if "field" in one]
            for name, table in tables.items()
        }

    def __call__(self, bodies: Mapping[str, bytes]) -> Values:
        """Decide about raw documents."""
        self.values = usual_indicators(self.common, bodies)
        for name, (session, inputs) in self._models.items():
            row = np.array([[self._number(one) for one in inputs]], np.float32)
            probability = session.run(None, {"indicators": row})[0]
            self.probabilities_ppm[name] = float(probability[0, 0]) * PPM
        effects = []
        for table, names in self._fields.items():
            answer = self._engine.evaluate(table, self._context(names), {"trace": True})
            rows = answer["result"]
            found = rows if isinstance(rows, list) else [rows]
            effects += [one["effect"] for one in found if one and "effect" in one]
        self.verdict = max(effects, key=SEVERITY.__getitem__, default="approve")
        return self.values

    def check(self) -> list[str]:
        """What differs from our decision besides indicators."""
        found = [] if self.verdict == self.expected.verdict else [f"verdict {self.verdict}"]
        score = self.probabilities_ppm["sme_application_score"]
        if abs(score - (self.expected.pd_ppm or 0)) > ACCEPTED_PPM:
            found.append(f"probability {score}")
        return found

    def _number(self, name: str) -> float:
        """What this peer does not make itself it takes from ours; who asks for more gets none."""
        if name not in self.values:
            given = self.ours.get(name)
            return np.nan if given is None or given.number is None else given.number
        value = self.values[name]
        return np.nan if value is None else round(value, DEFINITIONS[name].decimals)

    def _context(self, names: list[str]) -> dict[str, Any]:
        root: dict[str, Any] = {}
        for name in names:
            *path, last = name.split(".")
            inner = root
            for part in path:
                inner = inner.setdefault(part, {})
            inner[last] = self._input(name)
        return root

    def _input(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        if name in self.ours:
            return self.ours[name].number
        subject, _, rest = name.partition(".")
        if subject == "request":
            return getattr(self.request, rest)
        born, day = self.request.established_on, self.request.as_of
        given = {
            "fact.invoice.rows": 2_000,
            "firm.age_months": (day.year - born.year) * 12 + day.month - born.month if born else 0,
            "score.points": self.expected.score,
            "score.pd_ppm": self.expected.pd_ppm,
            "limit.capacity_fen": self.expected.limit_fen,
            "limit.fen": self.expected.limit_fen,
            "price.profit_ppm": ENOUGH_PROFIT_PPM,
            "list.black.hits": 0,
            "model.name_list_match.level": "none",
            "grade": self.expected.grade,
        }
        return given[name]


def _model(path: Path) -> tuple[Any, list[str]]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    card = json.loads(path.with_name("card.json").read_text(encoding="utf-8"))
    session = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    return session, [one.get("indicator") or one["name"] for one in card["inputs"]]


def published_tables() -> dict[str, Any]:
    """The decision tables of the newest policy, as zen reads them."""
    newest = max((MODULE / "policies").glob("*.json"))
    policy = json.loads(newest.read_text(encoding="utf-8"))
    tables: dict[str, Any] = policy["tables"]
    return tables


def _decision(table: Mapping[str, Any]) -> dict[str, Any]:
    """A graph of one table."""
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": dict(table)},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table"},
        {"id": "2", "sourceId": "table", "targetId": "out"},
    ]
    decision: dict[str, Any] = json.loads(json.dumps({"nodes": nodes, "edges": edges}))
    return decision
