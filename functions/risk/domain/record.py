"""The canonical record of a decision: all that was asked, given, seen and weighed.

Facts, policies, models and parameters are in it by hash; indicators are letters and numbers in the
order of the listing that the record names. Subjects are ids. `risk.domain.canonical` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from puhui.clock import utc_text
from puhui.contracts.risk import DecisionRequest
from risk.domain.canonical import sha256_of
from risk.domain.evaluation import Evaluation, Parameters
from risk.domain.facts import Fact
from risk.domain.indicators.values import Values
from risk.domain.labels.label import Label
from risk.domain.listing import Listing
from risk.domain.model_told import Told
from risk.domain.policy import Policy
from risk.domain.statistical import StatisticalAnswer

RECORD_SCHEMA: Final = "decision-record/5"
SEED_CHARACTERS: Final = 8
VERSION: Final = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
MOST_WHY_CHARACTERS: Final = 300

PinKind = Literal["policy", "model", "card", "parameters", "labels", "listing"]


@dataclass(frozen=True, slots=True)
class Pin:
    """An artefact that a decision was made with, by the hash of its bytes."""

    kind: PinKind
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedModel:
    """A model that may not be trusted, as its card tells it, and why not."""

    id: str
    version: str | None
    """None where its card cannot be read."""
    why: str

    @classmethod
    def of(cls, model_id: str, version: object, why: str) -> RefusedModel:
        """What was found, whatever a damaged or hostile file put into it.

        Version and text go into the record and onto the bus: what does not fit there may not stop
        the decision that is made without the model.
        """
        told = version if isinstance(version, str) and VERSION.fullmatch(version) else None
        plain = why.encode("ascii", "replace").decode()
        return cls(id=model_id, version=told, why=plain[:MOST_WHY_CHARACTERS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was looked up beside the facts, and when; a replay takes it from the record."""

    decided_at: datetime
    code_version: str
    screening: Mapping[str, Any] | None = None
    """What the name lists said, by entry ids and scores; None when nobody looked."""
    waivers: Mapping[str, str] = field(default_factory=dict)
    """Waived rules with the exception that waives each."""
    waivers_refused: Mapping[str, str] = field(default_factory=dict)
    """Approved exceptions that do not count: the policy lets nobody waive their rules."""
    models_refused: tuple[RefusedModel, ...] = ()
    """Models whose files were not those on their cards: they said nothing, and a person decides."""
    graph: Mapping[str, Any] | None = None
    """The relations around the applicant, by fingerprints (`risk.domain.graph.snapshot`); None
    where nobody knows them."""

    @property
    def waivers_approved(self) -> Mapping[str, str]:
        """All exceptions that two people approved, whether this policy lets them count or not."""
        return {**self.waivers, **self.waivers_refused}

    @property
    def refused_ids(self) -> frozenset[str]:
        """The refused models, by id."""
        return frozenset(one.id for one in self.models_refused)


