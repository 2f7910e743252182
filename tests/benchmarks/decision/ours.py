"""Our own decision with everything in memory: the use case that runs on Lambda, no AWS."""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import ModuleType
from typing import Any, Final

from puhui.columns import decode_columns, encode_columns
from puhui.contracts.facts import FactReference
from risk.domain.decision import Decision
from risk.domain.facts import Fact
from risk.domain.indicators.engine import compute
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import State
from risk.domain.indicators.vector import IndicatorVector
from risk.usecases import ask_models, compute_decision
from tests.support.risk import a_decide, a_reference, a_request

STAGES: Final = ("decode", "indicators", "models", "policy", "record")
STAGE_FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "indicators": ("indicators_of",),
    "models": ("ask", "documents_of"),
    "policy": ("evaluate",),
    "record": ("evidence_of", "labels_of", "make_decision"),
}
"""By stage, the names under which the use cases call it."""


@dataclass(frozen=True)
class Applicant:
    """One applicant's documents, raw and as the columns that were stored when they arrived."""

    as_of: date
    raw: Mapping[str, bytes]
    columns: Mapping[str, bytes]

    @classmethod
    def of(cls, raw: Mapping[str, bytes], as_of: date) -> Applicant:
        """Make the columns as extdata does at arrival."""
        columns = {product: encode_columns(product, body) for product, body in raw.items()}
        return cls(as_of, raw, columns)

    def references(self, *, stored: bool) -> list[FactReference]:
        """What the request says of each document; `stored` refers to its columns too."""
        return [self._reference(product, stored=stored) for product in self.raw]

    def bodies(self) -> dict[str, bytes]:
        """What lies in the bucket, by key."""
        raw = {_key(product): body for product, body in self.raw.items()}
        return raw | {f"{_key(product)}.npz": body for product, body in self.columns.items()}

    def _reference(self, product: str, *, stored: bool) -> FactReference:
        given: dict[str, Any] = {"product": product, "document_id": product.replace("/", "-")}
        if stored:
            given["columns_key"] = f"{_key(product)}.npz"
            given["columns_sha256"] = hashlib.sha256(self.columns[product]).hexdigest()
        return a_reference(self.raw[product], key=_key(product), **given)


def _key(product: str) -> str:
    return f"intake/north/{product.replace('/', '-')}"


@dataclass(frozen=True)
class Deciding:
    """A decision ready to be made, again and again; none is remembered."""

    applicant: Applicant
    stored: bool = False

    def prepared(self) -> Callable[[], Decision]:
        """A fresh use case with a request; what it costs to build them is not the decision's."""
        decide = a_decide(self.applicant.bodies())
        request = a_request(
            self.applicant.references(stored=self.stored), as_of=self.applicant.as_of
        )
        return lambda: decide(request)

    def stages(self) -> dict[str, float]:
        """Milliseconds of CPU by stage of one decision, and of the whole under `whole`."""
        clock = Clock()
        decide = a_decide(self.applicant.bodies())
        timed = replace(
            decide,
            compute=replace(
                decide.compute,
                read_facts=clock.timed("decode", decide.compute.read_facts),
                models=TimedModels(decide.compute.models, clock),
            ),
        )
        request = a_request(
            self.applicant.references(stored=self.stored), as_of=self.applicant.as_of
        )
        with clock.around(compute_decision), clock.around(ask_models):
            clock.timed("whole", timed)(request)
        return {stage: clock.spent[stage] for stage in (*STAGES, "whole")}


def all_indicators(applicant: Applicant) -> IndicatorVector:
    """All indicators alone, as the comparison with the peers needs them."""
    facts = {
        product: Fact(product=product, state=State.OK, columns=decode_columns(body))
        for product, body in applicant.columns.items()
    }
    return compute(facts, AsOf(applicant.as_of))


class Clock:
    """Adds up the CPU time of parts."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._put_back: list[tuple[ModuleType, str, Any]] = []

    def timed(self, part: str, run: Callable[..., Any]) -> Any:
        """The same callable with its time added to a part."""

        def measured(*arguments: Any, **named: Any) -> Any:
            started = time.process_time()
            try:
                return run(*arguments, **named)
            finally:
                self.spent[part] += (time.process_time() - started) * 1_000

        return measured

    def around(self, module: ModuleType) -> Clock:
        """Time the functions that a use case calls by name, within a `with`."""
        for stage, names in STAGE_FUNCTIONS.items():
            for name in names:
                found = getattr(module, name, None)
                if callable(found):
                    self._put_back.append((module, name, found))
                    setattr(module, name, self.timed(stage, found))
        return self

    def __enter__(self) -> Clock:
        """Nothing more to do."""
        return self

    def __exit__(self, *error: object) -> None:
        """Take the clocks away."""
        for module, name, found in self._put_back:
            setattr(module, name, found)


class TimedModels:
    """The models of a use case, timed."""

    def __init__(self, models: Any, clock: Clock) -> None:
        """Wrap every method."""
        self._models, self._clock = models, clock

    def __getattr__(self, name: str) -> Any:
        """The method with a clock around it."""
        return self._clock.timed("models", getattr(self._models, name))
