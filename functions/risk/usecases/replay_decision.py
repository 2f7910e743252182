"""Replay decision (重放决策): computed again from the archive, offline, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import utc_from_text
from puhui.strict_json import loads
from risk.domain.decision import Decision
from risk.domain.difference import Difference, Part, first_difference
from risk.domain.errors import ModelNotTrusted, PolicyNotValid, RecordOfAnotherKind
from risk.domain.record import RECORD_SCHEMA, Given, RefusedModel
from risk.record_ports import (
    UNUSABLE,
    ArchiveBroken,
    DecisionArchive,
    Engine,
    Engines,
    Isolation,
    Shipped,
)
from risk.usecases.ask_models import AskModels
from risk.usecases.compute_decision import ComputeDecision
from risk.usecases.fetch_evidence import Evidence, FetchEvidence, loss
from risk.usecases.find_altered_parts import FindAlteredParts
from risk.usecases.read_facts import ReadFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """How a decision fared when it was computed again."""

    decision_id: str
    differences: tuple[Difference, ...] = ()
    """The first explains the others."""
    verdict: str | None = None
    recomputed_verdict: str | None = None
    code_changed: bool = False
    """Another version of the code computed it: told, and by itself no difference."""

    @property
    def identical(self) -> bool:
        """Every byte is the same, and nothing that made the decision was altered since."""
        return not self.differences


@dataclass(frozen=True)
class ReplayDecision:
    """Fetch what the decision was made from, leave the network, compute, compare.

    The decision is computed by today's code and library under its own policy, models and tables.
    """

    archive: DecisionArchive
    engines: Engines
    shipped: Shipped
    isolated: Isolation

    def __call__(self, decision_id: str) -> Replay:
        try:
            evidence = FetchEvidence(self.archive)(decision_id)
        except ArchiveBroken as broken:
            lost = loss("record", broken, "$", decision_id)
            return Replay(decision_id=decision_id, differences=(lost,))
        except RecordOfAnotherKind as other:
            odd = Difference(
                part="record", path="$.schema", recorded=f"{other}", recomputed=RECORD_SCHEMA
            )
            return Replay(decision_id=decision_id, differences=(odd,))
        with self.isolated():
            return self._replayed(decision_id, evidence)

    def _replayed(self, decision_id: str, evidence: Evidence) -> Replay:
        record = evidence.record
        differences, again = list(evidence.lost), None
        try:
            engine = self.engines.open(evidence.artefacts)
            parts = FindAlteredParts(self.shipped)
            differences += parts(record["manifest"], engine, evidence.request.as_of)
            again = _computed(evidence, engine)
        except UNUSABLE as error:
            differences.append(
                Difference(
                    part=_part_of(error),
                    path="$.manifest",
                    recorded="usable",
                    recomputed=f"{type(error).__name__}: {error}",
                )
            )
        else:
            if again.record == evidence.body:
                # A definition that changed and changes nothing here is no difference.
                differences = [one for one in differences if one.part != "library"]
            else:
                found = first_difference(record, loads(again.record), engine.listing)
                differences.append(found or _bytes_differ(record["decision_id"]))
        return Replay(
            decision_id=decision_id,
            differences=tuple(differences),
            verdict=record["verdict"],
            recomputed_verdict=None if again is None else again.result.verdict,
            code_changed=record["given"]["code_version"] != self.shipped.code_version,
        )


def _computed(evidence: Evidence, engine: Engine) -> Decision:
    given = evidence.record["given"]
    compute = ComputeDecision(
        read_facts=ReadFacts(evidence.documents),
        models=engine.models,
        ask_models=AskModels(engine.formulas),
        parameters=engine.parameters,
        labels=engine.labels,
        listing=engine.listing,
    )
    return compute(
        evidence.request,
        engine.policies.in_force(evidence.request.as_of),
        Given(
            decided_at=utc_from_text(given["decided_at"]),
            code_version=given["code_version"],
            screening=given["screening"],
            waivers=given["waivers"],
            waivers_refused=given["waivers_refused"],
            models_refused=tuple(RefusedModel(**one) for one in given["models_refused"]),
            graph=given["graph"],
        ),
    ).decision


def _part_of(error: Exception) -> Part:
    if isinstance(error, PolicyNotValid):
        return "policy"
    return "model" if isinstance(error, ModelNotTrusted) else "code"


def _bytes_differ(decision_id: str) -> Difference:
    """The same values in other bytes: the record was not canonical."""
    return Difference(
        part="record", path="$", recorded=decision_id, recomputed="the bytes are not canonical"
    )