class ServedModel(Protocol):
    """A model by its version and by its bytes."""

    @property
    def id(self) -> str:
        """Which of the catalogue."""
        ...

    @property
    def version(self) -> str:
        """The version on its card."""
        ...

    @property
    def sha256(self) -> str:
        """The hash of its artefact."""
        ...

    @property
    def card_sha256(self) -> str:
        """The hash of its card."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Every artefact that a decision depends on."""

    policies: tuple[Policy, ...]
    """The policy that decided, then those that it used."""
    models: tuple[ServedModel, ...]
    """Those that the policy calls, those that were only listened to, and those that are code."""
    parameters: Parameters
    labels_sha256: str
    listing: Listing

    @property
    def pins(self) -> tuple[Pin, ...]:
        """The artefacts whose bytes a replay needs."""
        return (
            *(Pin("policy", policy.sha256) for policy in self.policies),
            *(Pin("model", one.sha256) for one in self.models),
            *(Pin("card", one.card_sha256) for one in self.models),
            Pin("parameters", self.parameters.sha256),
            Pin("labels", self.labels_sha256),
            Pin("listing", self.listing.sha256),
        )

    @property
    def document(self) -> dict[str, Any]:
        """The artefacts as the record has them."""
        return {
            "policies": [
                {"id": one.id, "version": one.version, "sha256": one.sha256}
                for one in self.policies
            ],
            "models": [
                {
                    "id": one.id,
                    "version": one.version,
                    "sha256": one.sha256,
                    "card_sha256": one.card_sha256,
                }
                for one in self.models
            ],
            "parameters_sha256": self.parameters.sha256,
            "labels_sha256": self.labels_sha256,
            "library_sha256": self.listing.library_sha256,
            "listing_sha256": self.listing.sha256,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that was computed on the way to a verdict."""

    facts: Sequence[Fact]
    values: Values
    evaluation: Evaluation
    labels: Sequence[Label]
    answers: Sequence[StatisticalAnswer] = ()
    """What every statistical model of this kind of applicant says, called by the policy or not."""
    told: Sequence[Told] = ()
    """What every model that is code says of this kind of applicant, or why it says nothing."""


def pins_of(manifest: Mapping[str, Any]) -> tuple[Pin, ...]:
    """The artefacts that a record's manifest names, as `Manifest.pins` has them."""
    return (
        *(Pin("policy", one["sha256"]) for one in manifest["policies"]),
        *(Pin("model", one["sha256"]) for one in manifest["models"]),
        *(Pin("card", one["card_sha256"]) for one in manifest["models"]),
        Pin("parameters", manifest["parameters_sha256"]),
        Pin("labels", manifest["labels_sha256"]),
        Pin("listing", manifest["listing_sha256"]),
    )


def seed_of(decision_id: str) -> int:
    """The seed of whatever draws lots in a decision: fixed by the question, not by chance."""
    return int(sha256_of([decision_id])[:SEED_CHARACTERS], 16)


def record_of(
    decision_id: str, request: DecisionRequest, given: Given, found: Found, manifest: Manifest
) -> dict[str, Any]:
    """The record as data; the hash of its canonical form is the decision's."""
    evaluation = found.evaluation
    return {
        "schema": RECORD_SCHEMA,
        "decision_id": decision_id,
        "request": request.model_dump(mode="json", exclude={"party_sealed"}),
        "given": _given(decision_id, given),
        "manifest": manifest.document,
        "facts": [_fact(fact) for fact in found.facts],
        "indicators": manifest.listing.write(found.values),
        "models": [
            *({"id": one.model.id, **one.document} for one in found.answers),
            *(one.document for one in found.told),
        ],
        "score": _score(evaluation),
        "limit": _limit(evaluation),
        "price": _price(evaluation),
        "tree": evaluation.tree,
        "labels": [label.document for label in found.labels],
        "verdict": evaluation.verdict,
        "reasons": [reason.model_dump(mode="json") for reason in evaluation.reasons],
        "conditions": [asdict(one) for one in evaluation.conditions],
        "limit_fen": evaluation.limit_fen,
        "annual_rate_bps": evaluation.rate_bps,
        "grade": evaluation.grade,
    }


def _given(decision_id: str, given: Given) -> dict[str, Any]:
    return {
        "decided_at": utc_text(given.decided_at),
        "code_version": given.code_version,
        "seed": seed_of(decision_id),
        "screening": given.screening,
        "waivers": dict(given.waivers),
        "waivers_refused": dict(given.waivers_refused),
        "models_refused": [asdict(one) for one in given.models_refused],
        "graph": given.graph,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    columns = fact.columns
    found: dict[str, Any] = {
        "product": fact.product,
        "state": fact.state.value,
        "reason": fact.reason,
        "document_id": fact.document_id,
        "sha256": fact.sha256,
        "size_bytes": fact.size_bytes,
    }
    if columns is not None:
        found |= {
            "period_from": columns.period_from.isoformat(),
            "period_to": columns.period_to.isoformat(),
            "row_count": columns.row_count,
        }
    return found


def _score(evaluation: Evaluation) -> dict[str, Any] | None:
    found = evaluation.score
    if found is None:
        return None
    return {
        "points": found.points,
        "pd_ppm": found.pd_ppm,
        "logit_e4": found.logit_e4,
        "contributions": [
            {"indicator": one.indicator, "points_e4": one.e4, "adverse_e4": one.adverse_e4}
            for one in found.contributions
        ],
    }


def _limit(evaluation: Evaluation) -> dict[str, Any] | None:
    limit = evaluation.limit
    if limit is None:
        return None
    return {
        "capacity_fen": limit.capacity_fen,
        "grade_cap_fen": limit.grade_cap_fen,
        "product_max_fen": limit.product_max_fen,
        "requested_fen": limit.requested_fen,
        "fen": limit.fen,
    }


def _price(evaluation: Evaluation) -> dict[str, Any] | None:
    price = evaluation.price
    if price is None:
        return None
    return {
        "rate_bps": price.rate_bps,
        "profit_ppm": price.profit_ppm,
        "lost_ppm": price.lost_ppm,
    }
